// The editor: what is typed is saved by itself, shown as it will look, and checked, while it is typed.
import { say } from "./announce.js";
import { Live } from "./editor-live.js";
import { Saving } from "./editor-saving.js";
import { wireToolbar } from "./editor-toolbar.js";

const form = document.getElementById("editor");
const told = form.dataset;
const area = form.elements.body;
const wide = matchMedia("(min-width: 68rem)");
const part = (name) => form.querySelector(`[data-${name}]`);
const panes = { preview: document.getElementById("pane-preview"), check: document.getElementById("pane-check") };
const count = (text) => [...text].length.toLocaleString("en");
let submitting = false;

// --- the draft

const saving = new Saving(form, {
  onState: (state) => { part("state").textContent = { unsaved: told.sayUnsaved, saving: told.saySaving }[state]; },
  onTrouble: trouble,
  onSaved: ({ saved, behind }, more) => {
    part("trouble").hidden = true;
    part("state").textContent = more ? told.sayUnsaved : told.saySaved.replace("{time}", saved);
    if (behind) { part("trouble-said").textContent = behind; part("relogin").hidden = part("see-both").hidden = true; part("trouble").hidden = false; }
  },
});

function trouble(kind, said) {
  const text = said ?? { login: told.sayLogin, offline: told.sayLocal, clash: told.sayClash }[kind];
  part("trouble-said").textContent = text;
  part("relogin").hidden = kind !== "login";
  part("relogin").href = `${told.login}?next=${encodeURIComponent(location.pathname + location.search)}`;
  part("see-both").hidden = kind !== "clash";
  part("trouble").hidden = false;
  part("state").textContent = told.sayUnsaved;
}

function offerWhatWasLeft() {
  const left = saving.left();
  if (!left) return;
  const same = Object.entries(left.typed).every(([name, value]) => !form.elements[name] || ["id", "version", "based_on"].includes(name) || name.startsWith("override:") || form.elements[name].value === value);
  if (same) return saving.forget(left.key);
  const time = new Date(left.at).toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit", hour12: false });
  part("local-said").textContent = part("local-said").dataset.text.replace("{time}", time);
  part("local").hidden = false;
  part("local-take").addEventListener("click", () => {
    for (const [name, value] of Object.entries(left.typed)) {
      if (form.elements[name] && !["id", "version", "based_on", "code"].includes(name)) form.elements[name].value = value;
    }
    for (const box of form.querySelectorAll("input[name=roles]")) box.checked = left.roles.includes(box.value);
    part("local").hidden = true;
    saving.forget(left.key);
    say(told.sayBack);
    changed();
  });
  part("local-drop").addEventListener("click", () => { saving.forget(left.key); part("local").hidden = true; });
}

// --- beside the text

const preview = new Live(form, told.preview, { wait: 350, onAnswer: (nodes) => { part("preview-of").replaceChildren(...nodes); keepInStep(); } });
const check = new Live(form, told.check, { wait: 1200, patient: true, onStart: () => { part("check-busy").hidden = false; }, onAnswer: showCheck });

function showCheck(nodes) {
  const place = part("check-of");
  part("check-busy").hidden = true;
  // A reason that is being typed stays, whatever the check finds meanwhile.
  const typed = new Map([...place.querySelectorAll("input")].map((input) => [input.id, input.value]));
  const focused = place.contains(document.activeElement) ? document.activeElement : null;
  const where = focused && [focused.id, focused.selectionStart, focused.selectionEnd];
  place.replaceChildren(...nodes);
  for (const input of place.querySelectorAll("input")) if (typed.get(input.id)) input.value = typed.get(input.id);
  if (where?.[0]) {
    const again = document.getElementById(where[0]);
    again?.focus();
    if (again?.setSelectionRange) again.setSelectionRange(where[1], where[2]);
  }
  countFindings();
}

function countFindings() {
  const place = part("check-of").querySelector("[data-check-count]");
  const open = [...part("check-of").querySelectorAll(".finding-reason input")].filter((input) => input.value.trim() === "").length;
  const must = part("check-of").querySelectorAll(".finding-must, .finding.is-block > p:only-child").length;
  part("tab-count").textContent = place && open + must ? String(open + must) : "";
}

function keepInStep() {
  const room = area.scrollHeight - area.clientHeight;
  if (!wide.matches || form.dataset.shows !== "preview" || room <= 0) return;
  const head = panes.preview.querySelector(".prose").offsetTop;
  const far = panes.preview.scrollHeight - panes.preview.clientHeight - head;
  const share = area.scrollTop / room;
  panes.preview.scrollTop = share === 0 ? 0 : head + Math.max(0, far) * share;
}

