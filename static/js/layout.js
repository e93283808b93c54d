// 列の対応づけ: after every choice, say what would be understood. Without this script the button 「選んだ役割で確かめる」 does it.
(() => {
  "use strict";
  const form = document.getElementById("layout-form");
  if (!form) return;
  let waiting = 0;
  let asked = 0;

  const check = async () => {
    const mine = ++asked;
    const body = new FormData(form);
    body.append("check", "1");
    try {
      const answer = await fetch(location.href, { method: "POST", body, credentials: "same-origin" });
      const found = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("layout-result");
      if (found && mine === asked) document.getElementById("layout-result").replaceChildren(...found.childNodes);
    } catch {
      // Offline: the choices stay, and the button asks again.
    }
  };

  form.addEventListener("change", (event) => {
    const row = event.target.closest("tr");
    if (!row) return;
    row.classList.toggle("is-used", row.querySelector("select").value !== "ignored");
    const why = row.querySelector(".lay-why");
    why.textContent = "選んだもの";
    why.className = "lay-why lay-why--chosen";
    clearTimeout(waiting);
    waiting = setTimeout(check, 300);
  });
})();
