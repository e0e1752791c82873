// When to ask the server, and which of its answers still count.
//
// 150 ms after the last key, never while pinyin is being composed; a new question aborts the one under way, and an
// answer that comes late all the same is dropped.

const WAIT = 150;      // ms after the last key
const SLOW = 400;      // ms until the page says that it is working
const FINISHED = 2000; // ms of rest after which a question counts as finished
const TIMEOUT = 10000; // ms

export class Asking {
  constructor({ address, onAnswer, onSlow, onTrouble, onRest, onIdle }) {
    Object.assign(this, { address, onAnswer, onSlow, onTrouble, onRest, onIdle });
    this.composing = false;
    this.number = 0;
    this.timers = {};
  }

  watch(box, onTyped) {
    box.addEventListener("compositionstart", () => { this.composing = true; this.stopTimers(); });
    box.addEventListener("compositionend", () => { this.composing = false; onTyped(); });
    box.addEventListener("input", (event) => {
      if (!event.isComposing && !this.composing) onTyped();
    });
  }

  // A question is on its way, or about to be.
  get pending() {
    return Boolean(this.under_way || this.timers.wait);
  }

  later() {
    this.stopTimers();
    this.timers.wait = setTimeout(() => this.now(), WAIT);
    this.timers.rest = setTimeout(() => this.onRest(), FINISHED);
  }

  stopTimers() {
    for (const timer of Object.values(this.timers)) clearTimeout(timer);
    this.timers = {};
  }

  cancel() {
    this.stopTimers();
    this.number += 1;
    this.under_way?.abort();
    this.under_way = null;
    this.onIdle();
  }

  async now() {
    clearTimeout(this.timers.wait);
    clearTimeout(this.timers.slow);
    this.timers.wait = null;
    this.under_way?.abort();
    const mine = ++this.number;
    const abort = (this.under_way = new AbortController());
    this.timers.slow = setTimeout(() => mine === this.number && this.onSlow(), SLOW);
    const expires = setTimeout(() => abort.abort(), TIMEOUT);
    try {
      const response = await fetch(this.address(), {
        signal: abort.signal, redirect: "manual", headers: { "X-Requested-With": "fetch" },
      });
      const html = await response.text();
      if (mine !== this.number) return;
      if (response.type === "opaqueredirect" || response.status === 401) this.onTrouble("login");
      else if (response.ok || (response.status < 500 && html.includes('data-state="problem"'))) this.onAnswer(html);
      else this.onTrouble("broken");
    } catch {
      if (mine === this.number) this.onTrouble(navigator.onLine && abort.signal.aborted ? "broken" : "offline");
    } finally {
      clearTimeout(expires);
      if (mine === this.number) {
        clearTimeout(this.timers.slow);
        this.under_way = null;
        this.onIdle();
      }
    }
  }
}
