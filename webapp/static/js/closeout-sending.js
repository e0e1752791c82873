// Sends forms until the server has them: after a dropped line, a login that ran out, a reload. The key makes it once.
import { Kept } from "./closeout-kept.js";

const PATIENCE = 10_000, FIRST = 2_000, LONGEST = 30_000; // ms: for one answer, and between two tries
const OTHERS = 3_000; // ms that another window has for its own before this one helps

export class Sending {
  constructor({ person, root, csrf, renew, onSaved, onRefused, onState }) {
    Object.assign(this, { root, csrf, renew, onSaved, onRefused, onState });
    this.kept = new Kept(person);
    this.unkept = new Map(); // where nothing can be stored, at least this page tries again
    this.mine = new Set();
    this.misses = 0;
    this.timer = 0;
    this.running = false;
    this.until = 0;
  }

  get items() {
    const stored = this.kept.sending();
    return [...stored, ...[...this.unkept.values()].filter((item) => !stored.some((other) => other.key === item.key))];
  }
  get size() { return this.items.length; }
  has(call) { return this.items.some((item) => item.call === call); }

  // `fields` are pairs of the form; `key` is its own. The text stays stored until it is known what came of it.
  async send(call, key, fields) {
    const item = { call, key, fields, at: Date.now() };
    this.mine.add(key);
    if (!this.kept.keepSending(item)) this.unkept.set(key, item);
    this.onState("sending");
    this.misses = 0;
    this.until = 0;
    await this.flush({ first: item });
  }

  async flush({ first = null } = {}) {
    if (this.running || (!first && Date.now() < this.until)) return;
    this.running = true;
    clearTimeout(this.timer);
    try {
      for (const item of this.items) {
        if (!this.isOurs(item)) this.timer = setTimeout(() => this.flush(), OTHERS);
        else if (!(await this.one(item, item.key === first?.key))) break;
      }
    } finally { this.running = false; }
    if (!this.misses && this.items.some((item) => this.isOurs(item))) this.flush(); // sent while this was under way
  }

  isOurs({ key, at }) { return this.mine.has(key) || Date.now() - at > OTHERS; }

  // False when it makes no sense to try the next one now.
  async one(item, isFirst) {
    let response;
    try {
      response = await this.post(item);
      if (response.status === 400 && !isJson(response)) { // the session is another one: its pages have another token
        await this.renew();
        response = await this.post(item);
      }
    } catch (error) { return this.miss(String(error.message) === "401" ? "ended" : "kept"); }
    if (response.status === 401) return this.miss("ended");
    if (response.status >= 500 || !isJson(response)) return this.miss("busy");
    const answer = await response.json().catch(() => null);
    if (!answer) return this.miss("kept");
    this.misses = 0;
    this.until = 0;
    this.kept.dropSending(item);
    this.unkept.delete(item.key);
    if (response.ok) {
      this.kept.dropDraft(item.call);
      this.onSaved({ call: item.call, said: answer.said, late: !isFirst });
    } else this.onRefused({ call: item.call, error: answer.error ?? {} });
    this.onState("done");
    return true;
  }

  miss(why) {
    this.misses += 1;
    const pause = Math.min(FIRST * 2 ** (this.misses - 1), LONGEST);
    this.until = Date.now() + pause / 2;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.until = 0; this.flush(); }, pause);
    if (this.misses === 1) this.onState(why);
    return false;
  }

  post({ call, key, fields }) {
    const body = new URLSearchParams([...fields, ["key", key], ["csrf_token", this.csrf()]]);
    return fetch(`${this.root}/${call}/solution`, {
      method: "POST", body, headers: { "X-Requested-With": "fetch" }, signal: AbortSignal.timeout(PATIENCE),
    });
  }
}

function isJson(response) {
  return response.headers.get("Content-Type")?.includes("json") ?? false;
}
