// Asks for the three numbers of the pulse again and again: rarely, never all browsers at once, and less when nobody answers.

const PATIENCE = 8_000, LONGEST = 12_000, MISSED = 15_000; // ms: for one answer, between two tries, until it is told

// `tell` gets {beat: "urgent:17 list:42 reminder:5"}, and {away: true} when the server has not answered for a while.
export function beat(address, { every, jitter }, tell) {
  let misses = 0, heard = performance.now();
  const ask = async () => {
    try {
      const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
      if (!response.ok) throw new Error(String(response.status));
      const text = await response.text();
      misses = 0;
      heard = performance.now();
      tell({ beat: text, away: false });
    } catch {
      misses += 1;
      if (performance.now() - heard > MISSED) tell({ away: true });
    }
    const pause = Math.min(every * 2 ** misses, Math.max(every, LONGEST));
    setTimeout(ask, pause + (Math.random() * 2 - 1) * jitter);
  };
  ask();
}
