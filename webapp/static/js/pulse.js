// On every page: urgent items and reminders as a bar at the foot of the window, within seconds of being issued.
// It takes neither the focus nor the text that is being typed; a key opens the items in a dialog.
import { say } from "./announce.js";
import { beat } from "./beat.js";
import { onConfirmed, wireConfirming } from "./confirm.js";

const KEPT = "notices", LATER = 10 * 60_000, OLD = 60_000, AGAIN = 3_000; // ms
const SPREAD = { urgent: 20_000, reminder: 4_000, list: 15_000 }; // ms: five hundred pages do not all ask at once
const HEARD_MOST = 200; // what was announced once is not announced again
const place = document.getElementById("notices");
const told = place.dataset;
const part = (name) => place.querySelector(`[data-${name}]`);
let current = "", waiting = null;

function hear({ beat: all, away }) {
  part("away").hidden = !away;
  const [numbers, mark] = all?.split(" calls:") ?? [];
  if (mark) document.dispatchEvent(new CustomEvent("calls-mark", { detail: mark }));
  if (!numbers || numbers === current) return;
  current = numbers;
  const kept = read();
  if (kept?.beat === numbers) show(kept.html);
  if (!kept?.beat || Date.now() - kept.at > OLD) return load();
  if (kept.beat !== numbers) follow(kept.beat, numbers);
}

// What moved decides how soon to ask: an urgent list at once (the same for everybody), the rest within seconds.
function follow(before, now) {
  const [was, is] = [before, now].map((text) => Object.fromEntries(text.split(" ").map((part) => part.split(":"))));
  const moved = ["urgent", "reminder", "list"].find((name) => was[name] !== is[name]);
  if (moved === "urgent") load(is.urgent);
  setTimeout(() => { if (current === now) load(); }, Math.random() * (SPREAD[moved] ?? 0));
}

async function load(urgent = "") {
  const asked = current;
  try {
    const response = await fetch(urgent ? `${told.address}?urgent=${urgent}` : told.address, { headers: { "X-Requested-With": "fetch" } });
    part("ended").hidden = response.status !== 401;
    if (response.status === 401 || response.status === 403) return;
    if (!response.ok) throw new Error(String(response.status));
    const html = await response.text();
    keep({ ...read(), person: told.person, html, ...(urgent ? {} : { beat: asked, at: Date.now() }) });
    show(html);
  } catch {
    setTimeout(() => { if (asked === current) load(urgent); }, AGAIN);
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
  if (unread !== "") showUnread(Number(unread));
  const kept = read(), tokens = key.split(" ").filter(Boolean);
  const isLater = Date.now() < (kept?.later ?? 0) && tokens.every((token) => kept.put.includes(token));
  part("bar").hidden = tokens.length === 0 || isLater;
  document.body.classList.toggle("has-notice", !part("bar").hidden);
  const heard = kept?.told ?? [];
  if (tokens.some((token) => !heard.includes(token))) part("alert").textContent = alert;
  keep({ ...kept, person: told.person, told: [...new Set([...heard, ...tokens])].slice(-HEARD_MOST), shown: tokens });
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
  const kept = read();
  keep({ ...kept, put: [...(kept.put ?? []), ...kept.shown], later: Date.now() + LATER });
  part("bar").hidden = true;
  document.body.classList.remove("has-notice");
  setTimeout(() => { const html = read()?.html; if (html) show(html); }, LATER + 1000);
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
beat(told.pulse, { every: Number(told.every) * 1000, jitter: Number(told.jitter) * 1000 }, hear);
