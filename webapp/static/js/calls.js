// On every page of somebody who takes calls: the strip with the call under way and what is owed, and the keys for both.
import { say } from "./announce.js";
import { CloseOut } from "./closeout.js";
import { Sending } from "./closeout-sending.js";

const PATIENCE = 8_000, SETTLING = 1_200, SAID = 12_000, PAUSE = 30_000; // ms
const PASSED_ON = "calls-said"; // what is said on the page that follows
const place = document.getElementById("calls");
const told = place.dataset;
const part = (name) => place.querySelector(`[data-${name}]`);
const strip = () => part("strip").firstElementChild;
const others = "BroadcastChannel" in window ? new BroadcastChannel(`calls-${told.person}`) : null;
let read = performance.now(), ahead = Number(strip().dataset.now) - Date.now(), busy = false, pause = 0, following = 0, quieting = 0;

const owed = () => strip().dataset.owed.split(" ").filter(Boolean).map(Number);
const csrf = () => strip().dataset.csrf;
const now = () => Date.now() + ahead;
const sending = new Sending({ person: told.person, root: told.root, csrf, renew: refresh, onSaved, onRefused, onState });
const closeOut = new CloseOut({ place: part("form"), told, now, csrf, sending, tell, onClosed: fit, post, onExempt });

// What the server says now. `appeared`: a call that has just ended shows its bar.
async function refresh({ appearing = true } = {}) {
  const before = new Set(owed()), was = strip().dataset.call;
  const response = await fetch(`${told.root}/strip`, { headers: { "X-Requested-With": "fetch" }, signal: AbortSignal.timeout(PATIENCE) });
  if (response.status === 401) throw new Error("401");
  if (!response.ok) return;
  const next = new DOMParser().parseFromString(await response.text(), "text/html").body.firstElementChild;
  if (!next?.dataset.mark) return;
  const had = part("strip").contains(document.activeElement);
  part("strip").replaceChildren(next);
  if (had) part("strip").querySelector("button, a")?.focus();
  read = performance.now();
  ahead = Number(next.dataset.now) - Date.now();
  tick();
  remind();
  fit();
  const ended = owed().filter((number) => !before.has(number) && !sending.has(number));
  if (was === "" && next.dataset.call) say(told.sayBegan);
  if (appearing && ended.length) { show(ended[0]); say(told.sayOver); }
  if (closeOut.number && closeOut.isOwed && !owed().includes(closeOut.number) && !sending.has(closeOut.number)) closeOut.elsewhere();
}

const look = (more) => refresh(more).then(() => { pause = 0; }, () => { pause = performance.now() + PAUSE; });

// The pulse tells of every change, also of those that the telephony system makes.
document.addEventListener("calls-mark", ({ detail: mark }) => {
  sending.flush();
  if (mark !== strip().dataset.mark && performance.now() - read > SETTLING && performance.now() > pause && !busy) look();
});

async function post(path, values = {}) {
  const body = new URLSearchParams({ ...values, csrf_token: csrf() });
  const response = await fetch(`${told.root}/${path}`, { method: "POST", body, headers: { "X-Requested-With": "fetch" }, signal: AbortSignal.timeout(PATIENCE) });
  if (response.status === 401) { tell(told.sayOut, { login: true, alarm: true }); return null; }
  const answer = response.headers.get("Content-Type")?.includes("json") ? await response.json() : null;
  if (response.ok && answer) return answer;
  if (!answer) await look();
  tell(answer?.error?.message ?? told.sayOffline, { alarm: true });
  return null;
}

async function toggle() {
  if (busy) return;
  busy = true;
  const { call } = strip().dataset;
  try {
    const answer = await post(call ? "end" : "open", call ? { number: call } : {});
    if (answer) await look();
  } catch { tell(told.sayOffline, { alarm: true }); }
  busy = false;
}

function show(number, { focus = false } = {}) {
  if (!part("said").classList.contains("is-trouble")) hush(); // said of another call
  closeOut.show(number, { focus }).then(fit);
}

// By key: to the bar that is shown, else to the call that ended last.
function toBar() {
  if (closeOut.number) return closeOut.focus();
  const number = owed().find((one) => !sending.has(one));
  if (number) show(number, { focus: true });
  else tell(sending.size ? told.sayKept : told.sayNone);
}

