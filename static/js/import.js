/* The import page: files are dropped or chosen, sent, and read one after the other with a progress bar. Without this script one sending does it all. */
(() => {
  const form = document.getElementById("import-form");
  if (!form) return;
  const input = form.elements.files;
  const drop = form.querySelector("[data-drop]");
  const chosen = form.querySelector("[data-chosen]");
  const problem = document.getElementById("import-problem");
  const progress = document.getElementById("import-progress");
  const bar = progress.querySelector("progress");
  const status = progress.querySelector("[data-text]");
  const done = progress.querySelector("[data-done]");

  const listed = (list, text) => list.append(Object.assign(document.createElement("li"), { textContent: text }));
  const size = (bytes) => bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)}KB` : `${(bytes / 1024 / 1024).toFixed(1)}MB`;
  const showChosen = () => {
    chosen.replaceChildren();
    for (const file of input.files) listed(chosen, `${file.name}（${size(file.size)}）`);
  };
  const showProblem = (text) => {
    problem.querySelector("[data-text]").textContent = text;
    problem.hidden = !text;
  };
  const step = (text, value, max) => {
    status.textContent = text;
    bar.max = max;
    bar.value = value;
  };
  const post = async (url, data) => {
    const answer = await fetch(url, { method: "POST", body: data, headers: { Accept: "application/json" } });
    if (answer.redirected || answer.status === 403) throw new Error(form.dataset.signedOut);
    const said = answer.headers.get("Content-Type")?.includes("json") ? await answer.json() : {};
    if (!answer.ok) throw new Error(said.problem || "");
    return said;
  };
  const asking = (fields = {}) => {
    const data = new FormData();
    data.set("csrfmiddlewaretoken", form.elements.csrfmiddlewaretoken.value);
    for (const [name, value] of Object.entries(fields)) data.set(name, value);
    return data;
  };
  const readAll = async () => {
    const { number, files } = await post(form.action, new FormData(form));
    const url = new URL(`${number}/read/`, form.action);
    const steps = files.length + 2;
    for (const [place, file] of files.entries()) {
      step(`${file.name} を読んでいます（${files.length}件のうち${place + 1}件目）。`, place + 1, steps);
      const read = await post(url, asking({ file: file.position }));
      listed(done, read.problem ? `${read.name}：${read.problem}` : `${read.name}：${read.values}件の値`);
    }
    step("今の値と比べています。", steps - 1, steps);
    location.assign((await post(url, asking())).url);
  };

  input.addEventListener("change", showChosen);
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  }
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("is-over"));
  // Let go beside the zone, a file would be opened instead of the page.
  for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    showChosen();
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (form.dataset.busy) return;
    form.dataset.busy = "yes";
    showProblem("");
    done.replaceChildren();
    progress.hidden = false;
    step("ファイルを送っています。", 0, input.files.length + 2);
    try {
      await readAll();
    } catch (error) {
      progress.hidden = true;
      showProblem(error.message && /[ぁ-ん]/.test(error.message) ? error.message : "読み込めませんでした。通信を確かめて、もう一度「読み込む」を押してください。");
    }
    delete form.dataset.busy;
  });
})();
