// Tells the server what was done with the base: questions, openings, copies. Nothing waits for it, and nothing fails by it.
const MOST = 40, WINDOW = 60_000; // acts that are told in a minute; more is no person
const PATIENCE = 5_000; // ms
const place = document.getElementById("calls");
let pending = [], times = [], timer = 0, sent = Promise.resolve();

// `kind` is search (text, hits), open or copy (code, revision). What happens at once is told in one message, in order.
export function act(kind, values = {}) {
  const now = performance.now();
  times = times.filter((time) => now - time < WINDOW);
  if (!place || times.length >= MOST) return;
  times.push(now);
  pending.push({ kind, ...values });
  clearTimeout(timer);
  timer = setTimeout(() => { sent = sent.then(flush); }, 0);
}

// One after the other, or a copy might come before the question that it answers.
function flush() {
  const acts = pending.splice(0);
  if (acts.length === 0) return null;
  const csrf = place.querySelector("[data-csrf]")?.dataset.csrf ?? "";
  return fetch(`${place.dataset.root}/act`, {
    method: "POST", keepalive: true, body: JSON.stringify({ acts }),
    signal: AbortSignal.timeout(PATIENCE), headers: { "Content-Type": "application/json", "X-CSRFToken": csrf, "X-Requested-With": "fetch" },
  }).catch(() => {});
}

// A card that was copied, or the text of an entry.
export function copied(element) {
  const card = element?.closest("[data-code]");
  if (card) act("copy", about(card));
}

export function opened(card) {
  const [navigation] = performance.getEntriesByType("navigation");
  if (card && navigation?.type !== "reload") act("open", about(card));
}

function about({ dataset: { code, revision } }) {
  return { code, revision: revision ? Number(revision) : null };
}

addEventListener("pagehide", () => { flush(); });
