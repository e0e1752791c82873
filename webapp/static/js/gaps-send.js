// Sends a question that nothing answers with one key, and says where the key was pressed what came of it.
// In the question box Alt+G, elsewhere G; with Shift it is urgent. Pressed again it changes nothing.
import { say } from "./announce.js";

const WRITES = "input, textarea, select, [contenteditable]";
const box = document.getElementById("q");
const results = document.getElementById("results");
const form = () => results.querySelector("[data-gap-form]");

async function send(place, urgent) {
  if (place.dataset.sending) return;
  place.dataset.sending = "yes";
  const body = new FormData(place);
  // The words in the box are the caller's, also when their results are still on the way.
  if (box.value.trim()) body.set("text", box.value.trim());
  if (urgent) body.set("urgent", "1");
  try {
    const response = await fetch(place.action, {
      method: "POST", body: new URLSearchParams(body), redirect: "manual", headers: { "X-Requested-With": "fetch" },
    });
    if (response.type === "opaqueredirect" || response.status === 401) return tell(place, place.dataset.sayLogin, "trouble");
    const answer = await response.json();
    if (response.ok) place.dataset.sent = answer.urgent ? "urgent" : "yes";
    tell(place, answer.said, response.ok ? "done" : "trouble");
  } catch {
    tell(place, place.dataset.sayFailed, "trouble");
  } finally {
    delete place.dataset.sending;
  }
}

function tell(place, text, mood) {
  const said = place.querySelector("[data-gap-said]");
  said.textContent = text;
  said.dataset.mood = mood;
  said.hidden = false;
  place.scrollIntoView({ block: "nearest" }); // below a long answer nobody would see that it was sent
  say(text);
}

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
