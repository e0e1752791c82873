// The search page: wires the box, the filters, the results and the keys together.
import { act } from "./acts.js";
import { say } from "./announce.js";
import { Asking } from "./asking.js";
import { copyText } from "./copy.js";
import { Facets } from "./facets.js";
import { Hits } from "./hits.js";
import { wireKeys } from "./keys.js";
import { listRecent, remember as rememberQuestion } from "./recent.js";

const desk = document.getElementById("desk");
const box = document.getElementById("q");
const results = document.getElementById("results");
const dialog = document.getElementById("keys");
const told = desk.dataset;
const part = (name) => desk.querySelector(`[data-${name}]`);
const hits = new Hits(results, box);
const facets = new Facets(document.getElementById("facets"), ask, keep);
const question = () => box.value.trim().replace(/\s+/g, " ");
const state = () => results.firstElementChild?.dataset.state;
let finished = "";

const asking = new Asking({
  address: () => `${told.fragment}?${parameters(facets.all(new URLSearchParams({ q: asked() })))}`,
  onAnswer: show,
  onSlow: () => { part("progress-text").textContent = told.saySlow; part("progress").hidden = false; results.setAttribute("aria-busy", "true"); },
  onIdle: () => { part("progress").hidden = true; results.removeAttribute("aria-busy"); },
  onTrouble: trouble,
  onRest: finish,
});

function asked() {
  return [...question()].slice(0, Number(told.most)).join("");
}

function parameters(params) {
  if (told.call) params.set("call", told.call);
  if (told.asOf) params.set("as_of", told.asOf);
  return params;
}

function typed() {
  part("clear").hidden = box.value === "";
  if (/^[?？]$/.test(box.value)) { box.value = ""; return help(); } // through an input method
  keepAddress();
  if (question() === "") return empty();
  asking.later();
}

function ask() {
  part("clear").hidden = box.value === "";
  keepAddress();
  if (question() !== "") asking.now();
}

function empty() {
  asking.cancel();
  hideTrouble();
  results.replaceChildren(document.getElementById("empty-state").content.cloneNode(true));
  listRecent();
  say("");
}

function show(html) {
  hideTrouble();
  const page = new DOMParser().parseFromString(html, "text/html");
  const hadFocus = results.contains(document.activeElement);
  results.replaceChildren(...page.body.children);
  hits.reset();
  if (hadFocus) (hits.first ?? box).focus();
  part("long").hidden = [...question()].length <= Number(told.most) || Boolean(results.querySelector("[data-partial]"));
  if (finished === question()) { record(); tellQuestion(); }
  say(results.firstElementChild?.dataset.announce ?? "", { after: 600 });
}

function trouble(kind) {
  // What stands below answers another question: away with it, or it might be read out.
  results.replaceChildren();
  part("trouble-text").textContent = { login: told.sayLogin, offline: told.sayOffline, broken: told.sayBroken }[kind];
  part("relogin").hidden = kind !== "login";
  part("relogin").href = `${told.login}?next=${encodeURIComponent(location.pathname + location.search)}`;
  part("retry").hidden = kind === "login";
  part("trouble").hidden = false;
}

function hideTrouble() {
  part("trouble").hidden = true;
  part("long").hidden = true;
}

// A question counts as finished after Enter or a rest: then, and only then, is it recorded that nothing answers it.
function finish() {
  finished = question();
  remember();
  if (!asking.under_way) { record(); tellQuestion(); }
}

// Taking an answer finishes the question as well, however soon it is done.
function answered() {
  finished = question();
  tellQuestion();
}

function tellQuestion() {
  const place = results.firstElementChild;
  if (place?.dataset.question !== asked() || place.dataset.told || !place.dataset.total || told.asOf) return;
  place.dataset.told = "yes";
  act("search", { text: place.dataset.question, hits: Number(place.dataset.total) });
}

function remember() {
  if (state() === "found") rememberQuestion(question());
}

