// The queue and a group by keyboard: J and K move, a letter does what its button does, Enter in a line what belongs to it.
const group = document.querySelector("[data-group]");
const moves = [...document.querySelectorAll("[data-move]")];
const WRITES = "textarea, select, [contenteditable], input:not([type=checkbox])";

function move(step) {
  const at = moves.indexOf(document.activeElement);
  const to = moves[at < 0 ? (step > 0 ? 0 : moves.length - 1) : Math.min(Math.max(at + step, 0), moves.length - 1)];
  to?.focus();
}

function press(key) {
  const button = group?.querySelector(`[data-key="${key}"]`);
  if (!button || button.disabled) return;
  const needed = button.dataset.needs && document.getElementById(button.dataset.needs);
  if (needed && !needed.value.trim()) needed.focus();
  else button.click();
}

function count() {
  const picks = [...group.querySelectorAll("input[name=pick]")];
  const picked = picks.filter((pick) => pick.checked).length;
  group.querySelector("[data-picked]").textContent = picked;
  for (const button of group.querySelectorAll("button[data-key]")) button.disabled = !picked;
}

function all() {
  const picks = [...group.querySelectorAll("input[name=pick]")];
  const on = picks.some((pick) => !pick.checked);
  for (const pick of picks) pick.checked = on;
  count();
}

function letter(key) {
  switch (key) {
    case "j": return () => move(1);
    case "k": return () => move(-1);
    case "?": case "？": return () => document.getElementById("keys").showModal();
    default:
  }
  if (!group) return null;
  if (key === "a") return all;
  if (key === "escape") return () => location.assign(group.dataset.back);
  return /^[pcegd]$/.test(key) && group.querySelector(`[data-key="${key}"]`) ? () => press(key) : null;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  const writes = event.target.closest?.(WRITES);
  if (writes) {
    if (event.key === "Escape") writes.blur();
    else if (event.key === "Enter" && writes.dataset.enter) {
      event.preventDefault();
      press(writes.dataset.enter);
    }
    return;
  }
  const act = letter(event.key.toLowerCase());
  if (act) {
    event.preventDefault();
    act();
  }
});

if (group) {
  group.addEventListener("change", count);
  count();
  let sent = false;
  group.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  addEventListener("pageshow", () => { sent = false; });
  for (const button of group.querySelectorAll("[data-take]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const code = document.getElementById("code");
      code.value = button.dataset.take;
      code.focus();
    });
  }
}
