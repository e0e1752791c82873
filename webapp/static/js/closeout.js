// The bar of one call that has ended: four ways, one key each; Enter saves. It comes without taking the focus.
import { fill, values } from "./closeout-fields.js";
import { wireHelp } from "./closeout-help.js";
import { newKey } from "./closeout-kept.js";

const KEPT_AFTER = 250; // ms after the last key
const PUT_OFF = "calls-later";
const KINDS = ["used", "flagged", "improved", "added"];
const FIRST_FIELD = { used: "[name=kind]:checked", flagged: "[name=text_flagged]", improved: "[name=text_improved]", added: "[name=text_added]" };
const WRITES = "input:not([type=radio], [type=checkbox]), textarea, select";

export class CloseOut {
  constructor({ place, told, now, csrf, sending, tell, onClosed, post, onExempt }) {
    Object.assign(this, { place, told, now, csrf, sending, tell, onClosed, post, onExempt });
    this.number = 0;
    this.before = null; // what had the focus
    this.loading = 0;
  }

  get form() { return this.place.querySelector("[data-solution]"); }
  find(name) { return this.place.querySelector(`[data-${name}]`); }

  // On loading a page: a form of its own, else what was left open on the page before.
  resume(owed) {
    const page = document.querySelector("[data-closing]");
    this.forget(owed, page);
    if (page?.querySelector("[data-solution]")) {
      this.place = page;
      this.isPage = true;
      return this.wire(Number(this.form.dataset.solution));
    }
    if ("still" in this.told) return null; // a page of calls: the list is what is wanted
    const off = putOff();
    const number = owed.find((one) => !off.includes(one) && !this.sending.has(one));
    if (number) this.show(number).then(this.onClosed);
    return null;
  }

  // Desks are shared: what was typed about calls that are settled does not stay in the browser.
  forget(owed, page) {
    const { kept } = this.sending, shown = Number(page?.querySelector("[data-solution]")?.dataset.solution);
    for (const call of kept.drafted()) if (!owed.includes(call) && call !== shown && !this.sending.has(call)) kept.dropDraft(call);
  }

  async show(number, { focus = false } = {}) {
    if (this.isPage) { // left only when that is asked for
      if (focus) this.number === number ? this.focus() : location.assign(`${this.told.root}/${number}`);
      return null;
    }
    if (this.number === number) return focus && this.focus();
    if (this.number && this.isTouched) { // what is being typed about another call is not taken away
      if (focus) this.focus();
      return null;
    }
    this.loading = number;
    let html;
    try {
      const response = await fetch(`${this.told.root}/${number}/form`, { headers: { "X-Requested-With": "fetch" } });
      if (!response.ok) throw new Error(String(response.status));
      html = await response.text();
    } catch {
      if (focus) this.tell(this.told.sayLoading, { alarm: true });
      return null;
    }
    if (this.loading !== number) return null;
    const page = new DOMParser().parseFromString(html, "text/html");
    this.place.replaceChildren(...page.body.children);
    this.place.hidden = false;
    this.wire(number);
    unputOff(number);
    if (focus) this.focus();
    return null;
  }

  wire(number) {
    const { form } = this;
    this.number = number;
    this.isOwed = form.dataset.settled === "";
    this.before = null;
    this.start = JSON.stringify(values(form));
    const draft = this.sending.kept.draft(number);
    this.key = draft?.key ?? newKey();
    if (draft?.fields) fill(form, draft.fields);
    this.find("later").hidden = this.isPage;
    const replace = this.find("replace");
    if (replace) {
      replace.hidden = false;
      replace.addEventListener("click", () => this.replace(replace.dataset.replace));
    }
    form.addEventListener("submit", (event) => { event.preventDefault(); this.save(); });
    form.addEventListener("input", () => this.later());
    form.addEventListener("change", () => { this.later(); this.onClosed(); });
    this.find("later").addEventListener("click", () => this.putOff());
    this.find("exempt")?.addEventListener("submit", (event) => { event.preventDefault(); this.exempt(event.submitter); });
    this.place.onkeydown = (event) => this.key_(event);
    this.help = wireHelp(form, { root: this.told.root, csrf: this.csrf, onSize: this.onClosed });
    addEventListener("pagehide", () => this.keep(), { once: true });
    this.tick();
  }

