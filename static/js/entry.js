/* The entry sheet: keys, pasting, and saving row by row. What could not be saved stays in the page and in sessionStorage,
   and is sent again. Without this script the same page is a form with a button. */
(() => {
  const form = document.getElementById("sheet");
  if (!form) return;
  const FIELDS = ["value", "is_met", "state", "missing_reason", "expected_month", "comment", "evidence", "doubt_answer"];
  const WAITS = [2, 4, 8, 16, 30, 60];
  const DONE = { 実施した: "yes", していない: "no" };
  const { shown, readBlock } = window.entryText;
  const find = (id) => document.getElementById(id);
  const input = (row, name) => form.elements[`${name}-${row.id}`];
  const icon = (name) => `<svg class="i${["check", "clock"].includes(name) ? " i--s" : ""}" aria-hidden="true"><use href="#i-${name}"/></svg>`;
  const storeKey = `entry:${form.dataset.user}:${location.pathname}`;
  const queue = new Set();
  const before = new WeakMap();
  let isSending = null, failures = 0, timer = 0, isLeaving = false, paste = null;

  /* ---- rows ---- */
  const makeRow = (element) => {
    const id = element.dataset.row;
    return { element, id, messages: find(`msg-${id}`), more: find(`more-${id}`), edit: 0, status: "clean", isClosed: "closed" in element.dataset };
  };
  const rows = [...form.querySelectorAll("[data-row]")].map(makeRow);
  const rowOf = (element) => {
    const id = element.closest("tr")?.id.replace(/^\w+-/, "");
    return rows.find((row) => row.id === id);
  };
  const read = (row) => Object.fromEntries(FIELDS.map((name) => [name, input(row, name)?.value ?? ""]));
  const write = (row, fields) => {
    for (const name of FIELDS) {
      const element = input(row, name);
      if (element && element !== document.activeElement && fields[name] !== undefined) element.value = fields[name];
    }
    row.element.classList.toggle("is-none", Boolean(fields.missing_reason));
  };
  const main = (row) => row.element.querySelector(".val");
  const isSame = (one, other) => FIELDS.every((name) => (one[name] ?? "") === (other[name] ?? ""));

  /* ---- what is not saved yet survives a reload ---- */
  const drafts = () => { try { return JSON.parse(sessionStorage.getItem(storeKey)) || {}; } catch { return {}; } };
  const keepDraft = (row) => {
    const kept = drafts();
    if (row.status === "clean") delete kept[row.id];
    else kept[row.id] = { ...read(row), version: input(row, "version").value };
    try { sessionStorage.setItem(storeKey, JSON.stringify(kept)); } catch { /* private browsing: the page itself still has it */ }
  };
  const restore = () => {
    for (const [id, kept] of Object.entries(drafts())) {
      const row = rows.find((each) => each.id === id);
      if (!row || row.isClosed) { if (row) complain(row, { row: `保存できなかった入力があります：${kept.value} ${kept.comment}` }); continue; }
      if (isSame(kept, read(row))) { keepDraft(row); continue; }
      write(row, kept);
      input(row, "version").value = kept.version;
      touch(row);
      queue.add(row);
    }
    if (queue.size) { tell("保存できていなかった入力を戻しました。保存しています。", "todo"); flush(); }
  };
  const unsaved = () => rows.filter((row) => row.status !== "clean");
  const touch = (row) => {
    row.edit += 1;
    if (row.status !== "clash") row.status = "dirty";
    keepDraft(row);
  };
  const save = (row) => {
    if (row.status === "dirty") queue.add(row);
    return flush();
  };
  const change = (row, fields) => { write(row, { ...read(row), ...fields }); touch(row); return save(row); };

  /* ---- saving ---- */
  const token = () => document.cookie.match(/(?:^|; )csrftoken=([^;]+)/)?.[1] ?? form.elements.csrfmiddlewaretoken.value;
  const post = async (url, body, type) => {
    const headers = { "X-CSRFToken": token(), ...(type && { "Content-Type": type }) };
    const answer = await fetch(url, { method: "POST", headers, body, redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) throw Object.assign(new Error(), { isSignedOut: true });
    if (![200, 409, 422].includes(answer.status)) throw new Error(String(answer.status));
    return { status: answer.status, data: await answer.json() };
  };
  const send = async (row) => {
    const edit = row.edit;
    const body = JSON.stringify({ ...read(row), version: input(row, "version").value });
    queue.delete(row);
    const { status, data } = await post(row.element.dataset.url, body, "application/json").catch((error) => { queue.add(row); throw error; });
    if (status === 200) accept(row, data, row.edit === edit);
    else if (status === 409) clash(row, data);
    else if (row.edit === edit) { row.status = "refused"; complain(row, data.problems); }
    keepDraft(row);
  };
  // Busy until the last answer is in: what was saved before is not announced, and not taken, for the newest letter.
  const setBusy = (isBusy) => find("save-state").setAttribute("aria-busy", isBusy);
  const flush = () => {
    setBusy(true);
    isSending ??= sendAll().finally(() => { isSending = null; });
    return isSending;
  };
  const sendAll = async () => {
    clearTimeout(timer);
    await null;
    try {
      while (queue.size) await send(queue.values().next().value);
      failures = 0;
      setBusy(false);
      tellSaved();
    } catch (error) {
      setBusy(false);
      tellFailure(error);
    }
    report();
  };
  const accept = (row, data, isCurrent) => {
    input(row, "version").value = data.version;
    row.element.dataset.state = data.state;
    row.element.toggleAttribute("data-filled", data.is_filled);
    for (const name of ["state", "comparison"]) row.element.querySelector(`[data-part=${name}]`).innerHTML = data.html[name];
    row.more.querySelector("[data-part=files]").innerHTML = data.html.files;
    lastSaved = data.saved_at;
    if (isCurrent) {
      row.status = "clean";
      row.element.className = data.row_class;
      write(row, data.fields);
      if (!(row.messages.contains(document.activeElement) && document.activeElement.matches("textarea"))) {
        row.messages.firstElementChild.innerHTML = data.html.messages;
        row.messages.hidden = !data.has_message;
      }
      for (const name of FIELDS) input(row, name)?.removeAttribute?.("aria-invalid");
    }
    count();
  };
  const complain = (row, problems) => {
    row.messages.querySelectorAll("[data-problem]").forEach((each) => each.remove());
    for (const name of FIELDS) input(row, name)?.toggleAttribute?.("aria-invalid", false);
    for (const [name, text] of Object.entries(problems)) {
      input(row, name)?.setAttribute?.("aria-invalid", "true");
      const box = Object.assign(document.createElement("div"), { className: "m-error" });
      box.dataset.problem = name;
      box.innerHTML = `${icon("err")}<p></p>`;
      box.lastElementChild.textContent = text;
      row.messages.firstElementChild.prepend(box);
    }
    row.messages.hidden = false;
    if (problems.evidence || problems.file) openMore(row, true);
    if (paste?.rows.has(row)) paste.problems.set(row, Object.values(problems).join(" "));
  };
  const clash = (row, data) => {
    row.status = "clash";
    row.theirs = data.theirs;
    row.messages.querySelector(".m-clash")?.remove();
    row.messages.firstElementChild.insertAdjacentHTML("afterbegin", data.html);
    row.messages.hidden = false;
  };
  const decide = (row, isMine) => {
    row.messages.querySelector(".m-clash").remove();
    main(row).focus();
    if (!isMine) { main(row).blur(); write(row, row.theirs); main(row).focus(); }
    input(row, "version").value = row.theirs.version;
    row.status = "dirty";
    touch(row);
    save(row);
  };

  /* ---- the dock ---- */
  let lastSaved = "";
  const ICONS = { ok: "check", warn: "slightly_behind", err: "err", todo: "clock" };
  const tell = (text, kind) => {
    const place = find("save-state");
    if (place.textContent === text) return;
    place.className = `dock__s s-${kind}`;
    place.innerHTML = icon(ICONS[kind]);
    place.append(text);
  };
  const tellSaved = () => {
    find("retry").hidden = find("sign-in-again").hidden = true;
    const waiting = unsaved().filter((row) => row.status !== "dirty");
    if (waiting.length) tell(`${waiting.length}件は保存していません。行の下の説明を見てください。`, "warn");
    else if (lastSaved) tell(`自動保存しました（${lastSaved}）`, "ok");
  };
  const tellFailure = (error) => {
    find("sign-in-again").hidden = !error.isSignedOut;
    find("retry").hidden = Boolean(error.isSignedOut);
    find("sign-in-again").href = `${form.dataset.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`;
    tell(error.isSignedOut ? "サインインの期限が切れました。入力した内容は、この画面に残しています。" : "保存できませんでした。入力した内容は、この画面に残しています。", "err");
    if (!error.isSignedOut) timer = setTimeout(flush, WAITS[Math.min(failures, WAITS.length - 1)] * 1000);
    failures += 1;
  };
  const count = () => {
    const numbers = {
      entered: rows.filter((row) => "filled" in row.element.dataset).length,
      doubtful: rows.filter((row) => row.element.dataset.state === "doubtful").length,
      missing: rows.filter((row) => !("filled" in row.element.dataset) && !row.isClosed).length,
    };
    for (const [name, number] of Object.entries(numbers)) {
      document.querySelectorAll(`[data-count=${name}]`).forEach((each) => { each.textContent = number; });
      document.querySelectorAll(`[data-some=${name}]`).forEach((each) => { each.hidden = !number; });
    }
    find("to-doubt").hidden = !numbers.doubtful;
    document.querySelector(".pbar rect").setAttribute("width", `${100 * numbers.entered / rows.length}%`);
  };

  /* ---- keys ---- */
  const isCell = (element) => element.matches?.(".val, textarea[name^=comment]");
  const columnOf = (element) => [...form.querySelectorAll(element.matches(".val") ? ".val" : "textarea[name^=comment]")].filter((each) => each.checkVisibility());
  const go = (element, step) => {
    const column = columnOf(element);
    column[column.indexOf(element) + step]?.focus();
  };
  const isAtEdge = (element, key) => {
    if (element.matches("select")) return false;
    if (element.matches(".val")) return true;
    const { selectionStart: start, selectionEnd: end, value } = element;
    return (start === 0 && end === value.length) || (start === end && (key === "ArrowUp" ? start === 0 : end === value.length));
  };
  const openMore = (row, isOpen) => {
    row.more.classList.toggle("is-open", isOpen);
    row.element.querySelector("[data-do=more]").setAttribute("aria-expanded", isOpen);
  };
  const toggleMore = (row) => {
    const isOpen = !row.more.classList.contains("is-open");
    openMore(row, isOpen);
    (isOpen ? input(row, "state") : main(row)).focus();
  };
  const cellKeys = {
    ArrowDown: (event, element) => isAtEdge(element, event.key) && go(element, 1),
    ArrowUp: (event, element) => isAtEdge(element, event.key) && go(element, -1),
    Enter: (event, element) => {
      if (event.altKey && element.matches("textarea")) element.setRangeText("\n", element.selectionStart, element.selectionEnd, "end");
      else go(element, event.shiftKey ? -1 : 1);
    },
    Escape: (event, element) => { element.value = before.get(element) ?? element.value; touch(rowOf(element)); element.select?.(); },
  };
  const ctrlKeys = {
    d: (event, element) => {
      const row = rowOf(element), { last } = row.element.dataset;
      if (element.matches("input") && last) { element.value = last; touch(row); }
    },
  };
  form.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    const element = event.target, row = rowOf(element);
    if (!row || row.isClosed) return;
    if (event.key === "F2") { event.preventDefault(); toggleMore(row); return; }
    if (event.key === "Escape" && row.more.contains(element)) { toggleMore(row); return; }
    if (event.key === "Enter" && element.matches("input") && !isCell(element) && element.type !== "checkbox") { event.preventDefault(); save(row); return; }
    if (!isCell(element)) return;
    const action = event.ctrlKey || event.metaKey ? ctrlKeys[event.key.toLowerCase()] : cellKeys[event.key];
    if (action && action(event, element) !== false) event.preventDefault();
  });
  form.addEventListener("focusin", (event) => {
    if (event.target.matches("input.val, textarea")) { before.set(event.target, event.target.value); event.target.select(); }
  });
  form.addEventListener("input", (event) => {
    const row = rowOf(event.target);
    if (row && event.target.type !== "file" && event.target.type !== "checkbox") touch(row);
  });
  form.addEventListener("focusout", (event) => {
    const row = rowOf(event.target);
    if (!row || row.isClosed) return;
    if (event.target.matches("input.val")) event.target.value = shown(event.target.value);
    if (row.status === "dirty") save(row);
  });
  form.addEventListener("change", (event) => {
    const row = rowOf(event.target);
    if (!row) return;
    if (event.target.type === "file") upload(row, event.target);
    else if (event.target.matches("select")) { touch(row); save(row); }
  });

  /* ---- files ---- */
  const upload = async (row, element) => {
    await save(row);
    const body = new FormData();
    body.append("file", element.files[0]);
    body.append("version", input(row, "version").value);
    await exchange(row, element.dataset.url, body, "ファイルを付けられませんでした。つながりを確かめて、もう一度選んでください。");
    element.value = "";
  };
  const exchange = async (row, url, body, failure) => {
    try {
      const { status, data } = await post(url, body);
      if (status === 200) { accept(row, data, row.status === "clean"); tellSaved(); } else complain(row, data.problems);
    } catch (error) {
      complain(row, { file: failure });
      if (error.isSignedOut) tellFailure(error);
    }
  };

  /* ---- buttons ---- */
  const actions = {
    more: (row) => toggleMore(row),
    none: (row) => { row.element.classList.add("is-none"); input(row, "missing_reason").focus(); },
    value: (row) => { row.element.classList.remove("is-none"); change(row, { missing_reason: "", expected_month: "" }); main(row).focus(); },
    suggest: (row, button) => { const value = button.dataset.value; change(row, { value }); main(row).focus(); },
    answer: (row, button) => { const box = button.closest(".m-doubt"); box.classList.add("is-open"); box.querySelector("textarea").focus(); },
    mine: (row) => decide(row, true),
    theirs: (row) => decide(row, false),
    remove: (row, button) => { const { url } = button.dataset; main(row).focus(); exchange(row, url, new FormData(), "外せませんでした。つながりを確かめて、もう一度押してください。"); },
  };
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button) actions[button.dataset.do](rowOf(button), button);
  });
  const saveAll = () => { unsaved().forEach((row) => row.status === "dirty" && queue.add(row)); return flush(); };
  find("retry").addEventListener("click", saveAll);
  find("sign-in-again").addEventListener("click", () => { isLeaving = true; });
  find("to-doubt").addEventListener("click", () => main(rows.find((row) => row.element.dataset.state === "doubtful")).focus());
  find("hand-in").addEventListener("click", async (event) => {
    event.preventDefault();
    await saveAll();
    const left = unsaved()[0];
    if (left) { main(left).focus(); return; }
    isLeaving = true;
    find("hand-in-saved").submit();
  });
  addEventListener("online", () => { failures = 0; flush(); });
  addEventListener("beforeunload", (event) => { if (!isLeaving && unsaved().length) event.preventDefault(); });

  /* ---- pasting a block from Excel: rows × [value, comment] ---- */
  form.addEventListener("paste", (event) => {
    if (!isCell(event.target)) return;
    const lines = readBlock(event.clipboardData.getData("text/plain"));
    if (lines.length < 2 && lines[0].length < 2) return;
    event.preventDefault();
    takeBlock(rows.indexOf(rowOf(event.target)), lines, event.target.matches(".val") ? ["value", "comment"] : ["comment"]);
  });
  const takeBlock = (first, lines, names) => {
    paste = { rows: new Set(), snapshot: new Map(), problems: new Map(), lost: [] };
    document.activeElement.blur();
    lines.forEach((cells, step) => {
      const row = rows[first + step];
      const given = Object.fromEntries(names.map((name, place) => [name, cells[place] ?? ""]).filter(([, text]) => text));
      if (!Object.keys(given).length) return;
      if (row && !row.isClosed) pasteRow(row, given);
      else paste.lost.push([row, row?.element.dataset.closed ?? "表の行より多いため、入る欄がありません。", cells.join("　")]);
    });
    report();
    flush();
  };
  const pasteRow = (row, given) => {
    if (given.value && main(row).matches("select")) {
      if (DONE[given.value]) given.is_met = DONE[given.value];
      else paste.lost.push([row, "「実施した」か「していない」で答える指標です。", given.value]);
      delete given.value;
    }
    if (given.value) Object.assign(given, { value: shown(given.value), missing_reason: "", expected_month: "" });
    paste.snapshot.set(row, read(row));
    paste.rows.add(row);
    write(row, { ...read(row), ...given });
    touch(row);
    queue.add(row);
  };
  const report = () => {
    if (!paste) return;
    const place = find("paste-report"), refused = [...paste.problems].map(([row, text]) => [row, text, input(row, "value")?.value ?? ""]);
    const lost = [...paste.lost, ...refused];
    place.hidden = false;
    place.innerHTML = `<div class="note note--${lost.length ? "warn" : "ok"}">${icon(lost.length ? "slightly_behind" : "info")}<div><b></b><ul class="dots"></ul></div><button class="btn btn--s note__act" type="button">貼り付けを元に戻す</button></div>`;
    place.querySelector("b").textContent = `${paste.rows.size - refused.length}行に貼り付けました。${lost.length ? `取り込めなかった欄が ${lost.length}件あります。` : ""}`;
    place.querySelector("ul").append(...lost.map(([row, text, cell]) => reportLine(row, text, cell)));
    place.querySelector("button").addEventListener("click", undo);
  };
  const reportLine = (row, text, cell) => {
    const line = document.createElement("li");
    if (row) line.append(Object.assign(document.createElement("a"), { href: `#row-${row.id}`, textContent: row.element.dataset.name }), "：");
    line.append(`「${cell}」${text}`);
    return line;
  };
  const undo = () => {
    const { snapshot } = paste;
    paste = null;
    for (const [row, fields] of snapshot) { if (row.status === "refused") row.status = "dirty"; write(row, fields); touch(row); queue.add(row); }
    find("paste-report").replaceChildren("貼り付けを元に戻しました。");
    flush();
  };

  restore();
})();