function onSaved({ call, said, late }) {
  others?.postMessage({ done: call });
  if (closeOut.isPage && closeOut.number === call) sessionStorage.setItem(PASSED_ON, said);
  if (closeOut.number === call) closeOut.close();
  tell(late ? `${told.sayLate}${said}` : said);
  look(); // another call may have ended meanwhile
}

function onExempt(call, said) {
  others?.postMessage({ done: call });
  if (closeOut.isPage) sessionStorage.setItem(PASSED_ON, said);
  tell(said);
  look();
}

function onRefused({ call, error }) {
  look({ appearing: false });
  closeOut.refused(call, error).then(fit);
}

function onState(state) {
  const { size } = sending;
  part("waiting").hidden = size === 0 || state === "sending";
  part("waiting").textContent = told.sayWaiting.replace("{n}", size);
  if (state === "kept") tell(told.sayKept);
  if (state === "busy") tell(told.sayBusy);
  if (state === "ended") tell(told.sayEnded, { login: true, alarm: true });
  fit();
}

// One sentence above the strip; it goes away by itself unless something is to be done about it.
function tell(text, { login = false, alarm = false, link = login ? toLogin() : null } = {}) {
  part("said-text").textContent = text;
  part("said").classList.toggle("is-trouble", alarm);
  part("said-link").hidden = !link;
  if (link) [part("said-link").textContent, part("said-link").href] = link;
  part("said").hidden = false;
  say(text);
  clearTimeout(quieting);
  if (!link) quieting = setTimeout(hush, alarm ? SAID * 2 : SAID);
  fit();
}

function toLogin() { return [told.sayLogin, `${told.login}?next=${encodeURIComponent(location.pathname + location.search)}`]; }

function hush() { part("said").hidden = true; fit(); }

function tick() {
  const since = place.querySelector("[data-since]");
  if (since) since.textContent = clock(now() - Number(since.dataset.since));
  closeOut.tick();
}

function clock(length) {
  const seconds = Math.max(0, Math.floor(length / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

// What somebody has promised comes due: the strip tells without being asked.
function remind() {
  clearTimeout(following);
  const next = Number(strip().dataset.next);
  if (next > now()) following = setTimeout(due, Math.min(next - now() + 1000, 2 ** 31 - 1));
}

async function due() {
  await look();
  tell(told.sayDue, { link: [told.sayMine, `${told.root}/mine`] });
}

// What lies under the bar can still be scrolled into sight, and what else is fixed to the foot stands above it.
function fit() {
  const quiet = "quiet" in strip().dataset && part("form").hidden && part("said").hidden && part("waiting").hidden;
  place.classList.toggle("is-quiet", quiet);
  document.documentElement.style.setProperty("--calls", quiet ? "0px" : `${place.offsetHeight}px`);
}

part("strip").addEventListener("submit", (event) => {
  if (!event.target.matches("[data-toggle]")) return;
  event.preventDefault();
  toggle();
});
part("strip").addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || !event.target.closest("[data-show]")) return;
  event.preventDefault();
  toBar();
});
part("said-close").addEventListener("click", hush);
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.isComposing || document.querySelector("dialog[open]")) return;
  const doing = { KeyB: toggle, KeyS: toBar }[event.code];
  if (!doing) return;
  event.preventDefault();
  if (!event.repeat) doing();
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-close-out]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(Number(link.dataset.closeOut), { focus: true });
});
others?.addEventListener("message", ({ data: { done } }) => {
  if (closeOut.number === done) closeOut.elsewhere();
  look();
});
addEventListener("pageshow", (event) => { if (event.persisted) look(); });
addEventListener("online", () => { sending.flush(); look(); });
addEventListener("resize", fit);
new ResizeObserver(fit).observe(place);

setInterval(tick, 1000);
tick();
remind();
fit();
if (sessionStorage.getItem(PASSED_ON)) tell(sessionStorage.getItem(PASSED_ON));
sessionStorage.removeItem(PASSED_ON);
sending.flush();
closeOut.resume(owed());
