/* A council member's opinion: saved as a draft on every pause. What could not be saved stays in the page and in sessionStorage.
   Without this script the same page is a form with buttons. */
(() => {
  const own = document.querySelector("[data-user]");
  if (!own) return;
  const key = `opinion:${own.dataset.user}:${location.pathname}`;
  const store = {
    read: () => { try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; } },
    write: (kept) => { try { sessionStorage.setItem(key, JSON.stringify(kept)); } catch { /* private browsing: the page itself still has it */ } },
    clear: () => { try { sessionStorage.removeItem(key); } catch { /* private browsing */ } },
  };
  if (own.tagName !== "FORM") return void store.clear();

  const PAUSE = 2000, WAITS = [4000, 15000, 60000];
  const form = own, said = form.querySelector("[data-saved]");
  let timer = 0, isSending = null, edit = 0, saved = 0, failures = 0, isRefused = false, isSent = false;
  const read = () => ({ text: form.elements.text.value, rating: form.elements.rating.value, version: form.elements.version.value });
  const isSame = (one, other) => one.text.trim() === other.text.trim() && one.rating === other.rating;
  const tell = (text) => { said.textContent = text; };
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };

  const send = async () => {
    const body = new FormData(form), sent = edit;
    body.set("then", "autosave");
    const answer = await fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true });
    if (answer.type === "opaqueredirect" || answer.status === 403) throw Object.assign(new Error(), { isSignedOut: true });
    if (![200, 409, 422].includes(answer.status)) throw new Error(String(answer.status));
    const data = await answer.json();
    if (answer.status !== 200) {
      isRefused = true;
      return tell(`まだ保存していません。${data.problem}書いた文は、この画面に残しています。`);
    }
    failures = 0;
    form.elements.version.value = data.version;
    saved = Math.max(saved, sent);
    if (edit === sent) store.clear(); else store.write(read());
    tell(data.saved_at ? `下書きを自動で保存しました（${data.saved_at}）` : "");
  };
  const save = () => {
    clearTimeout(timer);
    if (isRefused || isSent || edit === saved) return isSending;
    isSending ??= send().catch((error) => {
      tell(error.isSignedOut ? "サインインが切れたため、まだ保存していません。「下書きを保存する」を押して、サインインし直してください。書いた文は残ります。" : "まだ保存できていません。つながったら、自動で保存します。書いた文は、この画面に残しています。");
      if (!error.isSignedOut) later(WAITS[Math.min(failures++, WAITS.length - 1)]);
    }).finally(() => {
      isSending = null;
      if (edit !== saved && !failures && !isRefused) later(PAUSE);
    });
    return isSending;
  };
  const touch = () => {
    edit += 1;
    store.write(read());
    later(PAUSE);
  };

  form.addEventListener("input", touch);
  form.addEventListener("focusout", (event) => { if (event.target.name === "text") save(); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
  // A button waits for what is on its way, so that its version is the newest.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    if (!isSending) { isSent = true; return; }
    event.preventDefault();
    const button = event.submitter;
    isSending.finally(() => form.requestSubmit(button));
  });
  const kept = store.read();
  if (kept && isSame(kept, read())) store.clear();
  else if (kept) {
    form.elements.text.value = kept.text;
    form.elements.rating.value = kept.rating;
    form.elements.version.value = kept.version;
    edit += 1;
    tell("保存できていなかった文を戻しました。");
    save();
  }
})();
