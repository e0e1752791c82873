// Confirming items of a list: with a key or a click, without leaving the page. Without a script the same forms are sent.
import { say } from "./announce.js";

const heard = new Set();
export function onConfirmed(act) { heard.add(act); }

// `root` holds items: [data-item] with a form[data-confirm], and buttons [name=answer] where a question is asked.
export function wireConfirming(root, { onDone = () => {}, onProgress = () => {} } = {}) {
  root.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-confirm]");
    if (!form) return;
    event.preventDefault();
    send(root, form, event.submitter, { onDone, onProgress });
  });
  root.addEventListener("keydown", (event) => onKey(root, event));
}

function onKey(root, event) {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.target.closest("input, textarea, select, summary")) return;
  const item = event.target.closest("[data-item]");
  if (!item || !root.contains(item)) return;
  const act = onItem(root, item, event);
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

function onItem(root, item, { key, target }) {
  if (key === "ArrowDown" || key === "ArrowUp") return () => move(root, item, key === "ArrowDown" ? 1 : -1);
  if (/^[1-4]$/.test(key)) return item.querySelector(`[name=answer][data-number="${key}"]`) && (() => answer(item, key));
  if (key === "Enter" && target === item) return () => enter(item);
  if (/^[dD]$/.test(key)) return link(item, "diff");
  if (/^[oO]$/.test(key)) return link(item, "entry");
  return null;
}

function link(item, name) {
  const found = item.querySelector(`[data-${name}]`);
  return found && (() => found.click());
}

function answer(item, number) {
  item.querySelector(`[name=answer][data-number="${number}"]`).click();
}

function enter(item) {
  const form = item.querySelector("form[data-confirm]");
  if (!form) return;
  const question = form.querySelector("[data-question]");
  if (question) { tell(item, form.dataset.sayAnswer); return; }
  form.requestSubmit();
}

export function move(root, item, step) {
  const all = [...root.querySelectorAll("[data-item]")];
  all[all.indexOf(item) + step]?.focus();
}

async function send(root, form, submitter, acts) {
  const item = form.closest("[data-item]");
  if (item.hasAttribute("aria-busy")) return;
  const body = new FormData(form, submitter);
  item.setAttribute("aria-busy", "true");
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
    if (response.status === 401) return lost(form, item, "ended");
    if (response.status === 400) return lost(form, item, "old");
    if (!response.ok) return lost(form, item, "broken");
    told(root, item, await response.json(), acts);
  } catch {
    lost(form, item, "offline");
    addEventListener("online", () => { if (item.dataset.lost === "offline") send(root, form, submitter, acts); }, { once: true });
  } finally {
    item.removeAttribute("aria-busy");
  }
}

function told(root, item, answer, { onDone, onProgress }) {
  delete item.dataset.lost;
  if (!answer.counts) { // wrong: the right one is shown, and has to be chosen
    tell(item, answer.said, "wrong");
    const right = [...item.querySelectorAll("[name=answer]")].find((button) => button.dataset.option === answer.expected);
    right?.classList.add("is-right");
    item.focus();
    return;
  }
  item.classList.add("is-confirmed");
  item.dataset.confirmed = "yes";
  tell(item, answer.said, "done");
  item.querySelector("form[data-confirm]").remove();
  const left = [...root.querySelectorAll("[data-item]")].filter((other) => other.querySelector("form[data-confirm]"));
  onProgress(answer.left);
  for (const act of heard) act(item);
  const next = left.find((other) => item.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING) ?? left[0];
  if (next) next.focus();
  else { item.focus(); onDone(); }
}

function lost(form, item, why) {
  item.dataset.lost = why;
  tell(item, { ended: form.dataset.sayEnded, old: form.dataset.sayOld, offline: form.dataset.sayOffline, broken: form.dataset.sayBroken }[why], "trouble");
}

function tell(item, text, kind = "") {
  const place = item.querySelector("[data-said]");
  place.textContent = text;
  place.className = `item-said ${kind ? `is-${kind}` : ""}`;
  place.hidden = false;
  say(text);
}
