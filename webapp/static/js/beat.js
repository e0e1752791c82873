// Asks for the numbers of the pulse again and again: rarely, never all browsers at once, and less when nobody
// answers. A page that is not looked at leaves it to those that are, listens to them, and asks itself when all are hidden.

const PATIENCE = 8_000, LONGEST = 12_000, MISSED = 15_000; // ms: for one answer, between two tries, until it is told
const UNSEEN = 20_000; // ms without a word from another page after which a hidden one asks too

// `tell` gets {beat: "urgent:17 list:42 reminder:5"}, and {away: true} when the server has not answered for a while.
export function beat(address, { every, jitter }, tell) {
  const others = "BroadcastChannel" in window ? new BroadcastChannel(address) : null; // what another person hears is not for us
  let misses = 0, heard = performance.now(), timer = 0, asking = false;

  const listen = (message) => {
    heard = performance.now();
    tell(message);
  };
  const isMine = () => !others || document.visibilityState === "visible" || performance.now() - heard > UNSEEN;
  const wait = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(ask, pause + (Math.random() * 2 - 1) * jitter);
  };

  async function ask() {
    if (asking) return;
    if (!isMine()) return wait(every);
    asking = true;
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
      if (!response.ok) throw new Error(String(response.status));
      const message = { beat: await response.text(), away: false };
      misses = 0;
      listen(message);
      others?.postMessage(message);
    } catch {
      misses += 1;
      if (performance.now() - heard > MISSED) tell({ away: true });
    }
    asking = false;
    wait(Math.min(every * 2 ** misses, Math.max(every, LONGEST)));
  }

  others?.addEventListener("message", ({ data }) => listen(data));
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") ask(); });
  addEventListener("pageshow", (event) => { if (event.persisted) ask(); });
  ask();
}
