// The page of the daily list: confirm with one key, see how many are left.
import { say } from "./announce.js";
import { onConfirmed, wireConfirming } from "./confirm.js";

const page = document.querySelector("[data-bulletin]");
const waiting = page.querySelector("[data-items-to-confirm]");
const left = page.querySelector("[data-left]");
const meter = page.querySelector("[data-meter]");
const calm = page.querySelector("[data-calm]");

const isOpen = (item) => item.querySelector("form[data-confirm]");

function onProgress(count) {
  if (meter) meter.value = meter.max - count;
  if (!left) return;
  left.textContent = count ? left.dataset.pattern.replace("{count}", count) : left.dataset.none;
  if (count) say(left.textContent, { after: 900 });
}

function onDone() {
  if (!calm) return;
  calm.hidden = false;
  calm.scrollIntoView({ block: "nearest" });
  say(calm.textContent.trim());
}

// Confirmed in the dialog of urgent items, on this very page: the same item needs no second confirmation here.
onConfirmed((item) => {
  for (const same of waiting?.querySelectorAll(`[data-key="${CSS.escape(item.dataset.key)}"]`) ?? []) {
    if (same === item) continue;
    same.querySelector("form[data-confirm]")?.remove();
    same.classList.add("is-confirmed");
    onProgress([...waiting.querySelectorAll("[data-item]")].filter(isOpen).length);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest?.("input, textarea, select")) return;
  const onNothing = event.target === document.body || event.target.id === "main";
  const first = page.querySelector("[data-item]");
  if (/^[?？]$/.test(event.key)) document.getElementById("keys").showModal();
  else if (/^[/、／]$/.test(event.key)) document.querySelector(".brand").click();
  else if (onNothing && /^Arrow(Down|Up)$/.test(event.key) && first) first.focus();
  else return;
  event.preventDefault();
});

wireConfirming(page, { onProgress, onDone });
const first = [...(waiting?.querySelectorAll("[data-item]") ?? [])].find(isOpen);
if (first && !location.hash) first.focus({ preventScroll: true });
