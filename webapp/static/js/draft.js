// The coordinator's list: what is typed is saved after a pause, one form at a time; two people never overwrite each other.
import { say } from "./announce.js";

const PAUSE = 900; // ms
const draft = document.querySelector("[data-draft]");
const told = draft.dataset;
const forms = [...draft.querySelectorAll("form[data-save]")];
const timers = new Map(), dirty = new Set();
let turn = Promise.resolve(); // one at a time: each answer carries the version that the next one needs

for (const form of forms) {
  showQuestion(form);
  form.addEventListener("input", (event) => {
    if (event.target.name === "asks") showQuestion(form);
    dirty.add(form);
    tell(form, told.sayUnsaved);
    clearTimeout(timers.get(form));
    // A question that is being written is not complete yet: it is saved once it is left.
    if (!isInQuestion(event.target)) timers.set(form, setTimeout(() => save(form), PAUSE));
  });
  form.addEventListener("focusout", (event) => { if (dirty.has(form) && !form.contains(event.relatedTarget)) save(form); });
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("data-act")) return;
    event.preventDefault();
    save(form);
  });
}

function isInQuestion(field) { return field.closest("[data-question]") !== null; }

function showQuestion(form) {
  const question = form.querySelector("[data-question]");
  if (question) question.hidden = !form.elements.asks.checked;
}

function save(form) {
  clearTimeout(timers.get(form));
  turn = turn.then(() => send(form)).catch(() => {});
  return turn;
}

async function send(form) {
  const body = new FormData(form);
  dirty.delete(form);
  tell(form, told.saySaving);
  try {
    const response = await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
    if (response.ok) return saved(form, await response.json());
    dirty.add(form);
    if (response.status === 401) return tell(form, told.sayEnded, true);
    if (response.status === 409) return clash(form, await response.json());
    const isJson = response.headers.get("Content-Type")?.includes("json");
    tell(form, isJson ? (await response.json()).said : told.sayBroken, true);
  } catch {
    dirty.add(form);
    tell(form, told.sayOffline, true);
    addEventListener("online", () => save(form), { once: true });
  }
}

function saved(form, { version, said }) {
  for (const field of draft.querySelectorAll("input[name=version]")) field.value = version;
  form.querySelector("[data-clash]")?.replaceChildren();
  if (!dirty.has(form)) tell(form, `✓ ${said}`);
}

// Somebody else was first. What stands there now is shown beside what was typed; the person decides.
function clash(form, { said, theirs, version }) {
  tell(form, said, true);
  const place = form.querySelector("[data-clash]") ?? form.appendChild(Object.assign(document.createElement("div"), { dataset: {} }));
  const text = document.createElement("p");
  text.className = "draft-outdated";
  text.textContent = `${told.sayTheirs}${Object.values(theirs).filter(Boolean).join(" · ")}`;
  const mine = button(told.sayMine, () => {
    for (const field of draft.querySelectorAll("input[name=version]")) field.value = version;
    place.replaceChildren();
    save(form);
  });
  const reload = button(told.sayReload, () => { dirty.clear(); location.reload(); });
  place.replaceChildren(text, mine, " ", reload);
}

function button(label, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "button";
  made.textContent = label;
  made.addEventListener("click", act);
  return made;
}

function tell(form, text, trouble = false) {
  const place = form.querySelector("[data-said]");
  place.textContent = text;
  place.classList.toggle("is-trouble", trouble);
  if (trouble) say(text);
}

// Every other form leaves the page: what is still unsaved goes first.
for (const act of draft.querySelectorAll("form:not([data-save]), button[data-act], a[data-leave]")) {
  act.addEventListener(act.matches("form") ? "submit" : "click", (event) => {
    for (const form of forms) clearTimeout(timers.get(form));
    if (dirty.size === 0) return;
    event.preventDefault();
    const again = act.matches("form") ? () => act.requestSubmit(event.submitter) : () => act.click();
    Promise.all([...dirty].map(save)).then(() => { if (dirty.size === 0) again(); });
  });
}

document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey || !/^Arrow(Up|Down)$/.test(event.key)) return;
  const item = document.activeElement?.closest("[data-code]");
  const way = item?.querySelector(`[data-reorder] [value=${event.key === "ArrowUp" ? "up" : "down"}]`);
  if (!way || way.disabled) return;
  event.preventDefault();
  way.click();
});

addEventListener("beforeunload", (event) => { if (dirty.size) event.preventDefault(); });
if (location.hash) document.getElementById(decodeURIComponent(location.hash.slice(1)))?.focus();
