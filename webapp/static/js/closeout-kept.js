// What is typed about a call, kept in this browser until the server says that it has it. By person: desks are shared.
const OLD = 7 * 24 * 3600e3; // ms

export class Kept {
  constructor(person) {
    this.drafts = `call-draft:${person}:`;
    this.sendings = `call-sending:${person}:`;
    this.clean();
  }

  draft(call) { return read(this.drafts + call); }
  keepDraft(call, values) { return write(this.drafts + call, { ...values, at: Date.now() }); }
  dropDraft(call) { drop(this.drafts + call); }
  drafted() { return names(this.drafts).map((name) => Number(name.slice(this.drafts.length))); }

  // One item for each form that was sent, so that two windows never write over each other's.
  keepSending(item) { return write(this.sendings + item.key, { ...item, at: item.at ?? Date.now() }); }
  dropSending(item) { drop(this.sendings + item.key); }
  sending() { return names(this.sendings).map(read).filter(Boolean).sort((one, other) => one.at - other.at); }

  clean() {
    for (const name of [...names("call-draft:"), ...names("call-sending:")]) {
      if (Date.now() - (read(name)?.at ?? 0) > OLD) drop(name);
    }
  }
}

// A key that no other form has. crypto.randomUUID is there on https only, and most call floors have none.
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

function names(start) {
  try { return Object.keys(localStorage).filter((name) => name.startsWith(start)); } catch { return []; }
}

function read(name) {
  try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
}

function write(name, value) {
  try { localStorage.setItem(name, JSON.stringify(value)); return true; } catch { return false; }
}

function drop(name) {
  try { localStorage.removeItem(name); } catch { /* Nothing could be written either. */ }
}
