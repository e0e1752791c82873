// The entry page: back to the results that led here, copy, print.
import { opened } from "./acts.js";
import { copyText } from "./copy.js";

const entry = document.querySelector("[data-entry]");
const { home } = entry.dataset;
const back = sessionStorage.getItem("last-search");
const card = document.querySelector("[data-card]");
// Only an address of this site: what is kept in the browser is not to be trusted with a link.
const results = back?.startsWith("/") && !back.startsWith("//") ? back : home;

document.querySelector("[data-back]").href = results;
if (!("then" in entry.dataset)) opened(entry); // what was said once answers nobody today
for (const button of document.querySelectorAll("[data-copy-card], [data-copy-from], [data-print]")) button.hidden = false;
document.querySelector("[data-copy-from]")?.addEventListener("click", ({ currentTarget: button }) => {
  copyText(document.querySelector(button.dataset.copyFrom).innerText, button);
});
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest?.("input, textarea, select")) return;
  const act = {
    "/": () => location.assign(home), "、": () => location.assign(home), "／": () => location.assign(home),
    Escape: () => location.assign(results),
    c: copy, C: copy,
    "?": help, "？": help,
  }[event.key];
  if (act) {
    event.preventDefault();
    act();
  }
});

function copy() {
  if (card) copyText(card.dataset.copy, card.querySelector("[data-copy-card]"));
}

function help() {
  document.getElementById("keys").showModal();
}
