// While the questions are asked: say so, and take no second order.
import { say } from "./announce.js";

const form = document.querySelector("[data-run]");
const button = form?.querySelector("button");
const place = form?.querySelector("[data-run-said]");
const before = place?.textContent;

form?.addEventListener("submit", (event) => {
  if (button.disabled) { event.preventDefault(); return; }
  button.disabled = true;
  place.textContent = form.dataset.running;
  say(form.dataset.running);
});
// Coming back with the browser's own button shows the page as it was left.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted || !form) return;
  button.disabled = false;
  place.textContent = before;
});
