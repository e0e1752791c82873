// On every page: urgent items and reminders as a bar at the foot of the window, within seconds of being issued.
// It takes neither the focus nor the text that is being typed; a key opens the items in a dialog.
import { say } from "./announce.js";
import { beat } from "./beat.js";
import { onConfirmed, wireConfirming } from "./confirm.js";

const KEPT = "notices", LATER = 10 * 60_000, OLD = 60_000, AGAIN = 3_000; // ms
const place = document.getElementById("notices");
const told = place.dataset;
const part = (name) => place.querySelector(`[data-${name}]`);
let current = "", waiting = null;

function connect() {
  const rhythm = { every: Number(told.every) * 1000, jitter: Number(told.jitter) * 1000 };
  if (!("SharedWorker" in window)) return beat(told.pulse, rhythm, hear);
  const address = new URL(told.worker, location.href);
  for (const [name, value] of Object.entries({ pulse: told.pulse, ...rhythm })) address.searchParams.set(name, value);
  let port = null;
  const begin = () => {
    ({ port } = new SharedWorker(address, { type: "module", name: "pulse" }));
    port.onmessage = ({ data }) => hear(data);
  };
  addEventListener("pagehide", () => port.postMessage("bye"));
  addEventListener("pageshow", (event) => { if (event.persisted) begin(); });
  begin();
}

function hear({ beat: numbers, away }) {
  part("away").hidden = !away;
  if (!numbers || numbers === current) return;
  current = numbers;
  const kept = read();
  if (kept?.beat === numbers) show(kept.html);
  if (kept?.beat !== numbers || Date.now() - kept.at > OLD) load();
}

async function load() {
  const asked = current;
  try {
    const response = await fetch(told.address, { headers: { "X-Requested-With": "fetch" } });
    part("ended").hidden = response.status !== 401;
    if (response.status === 401 || response.status === 403) return;
    if (!response.ok) throw new Error(String(response.status));
    const html = await response.text();
    keep({ ...read(), person: told.person, beat: asked, html, at: Date.now() });
    show(html);
  } catch {
    setTimeout(() => { if (asked === current) load(); }, AGAIN);
  }
}

function read() {
  try {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
    return kept?.person === told.person ? kept : null;
  } catch { return null; }
}

function keep(values) {
  try { sessionStorage.setItem(KEPT, JSON.stringify(values)); } catch { /* Full: then every page asks anew. */ }
}

function show(html) {
  const dialog = part("dialog");
  if (dialog.open) { waiting = html; return; } // not under the hands of whoever is reading
  const root = new DOMParser().parseFromString(html, "text/html").querySelector("[data-notices]");
  if (!root) return;
  const { key, unread, alert } = root.dataset;
  part("list").replaceChildren(...root.querySelector("[data-items]").childNodes);
  part("text").replaceChildren(...root.querySelector("[data-line]").childNodes);
  showUnread(Number(unread));
  const kept = read();
  part("bar").hidden = key === "" || (kept?.laterKey === key && Date.now() < kept.later);
  document.body.classList.toggle("has-notice", !part("bar").hidden);
  if (key !== "" && kept?.told !== key) {
    part("alert").textContent = alert;
    keep({ ...kept, told: key });
  }
  place.dataset.key = key;
}

function showUnread(count) {
  const link = document.querySelector("[data-unread]");
  if (!link) return;
  link.hidden = count === 0;
  link.querySelector("[data-unread-count]").textContent = count;
}

function open() {
  if (part("bar").hidden || part("dialog").open) return;
  part("dialog").showModal();
  (part("dialog").querySelector("[data-item]") ?? part("dialog")).focus();
}

function later() {
  keep({ ...read(), laterKey: place.dataset.key, later: Date.now() + LATER });
  part("bar").hidden = true;
  document.body.classList.remove("has-notice");
  setTimeout(() => { const kept = read(); if (kept?.html) show(kept.html); }, LATER + 1000);
}

part("open").addEventListener("click", open);
part("later").addEventListener("click", () => { later(); say(told.sayLater); });
part("dialog").addEventListener("close", () => {
  if (waiting) { const html = waiting; waiting = null; show(html); }
});
document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.code !== "KeyN") return;
  const writes = event.target.closest?.("input, textarea, select, [contenteditable]");
  if (part("bar").hidden || document.querySelector("dialog[open]") || (writes && !event.altKey)) return;
  event.preventDefault();
  open();
});

// Confirmed here or in another tab: what is kept no longer holds.
const others = "BroadcastChannel" in window ? new BroadcastChannel("notices") : null;
const refresh = () => { keep({ ...read(), beat: "" }); if (current) load(); };
onConfirmed(() => { others?.postMessage("confirmed"); refresh(); });
others?.addEventListener("message", refresh);

wireConfirming(part("dialog"), { onDone: () => part("dialog").close() });
connect();
