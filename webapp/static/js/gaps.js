// The keys of the board and of one gap: they press what stands on the page, in the row that has the focus.
const WRITES = "input, textarea, select, [contenteditable]";
const KEYS = { t: "[data-gap-take]", w: "[data-gap-write]", a: "[data-gap-answer]", y: "[data-gap-why]" };
const rows = [...document.querySelectorAll("[data-gap-row]")];
const page = document.querySelector("[data-gap-page]");

const row = () => rows.find((one) => one.contains(document.activeElement));

function move(step) {
  const at = rows.indexOf(row());
  const next = rows[at < 0 ? (step > 0 ? 0 : rows.length - 1) : at + step];
  next?.querySelector("[data-gap-open]").focus();
  next?.scrollIntoView({ block: "nearest" });
}

function act(key) {
  if (page && key === "a") return page.querySelector("[data-gap-find]");
  if (page && key === "d") return page.querySelector("[data-gap-reason]");
  return (page ?? row() ?? rows[0])?.querySelector(KEYS[key] ?? "[data-none]");
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.(WRITES) || document.querySelector("dialog[open]")) return;
  if (event.key === "?" || event.key === "？") return document.getElementById("keys")?.showModal();
  if (rows.length && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
    event.preventDefault();
    return move(event.key === "ArrowDown" ? 1 : -1);
  }
  const target = act(event.key.toLowerCase());
  if (!target) return;
  event.preventDefault();
  if (target.matches(WRITES)) { target.focus(); target.select(); } else target.click();
});

// Choosing a product is enough where there is a script.
for (const form of document.querySelectorAll("[data-go]")) {
  form.addEventListener("change", () => form.requestSubmit());
}
