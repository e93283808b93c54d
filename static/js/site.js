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
  // Where the address leads into the page, what is said of the form just sent is said there, not above, out of sight.
  const place = document.getElementById(location.hash.slice(1)), said = document.querySelectorAll("#main > .note[role]");
  if (place && said.length) {
    place.prepend(...said);
    place.scrollIntoView();
  }
  // A refused form begins again at the first field to mend; only after loading, when the browser has followed the address.
  const wrong = document.querySelector(".fld [aria-invalid=true]");
  if (wrong && !document.querySelector("[autofocus]")) addEventListener("load", () => setTimeout(() => wrong.focus()));
  // A double click sends a form once: sent twice, it is written twice or stands in its own way.
  let sent = { form: null, at: 0 };
  document.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.target === sent.form && event.timeStamp - sent.at < 2000) event.preventDefault();
    else sent = { form: event.target, at: event.timeStamp };
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const open of document.querySelectorAll(".account[open], .menu-sp[open]")) {
      open.open = false;
      open.querySelector("summary").focus();
    }
  });
})();