async function record() {
  const place = results.firstElementChild;
  if (state() !== "nothing" || place.dataset.question !== asked() || place.dataset.sent) return;
  place.dataset.sent = "yes";
  try {
    const response = await fetch(`${told.unanswered}?${parameters(facets.all(new URLSearchParams({ q: asked() })))}`, {
      method: "POST", headers: { "X-CSRFToken": told.csrf, "X-Requested-With": "fetch" },
    });
    const note = place.querySelector("[data-recorded]");
    if (note && response.ok && (await response.json()).recorded) { note.hidden = false; say(note.textContent.trim()); }
  } catch { /* The next one who asks will have it recorded. */ }
}

async function keep(name, value) {
  const body = new URLSearchParams({ [name]: value });
  try {
    const response = await fetch(told.filters, {
      method: "POST", body, headers: { "X-CSRFToken": told.csrf, "X-Requested-With": "fetch" },
    });
    if (!response.ok) throw new Error(String(response.status));
  } catch { say(told.sayNotKept); }
}

function keepAddress() {
  const params = facets.own(new URLSearchParams(question() ? { q: question() } : {}));
  const query = parameters(params).toString();
  const address = query ? `${told.page}?${query}` : told.home;
  if (address.length < 4000) history.replaceState(null, "", address);
  sessionStorage.setItem("last-search", address);
}

// Within a call what narrows it stays: the same caller asks on. Without one the next caller is another.
function clear() {
  box.value = "";
  if (!told.call) facets.restore();
  box.focus();
  typed();
}

function toBox() { box.focus(); box.select(); }
function help() { dialog.showModal(); }

function copy() {
  const card = results.querySelector("[data-shown] [data-card]");
  if (card) answered();
  if (card) copyText(card.dataset.copy, card.querySelector("[data-copy-card]"));
}

function choice(number) {
  const link = results.querySelectorAll("[data-choice]")[number - 1];
  return link ? () => choose(link) : null;
}

function choose({ dataset: { field, value } }) {
  if (facets.fields.has(field)) facets.narrow(field, value);
  else { box.value = `${question()} ${value}`; ask(); }
  box.focus();
}

// A repair of the question taken back: the page is asked again with the word as it was typed.
function undo() {
  const link = results.querySelector("[data-undo]");
  return link ? () => link.click() : null;
}

function drop() { facets.drop(); box.focus(); }

results.addEventListener("click", (event) => {
  if (event.target.closest("[data-hit], [data-copy-card], [data-card] a")) answered();
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const target = event.target.closest("[data-choice], [data-drop], [data-suggestion]");
  if (!target) return;
  event.preventDefault();
  if (target.matches("[data-choice]")) choose(target);
  else if (target.matches("[data-drop]")) drop();
  else { box.value = target.dataset.suggestion; box.focus(); ask(); }
});

document.getElementById("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  if (asking.composing || question() === "") return;
  // What is shown answers this very question: open it. Otherwise do not wait for the pause, ask now.
  if (hits.shown && !asking.pending && results.firstElementChild.dataset.question === asked()) return hits.shown.click();
  finished = question();
  remember();
  ask();
});
part("clear").addEventListener("click", clear);
part("retry").addEventListener("click", () => { box.focus(); ask(); });
asking.watch(box, typed);
wireKeys(box, {
  move: (step) => hits.move(step), clear, help, toBox, copy, choice, drop, undo, retry: () => { box.focus(); ask(); },
  isOnHit: () => document.activeElement?.matches("[data-hit]"),
  canDrop: () => state() === "nothing" && facets.any,
  canRetry: () => !part("trouble").hidden,
});

part("clear").hidden = box.value === "";
finished = question();
remember();
listRecent();
hits.reset();
keepAddress();
box.focus();
box.setSelectionRange(box.value.length, box.value.length);
// Typed before this script was there: nobody has asked for it yet.
if (state() !== "problem" && question() !== (results.firstElementChild?.dataset.question ?? "")) typed();
// Coming back with the browser's own keys: the form may hold another text than the results answer.
addEventListener("pageshow", (event) => { if (event.persisted && question()) ask(); });
