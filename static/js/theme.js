/* Applies the reader's saved choice of brightness and letter size before the page is painted. */
(() => {
  const root = document.documentElement;
  root.classList.add("js");
  try {
    for (const name of ["theme", "size"]) {
      const choice = localStorage.getItem(name);
      if (choice) root.dataset[name] = choice;
    }
  } catch { /* private browsing keeps no choice */ }
})();
