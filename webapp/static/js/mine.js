// What is on the screen counts as seen; the marks stay until the page is opened again.
const form = document.querySelector("[data-seen]");

async function see() {
  if (document.hidden) return;
  document.removeEventListener("visibilitychange", see);
  const sent = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!sent?.ok) return; // the button is still there
  form.hidden = true;
  for (const count of document.querySelectorAll("[data-told]")) count.remove();
}

if (form) {
  document.addEventListener("visibilitychange", see);
  see();
}
