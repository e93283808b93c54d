/* 提出状況と照会: ticks whole groups, counts what is ticked, copies a text. The pages work without it. */
(() => {
  const counter = document.querySelector("[data-picked]");
  const boxes = (where) => [...where.querySelectorAll("input[type=checkbox]")];

  const count = () => {
    if (counter) counter.textContent = boxes(document).filter((box) => box.checked).length;
  };

  const copy = async (button) => {
    const text = document.getElementById(button.dataset.copy);
    text.select();
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      document.execCommand("copy");
    }
    document.querySelector("[data-copied]").textContent = "文章を写しました。";
    button.firstChild.textContent = "写しました";
  };

  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-pick], [data-copy]");
    if (!button) return;
    if (button.dataset.copy) return void copy(button);
    for (const box of boxes(button.closest("[data-group]"))) box.checked = button.dataset.pick === "on";
    count();
  });
  document.addEventListener("change", count);
  const opened = document.getElementById(location.hash.slice(1))?.closest("details");
  if (opened) opened.open = true;
  count();
})();
