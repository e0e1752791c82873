// Practice by keyboard: digits choose, Enter goes on.
import { chooseByKey } from "./exam-keys.js";

const form = document.querySelector("[data-practice]");
const question = form?.querySelector("[data-question]");
const next = document.querySelector("[data-next]");

(question?.querySelector("input.exam-blank") ?? question ?? next)?.focus({ preventScroll: true });

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (question && chooseByKey(question, event)) return;
  if (event.key !== "Enter" || event.target.closest("button, a, textarea")) return;
  event.preventDefault();
  if (form) form.requestSubmit();
  else next?.click();
});
