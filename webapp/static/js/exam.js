// Taking a paper: one question at a time, each answer sent at once. What could not be sent stays on this machine and is
// sent again, also after a reload; of two pages the latest change counts. The server's clock counts.
import { say } from "./announce.js";
import { chooseByKey, keepRanksApart, setValue, valueOf } from "./exam-keys.js";
import { Outbox } from "./exam-outbox.js";

const TYPING = 600; // ms of rest after which what is being typed is sent
const paper = document.querySelector("[data-exam]");
const told = paper.dataset;
const questions = [...paper.querySelectorAll("[data-question]")];
const dots = [...paper.querySelectorAll("[data-to]")];
const clock = paper.querySelector("[data-clock]"), count = paper.querySelector("[data-count]"), place = paper.querySelector("[data-saved]");
const [back, forward] = paper.querySelectorAll("[data-step]");
const ahead = Number(told.now) - Date.now(); // this machine's clock may be wrong
const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
const byNumber = (number) => questions.find((one) => one.dataset.question === String(number));
const timers = new Map();
let at = 0, over = false, leaving = false;

const outbox = new Outbox({
  key: `exam:${told.exam}`, address: told.save, csrf: told.csrf, sequence: Number(told.sequence), now: () => Date.now() + ahead,
  tell: (state, said) => {
    place.textContent = { saved: `✓ ${told.saySaved}`, saving: told.saySaving, offline: told.sayOffline, login: told.sayLogin, refused: said || told.sayRefused }[state];
    place.classList.toggle("is-trouble", state !== "saved" && state !== "saving");
    if (state === "offline" || state === "login" || state === "refused") say(place.textContent);
  },
  elsewhere: (number, value) => {
    const question = byNumber(number);
    if (!question || question.contains(document.activeElement) && question.dataset.type === "short") return;
    setValue(question, value);
    mark(question);
  },
});

function mark(question) {
  const n = questions.indexOf(question);
  dots[n].classList.toggle("is-answered", valueOf(question).length > 0);
  const asked = questions.filter((one) => !("spoken" in one.dataset));
  count.textContent = fill(told.sayAnswered, { done: asked.filter((one) => valueOf(one).length).length, all: asked.length });
}

function keep(question) {
  clearTimeout(timers.get(question));
  timers.delete(question);
  outbox.put(Number(question.dataset.question), valueOf(question));
  mark(question);
}

function keepAll() {
  for (const question of [...timers.keys()]) keep(question);
}

function show(n, { focus = true } = {}) {
  keepAll();
  at = Math.min(Math.max(n, 0), questions.length - 1);
  questions.forEach((one, i) => { one.hidden = i !== at; });
  dots.forEach((dot, i) => { if (i === at) dot.setAttribute("aria-current", "step"); else dot.removeAttribute("aria-current"); });
  dots[at].scrollIntoView({ block: "nearest", inline: "center" });
  back.disabled = at === 0;
  forward.disabled = at === questions.length - 1;
  history.replaceState(null, "", `#q${at + 1}`);
  if (focus) (questions[at].querySelector(".exam-blank, textarea") ?? questions[at]).focus({ preventScroll: true });
}

paper.addEventListener("input", (event) => {
  const question = event.target.closest("[data-question]");
  if (!question) return;
  keepRanksApart(question, event.target);
  if (!event.target.matches(".exam-blank, textarea")) return keep(question);
  clearTimeout(timers.get(question));
  timers.set(question, setTimeout(() => keep(question), TYPING));
  mark(question);
});
paper.addEventListener("focusout", keepAll);
for (const button of [back, forward]) {
  button.hidden = false;
  button.addEventListener("click", () => show(at + Number(button.dataset.step)));
}
for (const dot of dots) dot.addEventListener("click", (event) => { event.preventDefault(); show(Number(dot.dataset.to) - 1); });

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey && event.key !== "Enter" || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (chooseByKey(questions[at], event)) return;
  if (event.key !== "Enter" || event.target.closest("button, a") || event.target.matches("textarea") && !event.ctrlKey) return;
  event.preventDefault();
  show(at + (event.shiftKey ? -1 : 1));
});

// --- handing in

paper.addEventListener("submit", async (event) => {
  if (leaving) return;
  event.preventDefault();
  keepAll();
  const asked = questions.filter((one) => !("spoken" in one.dataset));
  const open = asked.filter((one) => !valueOf(one).length).length;
  if (!over && !(await isSure(open ? fill(told.saySure, { n: open }) : told.saySureAll))) return;
  if (!over && !(await outbox.drained(6_000))) return say(place.textContent = told.sayUnsaved);
  lock();
  while (!(await outbox.drained(20_000))) say(count.textContent = told.sayStay); // without a line there is no page to go to
  leaving = true;
  paper.querySelector("[data-scripted]").value = "1";
  paper.submit();
});

function lock() {
  for (const field of paper.querySelectorAll("fieldset")) field.disabled = true;
  for (const button of paper.querySelectorAll(".exam-steps button")) button.disabled = true;
}

function isSure(text) {
  const dialog = document.querySelector("[data-sure]");
  dialog.querySelector("[data-sure-text]").textContent = text;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
}

// --- the clock

const MINUTES = [10, 5, 1];
let spoken = MINUTES.filter((n) => Number(told.due) - Date.now() - ahead <= n * 60e3);

function tick() {
  const left = Number(told.due) - Date.now() - ahead;
  const seconds = Math.max(0, Math.ceil(left / 1000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  clock.textContent = fill(told.sayLeft, { time });
  clock.classList.toggle("is-short", left <= 5 * 60e3);
  for (const n of MINUTES) {
    if (left <= n * 60e3 && left > 0 && !spoken.includes(n)) {
      spoken = [...spoken, n];
      say(fill(told.sayMinutes, { n }));
    }
  }
  if (left > 0 || over) return;
  over = true;
  say(told.sayOver);
  document.querySelector("[data-sure]").close();
  paper.requestSubmit();
}

for (const [number, value] of outbox.waiting()) {
  const question = byNumber(number);
  if (question) setValue(question, value);
}
questions.forEach(mark);
show((Number(/^#q(\d+)$/.exec(location.hash)?.[1]) || 1) - 1, { focus: false });
tick();
setInterval(tick, 1000);
outbox.send();
addEventListener("beforeunload", (event) => { keepAll(); if (!leaving && outbox.size) event.preventDefault(); });
