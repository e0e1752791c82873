// Sends a question that nothing answers with one key, and says under the box, which is always in sight, what came of it.
// In the question box Alt+G, elsewhere G; with Shift it is urgent. Pressed again it changes nothing.
import { say } from "./announce.js";

const WRITES = "input, textarea, select, [contenteditable]";
const box = document.getElementById("q");
const results = document.getElementById("results");
const said = document.querySelector("[data-gap-said]");
const form = () => results.querySelector("[data-gap-form]");

async function send(place, urgent) {
  if (place.dataset.sending) return;
  place.dataset.sending = "yes";
  const body = new FormData(place);
  // The words in the box are the caller's, also when their results are still on the way.
  const asked = box.value.trim().replace(/\s+/g, " ");
  if (asked) body.set("text", asked);
  said.dataset.about = body.get("text");
  if (urgent) body.set("urgent", "1");
  try {
    const response = await fetch(place.action, {
      method: "POST", body: new URLSearchParams(body), redirect: "manual", headers: { "X-Requested-With": "fetch" },
    });
    if (response.type === "opaqueredirect" || response.status === 401) return tell(place.dataset.sayLogin, "trouble");
    const answer = await response.json();
    if (response.ok) place.dataset.sent = answer.urgent ? "urgent" : "yes";
    tell(answer.said, response.ok ? "done" : "trouble");
  } catch {
    tell(place.dataset.sayFailed, "trouble");
  } finally {
    delete place.dataset.sending;
  }
}

function tell(text, mood) {
  said.textContent = text;
  said.dataset.mood = mood;
  said.hidden = false;
  say(text);
}

// What was said of one question does not stand above the answer to another.
new MutationObserver(() => {
  if (results.firstElementChild?.dataset.question !== said.dataset.about) said.hidden = true;
}).observe(results, { childList: true });

results.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-gap-form]")) return;
  event.preventDefault();
  send(event.target, event.submitter?.matches("[data-gap-urgent]"));
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey || event.repeat) return;
  if (event.code !== "KeyG" || document.querySelector("dialog[open]") || !form()) return;
  const isBox = event.target === box;
  if (isBox ? !event.altKey : event.altKey || event.target.closest?.(WRITES)) return;
  event.preventDefault();
  send(form(), event.shiftKey);
});