function measure() {
  for (const place of form.querySelectorAll("[data-count-of]")) {
    const field = form.elements[place.dataset.countOf];
    const most = Number(field.dataset.long ?? field.dataset.most);
    const size = [...field.value].length;
    place.textContent = place.dataset[size > most ? "over" : "text"].replace("{count}", count(field.value)).replace("{most}", most.toLocaleString("en"));
    place.classList.toggle("is-over", size > most);
  }
  for (const place of form.querySelectorAll("[data-shows]")) if (place !== form) place.textContent = form.elements[place.dataset.shows].value;
}

function changed(event) {
  if (event?.target.closest?.("#pane-check")) { countFindings(); return; }
  if (event?.target.id !== "reason") { preview.later(); check.later(); measure(); }
  saving.changed();
}

// --- panes: beside the text where there is room, else one at a time

function showPane(name, focus = false) {
  form.dataset.shows = wide.matches && name === "write" ? "preview" : name;
  for (const tab of form.querySelectorAll("[data-tab]")) {
    const chosen = tab.dataset.tab === form.dataset.shows;
    tab.setAttribute("aria-selected", String(chosen));
    tab.tabIndex = chosen ? 0 : -1;
    if (chosen && focus) tab.focus();
  }
  if (name !== "check") keepInStep();
}

function wirePanes() {
  const tabs = form.querySelector(".editor-tabs");
  tabs.hidden = false;
  panes.preview.setAttribute("role", "tabpanel");
  panes.check.setAttribute("role", "tabpanel");
  tabs.addEventListener("click", (event) => { const tab = event.target.closest("[data-tab]"); if (tab) showPane(tab.dataset.tab); });
  tabs.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    const names = [...tabs.querySelectorAll("[data-tab]")].filter((tab) => tab.offsetParent).map((tab) => tab.dataset.tab);
    showPane(names[(names.indexOf(form.dataset.shows) + step + names.length) % names.length], true);
  });
  wide.addEventListener("change", () => showPane(wide.matches ? "preview" : "write"));
  // From a finding or a mistake to its field, which may stand in another pane.
  form.addEventListener("click", (event) => {
    const field = document.getElementById(event.target.closest("a[href^='#']")?.hash.slice(1) ?? "");
    if (!field || !form.contains(field)) return;
    event.preventDefault();
    if (!wide.matches && field.id !== "reason") showPane("write");
    (field.matches("fieldset") ? field.querySelector("input") : field).focus();
  });
}

// --- the form

form.addEventListener("input", (event) => { if (!event.isComposing) changed(event); });
form.addEventListener("compositionend", changed);
form.addEventListener("focusout", (event) => { if (event.target.matches("input, textarea, select")) saving.now(); });
form.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.code === "KeyS") { event.preventDefault(); saving.now(); }
  // Enter in a line is no order to hand in.
  if (event.key === "Enter" && event.target.matches("input:not([type=checkbox])")) { event.preventDefault(); saving.now(); }
});
form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (submitting || button?.hasAttribute("data-see-both")) { submitting = true; return; }
  event.preventDefault();
  if (!button?.hasAttribute("data-submit")) { saving.changes += Number(saving.field.id.value === "0"); saving.now(); return; }
  // What is under way brings a newer version: hand in on top of that.
  clearTimeout(saving.timer);
  saving.stopped = true;
  saving.keepHere();
  while (saving.underWay) await saving.underWay;
  submitting = true;
  form.requestSubmit(button);
});
area.addEventListener("scroll", keepInStep, { passive: true });
document.addEventListener("visibilitychange", () => { if (document.hidden) saving.now(); });
window.addEventListener("online", () => saving.now());
window.addEventListener("beforeunload", (event) => { if (saving.dirty && !submitting && saving.isHere === false) event.preventDefault(); });
window.addEventListener("pageshow", (event) => { if (event.persisted) submitting = saving.stopped = false; });
document.querySelector("[data-discard]")?.addEventListener("click", () => { saving.stopped = true; saving.forget(); });

form.classList.add("is-live");
wirePanes();
wireToolbar(form, area, (text) => { part("state").textContent = text; say(text); });
showPane("refused" in told && !form.querySelector("[aria-invalid]") ? "check" : "write");
measure();
countFindings();
offerWhatWasLeft();
if (form.elements.title.value && !("refused" in told)) check.now();
const wrong = form.querySelector("[aria-invalid]") ?? form.querySelector("[data-summary]");
if (wrong) {
  wrong.focus({ preventScroll: true });
  (wrong.closest(".editor-foot") ? form.querySelector("[data-summary]") : wrong.closest(".field") ?? wrong).scrollIntoView({ block: "start" });
}
else if (!form.elements.title.value) form.elements.title.focus();
