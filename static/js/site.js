/* The header's buttons: letter size, brightness, printing. Everything else works without JavaScript. */
(() => {
  const root = document.documentElement;
  const keep = (name, choice) => {
    root.dataset[name] = choice;
    try { localStorage.setItem(name, choice); } catch { /* private browsing */ }
    document.dispatchEvent(new CustomEvent("themechange"));
  };
  const isDark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const actions = {
    theme: () => keep("theme", isDark() ? "light" : "dark"),
    size: () => keep("size", { "": "l", l: "xl", xl: "" }[root.dataset.size || ""]),
    print: () => print(),
  };
  document.addEventListener("click", (event) => {
    actions[event.target.closest("[data-act]")?.dataset.act]?.();
    for (const open of document.querySelectorAll(".account[open], .menu-sp[open]")) {
      if (!open.contains(event.target)) open.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll(".account[open], .menu-sp[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });
})();
