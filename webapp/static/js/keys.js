// The keys. In the question box every character belongs to the question: there, Alt stands before the letter.

const WRITES = "input, textarea, select, [contenteditable]";

export function wireKeys(box, acts) {
  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
    if (document.querySelector("dialog[open]")) return;
    const act = event.target === box ? inBox(event, box, acts) : elsewhere(event, acts);
    if (act) {
      event.preventDefault();
      act();
    }
  });
}

function inBox(event, box, acts) {
  if (event.altKey) return withAlt(event, acts);
  switch (event.key) {
    case "ArrowDown": return () => acts.move(1);
    case "Escape": return acts.clear;
    case "?": case "？": return box.value === "" ? acts.help : null;
    default: return null;
  }
}

function withAlt(event, acts) {
  // By place on the keyboard: with Alt some layouts write other characters.
  const digit = /^Digit([0-4])$/.exec(event.code)?.[1];
  if (digit === "0") return acts.canDrop() ? acts.drop : null;
  if (digit) return acts.choice(Number(digit));
  if (event.code === "KeyU") return acts.undo();
  if (event.code === "KeyR") return acts.canRetry() ? acts.retry : null;
  return event.code === "KeyC" ? acts.copy : null;
}

function elsewhere(event, acts) {
  if (event.altKey || event.target.closest?.(WRITES)) return null;
  switch (event.key) {
    case "/": case "、": case "／": return acts.toBox;
    case "?": case "？": return acts.help;
    case "Escape": return acts.clear;
    case "ArrowDown": return acts.isOnHit() ? () => acts.move(1) : null;
    case "ArrowUp": return acts.isOnHit() ? () => acts.move(-1) : null;
    case "c": case "C": return acts.copy;
    case "u": case "U": return acts.undo();
    case "r": case "R": return acts.canRetry() ? acts.retry : null;
    case "0": return acts.canDrop() ? acts.drop : null;
    default: return /^[1-4]$/.test(event.key) ? acts.choice(Number(event.key)) : null;
  }
}
