/* 評価・検証: counts characters, and warns before what was typed and not saved is left. The pages work without it. */
(() => {
  const forms = [...document.querySelectorAll("form[data-guard]")];
  const read = (form) => new URLSearchParams(new FormData(form)).toString();
  const typed = new Map(forms.map((form) => [form, read(form)]));
  const refused = new Set(forms.filter((form) => form.dataset.guard === "refused"));
  let sending = null;

  const count = (area) => {
    const limit = Number(area.dataset.limit);
    const where = area.parentElement.querySelector(".rvcount");
    const length = [...area.value.trim()].length;
    where.querySelector("[data-count]").textContent = length;
    where.classList.toggle("is-over", length > limit);
    const over = where.querySelector("[data-over]");
    const words = length > limit ? `${length - limit}字 多くなっています` : "";
    if (over.textContent !== words) over.textContent = words;
  };

  for (const area of document.querySelectorAll("textarea[data-limit]")) {
    area.addEventListener("input", () => count(area));
    count(area);
  }
  document.addEventListener("submit", (event) => { sending = event.target; });
  addEventListener("beforeunload", (event) => {
    const left = forms.some((form) => form !== sending && (refused.has(form) || read(form) !== typed.get(form)));
    sending = null;
    if (left) event.preventDefault();
  });
})();
