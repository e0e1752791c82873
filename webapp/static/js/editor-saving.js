// The draft goes to the server a moment after the last key. Until the server has it, it lies in this browser as well.

const WAIT = 1500;   // ms after the last key
const AGAIN = 10000; // ms until it is tried again when the server does not answer
const TIMEOUT = 15000;

const WINDOW = nameOfWindow();

function nameOfWindow() {
  try {
    const name = sessionStorage.getItem("zhixi-window") ?? String(Math.random()).slice(2, 12);
    sessionStorage.setItem("zhixi-window", name);
    return name;
  } catch { return "one"; }
}

export class Saving {
  constructor(form, { onState, onTrouble, onSaved }) {
    Object.assign(this, { form, onState, onTrouble, onSaved });
    this.changes = 0;   // made since the page was loaded
    this.kept = 0;      // of these, how many the server has
    this.stopped = false;
  }

  get field() { return this.form.elements; }
  get draft() { return `zhixi-draft:${this.form.dataset.owner}:${this.field.code.value}:${this.field.id.value}:`; }
  // Of this window alone: what another one has not saved yet is not this one's to forget.
  get key() { return this.draft + WINDOW; }
  get dirty() { return this.changes > this.kept; }

  changed() {
    this.changes += 1;
    this.keepHere();
    this.onState("unsaved");
    clearTimeout(this.timer);
    if (!this.stopped) this.timer = setTimeout(() => this.now(), WAIT);
  }

  keepHere() {
    const typed = Object.fromEntries([...new FormData(this.form)].filter(([name]) => !["csrf_token", "roles"].includes(name)));
    const copy = { typed, roles: new FormData(this.form).getAll("roles"), version: this.field.version.value, at: Date.now() };
    try { localStorage.setItem(this.key, JSON.stringify(copy)); this.isHere = true; } catch { this.isHere = false; }
  }

  // What an earlier page could not save, the newest with its key, or null.
  left() {
    try {
      const keys = Object.keys(localStorage).filter((key) => key.startsWith(this.draft));
      const copies = keys.map((key) => ({ key, ...JSON.parse(localStorage.getItem(key)) }));
      return copies.sort((one, other) => other.at - one.at)[0] ?? null;
    } catch { return null; }
  }

  forget(key = this.key) {
    try { localStorage.removeItem(key); } catch { /* nothing was kept then */ }
  }

  // One at a time: the second would be based on a version that the first is about to replace.
  async now() {
    clearTimeout(this.timer);
    while (this.underWay) await this.underWay;
    if (!this.dirty || this.stopped) return !this.dirty;
    this.underWay = this.send();
    try { return await this.underWay; } finally { this.underWay = null; }
  }

  async send(again = true) {
    const upTo = this.changes;
    const before = this.key;
    this.onState("saving");
    try {
      const response = await fetch(this.form.dataset.save, {
        method: "POST", body: new FormData(this.form), redirect: "manual", signal: AbortSignal.timeout(TIMEOUT),
        headers: { "X-Requested-With": "fetch" },
      });
      if (response.type === "opaqueredirect" || response.status === 401) return this.trouble("login");
      // Signed in anew in another window: the token of this page has ended with the old session.
      if (response.status === 400 && again && (await this.renew())) return await this.send(false);
      const answer = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : null;
      if (response.status === 409) { this.stopped = true; return this.trouble("clash"); }
      if (!response.ok) return this.trouble(answer ? "refused" : response.status === 400 ? "login" : "offline", answer?.error);
      return this.saved(answer, upTo, before);
    } catch {
      return this.trouble("offline");
    }
  }

  saved(answer, upTo, before) {
    this.kept = upTo;
    this.field.version.value = answer.version;
    if (this.field.id.value === "0") {
      this.field.id.value = answer.id;
      history.replaceState(null, "", answer.address);
    }
    this.forget(before);
    if (this.dirty) this.keepHere();
    this.onSaved(answer, this.dirty);
    return true;
  }

  trouble(kind, said) {
    this.onTrouble(kind, said);
    if (kind === "offline") this.timer = setTimeout(() => this.now(), AGAIN);
    return false;
  }

  async renew() {
    const id = this.field.id.value;
    if (id === "0") return false;
    try {
      const response = await fetch(this.form.dataset.ownPage.replace(/0$/, `${id}/state`), {
        redirect: "manual", headers: { "X-Requested-With": "fetch" },
      });
      if (!response.ok) return false;
      this.field.csrf_token.value = (await response.json()).csrf_token;
      return true;
    } catch { return false; }
  }
}
