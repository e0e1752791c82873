// Answers on their way: kept in localStorage until the server has them, sent one after the other, tried again and again.
// Each carries a number that only rises, over all pages of this browser: the server keeps the answer with the highest.

const PAUSES = [1_000, 2_000, 4_000, 8_000, 15_000], PATIENCE = 10_000; // ms

export class Outbox {
  // `tell(state, said)`: saved, saving, offline, login, refused. `elsewhere(number, value)`: another page changed it.
  constructor({ key, address, csrf, sequence, now, tell, elsewhere }) {
    Object.assign(this, { key, address, csrf, now, tell, elsewhere });
    this.last = sequence;
    this.tries = 0;
    this.memory = {}; // when the browser keeps nothing
    this.pages = "BroadcastChannel" in window ? new BroadcastChannel(key) : null;
    this.pages?.addEventListener("message", ({ data }) => {
      this.last = Math.max(this.last, data.sequence);
      this.elsewhere(data.number, data.value);
    });
    addEventListener("online", () => { this.tries = 0; this.send(); });
  }

  read() {
    try {
      return JSON.parse(localStorage.getItem(this.key) ?? "{}");
    } catch {
      return this.memory;
    }
  }

  write(held) {
    this.memory = held;
    try {
      if (Object.keys(held).length) localStorage.setItem(this.key, JSON.stringify(held));
      else localStorage.removeItem(this.key);
    } catch { /* full or forbidden: this page still holds it */ }
  }

  get size() { return Object.keys(this.read()).length; }

  waiting() { return Object.entries(this.read()).map(([number, one]) => [number, one.value]); }

  put(number, value) {
    const held = this.read();
    if (JSON.stringify(held[number]?.value) === JSON.stringify(value)) return;
    const sequence = Math.max(Math.floor(this.now()), this.last + 1, ...Object.values(held).map((one) => one.sequence + 1));
    this.last = sequence;
    this.write({ ...held, [number]: { value, sequence } });
    this.pages?.postMessage({ number, value, sequence });
    this.send();
  }

  async send() {
    if (this.sending) return;
    this.sending = true;
    clearTimeout(this.timer);
    let isThrough = true;
    for (let next = this.first(); next && isThrough; next = this.first()) isThrough = await this.one(...next);
    this.sending = false;
    if (isThrough) {
      if (this.last && !this.refused) this.tell("saved");
      this.refused = false;
    } else {
      this.timer = setTimeout(() => this.send(), PAUSES[Math.min(this.tries++, PAUSES.length - 1)]);
    }
    this.done?.();
  }

  first() {
    const [next] = Object.entries(this.read()).sort(([, a], [, b]) => a.sequence - b.sequence);
    return next;
  }

  // Sends one; false when it has to be tried again.
  async one(number, { value, sequence }) {
    this.tell("saving");
    let response;
    try {
      response = await fetch(this.address, {
        method: "POST", signal: AbortSignal.timeout(PATIENCE),
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.csrf, "X-Requested-With": "fetch" },
        body: JSON.stringify({ question: Number(number), value, sequence }),
      });
    } catch {
      this.tell("offline");
      return false;
    }
    const isJson = response.headers.get("Content-Type")?.includes("json");
    const answer = isJson ? await response.json().catch(() => ({})) : {};
    if (response.ok && isJson) {
      this.tries = 0;
      this.last = Math.max(this.last, answer.sequence);
      this.drop(number, sequence);
      if (answer.late) this.refuse(answer.said);
      return true;
    }
    if (isJson && (response.status === 400 || response.status === 409 || response.status === 413)) {
      this.drop(number, sequence);
      this.refuse(answer.said);
      return true;
    }
    this.tell(response.status < 500 ? "login" : "offline");
    return false;
  }

  refuse(said) {
    this.refused = true;
    this.tell("refused", said);
  }

  drop(number, sequence) {
    const held = this.read();
    if (held[number]?.sequence !== sequence) return; // changed meanwhile
    const { [number]: _, ...rest } = held;
    this.write(rest);
  }

  // Whether everything has arrived within so many ms.
  async drained(most) {
    const end = Date.now() + most;
    this.tries = 0; // try at once, then at the usual pauses: a floor without a line must not hammer the server
    this.send();
    while (this.size && Date.now() < end) {
      await new Promise((resolve) => setTimeout(resolve, 150));
    }
    return this.size === 0;
  }
}
