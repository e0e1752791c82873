// Plain text to the clipboard, also where the page is not served over https (most call floors).
import { copied } from "./acts.js";
import { say } from "./announce.js";

export async function copyText(text, button = null) {
  const done = (await byClipboard(text)) || byCommand(text);
  const words = done ? document.body.dataset.copied : document.body.dataset.notCopied;
  say(words);
  if (button) flash(button, words, done);
  if (done) copied(button);
  return done;
}

async function byClipboard(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

function byCommand(text) {
  const area = document.createElement("textarea");
  const before = document.activeElement;
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  let done = false;
  try { done = document.execCommand("copy"); } catch { done = false; }
  area.remove();
  before?.focus({ preventScroll: true });
  return done;
}

function flash(button, words, done) {
  button.dataset.words ??= button.innerHTML;
  button.textContent = done ? `✓ ${words}` : words;
  clearTimeout(Number(button.dataset.timer));
  button.dataset.timer = setTimeout(() => { button.innerHTML = button.dataset.words; }, done ? 1500 : 5000);
}