  get isTouched() { return Boolean(this.form) && JSON.stringify(values(this.form)) !== this.start; }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), KEPT_AFTER);
  }

  // Every window of this browser uses the same key for a call: what two of them save is one.
  keep() {
    clearTimeout(this.timer);
    if (this.form && this.number && !this.isOver && this.isTouched) this.sending.kept.keepDraft(this.number, { key: this.key, fields: values(this.form) });
  }

  focus() {
    if (!this.place.contains(document.activeElement)) this.before = document.activeElement;
    const chosen = this.place.querySelector("[name=kind]:checked").value;
    const field = this.form.querySelector(FIRST_FIELD[chosen]);
    const asked = this.form.querySelector("[name=asked]");
    (chosen === "added" && !asked.value ? asked : field).focus();
  }

  choose(kind) {
    const radio = this.form.querySelector(`[name=kind][value=${kind}]`);
    radio.checked = true;
    radio.dispatchEvent(new Event("change", { bubbles: true }));
    radio.dispatchEvent(new Event("input", { bubbles: true }));
    this.focus();
  }

  key_(event) {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    if (event.altKey && event.code.startsWith("Key")) return; // these mean the same everywhere
    event.stopPropagation(); // the keys of the page below are not meant
    const act = this.meaning(event);
    if (!act) return;
    event.preventDefault();
    if (!event.repeat) act();
  }

  meaning(event) {
    const { target, key } = event;
    if (this.isOver) return key === "Escape" ? () => this.close() : null;
    if (key === "Escape" && !this.isPage) return () => this.putOff();
    if (key === "Enter" && !event.shiftKey && !target.closest("button, a")) return () => this.save();
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    if (!digit || (target.matches(WRITES) && !event.altKey)) return null;
    if (digit <= 4) return () => this.choose(KINDS[digit - 1]);
    if (digit === "9") return this.find("replace") && (() => this.replace(this.find("replace").dataset.replace));
    const button = this.place.querySelectorAll("[data-exempt] button")[digit - 5];
    return button ? () => this.exempt(button) : null;
  }

  async save() {
    if (this.form.hasAttribute("aria-busy") || this.isOver) return;
    this.trouble("");
    const { number, form } = this;
    const fields = values(form);
    this.sending.kept.keepDraft(number, { key: this.key, fields });
    form.setAttribute("aria-busy", "true");
    await this.sending.send(number, this.key, fields);
    if (this.number !== number || this.form !== form) return;
    form.removeAttribute("aria-busy");
    if (this.sending.has(number) && !this.isPage) this.close(); // kept here, and sent when that is possible
  }

  async exempt(button) {
    const { number } = this;
    button.disabled = true;
    try {
      const answer = await this.post(`${number}/exempt`, { reason: button.value });
      if (answer) {
        this.sending.kept.dropDraft(number);
        this.onExempt(number, answer.said);
        this.close();
      }
    } catch { this.tell(this.told.sayOffline, { alarm: true }); }
    button.disabled = false;
  }

  // What the server did not take. The text is where it was.
  async refused(call, error) {
    if (this.number !== call) {
      if (this.number && this.isTouched) return this.tell(error.message ?? this.told.sayBroken, { alarm: true });
      this.close();
      await this.show(call);
    }
    if (this.number !== call) return null;
    this.form.removeAttribute("aria-busy");
    this.trouble(error.message ?? this.told.sayBroken);
    const field = this.fieldOf(error.field);
    field?.setAttribute("aria-invalid", "true");
    if (this.place.contains(document.activeElement)) field?.focus();
    if (error.again) { // another window was first with this key: what is typed here gets one of its own
      this.key = newKey();
      this.sending.kept.keepDraft(call, { key: this.key, fields: values(this.form) });
    }
    if (error.withdrawn) this.offer(error);
    return null;
  }

  fieldOf(name) {
    const kind = this.form.querySelector("[name=kind]:checked").value;
    return name ? this.form.elements[name === "text" ? `text_${kind}` : name] : null;
  }

  // The entry was withdrawn while the caller was on the line.
  offer({ replaced_by: code }) {
    this.find("anyway").hidden = false;
    const button = this.find("instead");
    button.hidden = !code;
    button.firstElementChild.textContent = code;
    button.onclick = () => this.replace(code);
  }

  replace(code) {
    const field = this.form.elements.code;
    field.value = code;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    this.form.elements.revision.value = "";
    if (this.find("gone")) this.find("gone").hidden = true;
    this.find("instead").hidden = true;
    this.find("anyway").hidden = true;
    this.trouble("");
    this.choose("used");
    this.later();
  }

  trouble(text) {
    for (const field of this.form.querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    this.find("trouble").textContent = text;
    this.find("trouble").hidden = !text;
    if (text) this.tell(text, { alarm: true });
  }

  // Recorded in another window: nobody needs to record it again, and what was typed here stays to be copied.
  elsewhere() {
    this.sending.kept.dropDraft(this.number);
    if (!this.isTouched) this.close();
    else {
      this.isOver = true;
      for (const field of this.form.elements) {
        if (field.matches("textarea, input:not([type=radio], [type=checkbox])")) field.readOnly = true;
        else field.disabled = true;
      }
      this.find("later").disabled = false;
      this.find("trouble").textContent = `${this.told.sayElsewhere}${this.told.sayUnsaved}`;
      this.find("trouble").hidden = false;
    }
    this.tell(this.told.sayElsewhere);
  }

  putOff() {
    this.keep();
    if (!this.isOver) putOff(this.number);
    this.close();
  }

  close() {
    if (this.isPage) return location.assign(`${this.told.root}/mine`);
    const had = this.place.contains(document.activeElement);
    this.number = 0;
    this.loading = 0;
    this.isOver = false;
    this.place.hidden = true;
    this.place.replaceChildren();
    if (had && this.before?.isConnected) this.before.focus();
    return this.onClosed();
  }

  tick() {
    const clock = this.find("clock");
    if (!clock || !this.form) return;
    const left = Math.round((Number(this.form.dataset.due) - this.now()) / 1000), length = Math.abs(left);
    const minutes = Math.floor(length / 60);
    const time = minutes < 100 ? `${minutes}:${String(length % 60).padStart(2, "0")}` : `${Math.floor(minutes / 60)} h`;
    clock.textContent = (left < 0 ? this.told.timeLate : this.told.timeLeft).replace("{time}", time);
    clock.classList.toggle("is-late", left < 0);
  }
}

function putOff(number = 0) {
  try {
    const all = JSON.parse(sessionStorage.getItem(PUT_OFF) ?? "[]");
    if (number) sessionStorage.setItem(PUT_OFF, JSON.stringify([...all, number].slice(-50)));
    return all;
  } catch { return []; }
}

function unputOff(number) {
  try { sessionStorage.setItem(PUT_OFF, JSON.stringify(putOff().filter((one) => one !== number))); } catch { /* No harm. */ }
}
