// The clocks of notices go on while the page is open, by the server's time and in its words.
const SOON = 4 * 3600e3;

for (const part of document.querySelectorAll("[data-clocks]")) {
  const words = part.dataset;
  const ahead = Number(words.clocks) - Date.now(); // this machine's clock may be wrong
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  const span = (length) => {
    const minutes = Math.floor(Math.abs(length) / 60e3);
    const hours = Math.floor(minutes / 60);
    if (hours >= 48) return fill(words.days, { d: Math.floor(minutes / 1440), h: hours % 24 });
    if (hours) return fill(words.hours, { h: hours, m: minutes % 60 });
    return fill(words.minutes, { m: minutes });
  };
  const tick = () => {
    for (const clock of part.querySelectorAll("[data-due]")) {
      const left = Number(clock.dataset.due) - Date.now() - ahead;
      const said = fill(left < 0 ? words.late : words.left, { span: span(left) });
      if (clock.textContent !== said) clock.textContent = said;
      clock.className = `clock clock-${left < 0 ? "late" : left <= SOON ? "soon" : "calm"}`;
    }
  };
  setInterval(tick, 10_000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tick(); });
}
