// Proposals by keys: arrows move, A accepts, E changes, R goes to the reason. Without this the forms do the same.
import { say } from "./announce.js";

const place = document.querySelector("[data-offers]");
const open = () => [...place.querySelectorAll("[data-offer]:not(.is-done)")].filter((offer) => offer.offsetParent);
let current = null;

function go(offer, { focus = true } = {}) {
  current?.classList.remove("is-current");
  current = offer ?? null;
  current?.classList.add("is-current");
  if (current && focus) {
    current.focus({ preventScroll: true });
    current.scrollIntoView({ block: "nearest" });
  }
}

function step(by) {
  const offers = open();
  const at = offers.indexOf(current);
  go(at < 0 ? offers[0] : offers[Math.min(Math.max(at + by, 0), offers.length - 1)]);
}

async function send(form) {
  const offer = form.closest("[data-offer]");
  if (offer.dataset.busy) return;
  offer.dataset.busy = "1";
  const buttons = offer.querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  try {
    const response = await fetch(form.action, {
      method: "POST", body: new FormData(form), headers: { Accept: "application/json" },
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.error?.message ?? answer.error);
    done(offer, answer);
  } catch (error) {
    for (const button of buttons) button.disabled = false;
    delete offer.dataset.busy;
    tell(offer, error.message, "error");
  }
}

function tell(offer, text, kind, address) {
  const old = offer.querySelector("[data-told]");
  old?.remove();
  const line = document.createElement("p");
  line.dataset.told = "";
  line.className = kind;
  line.textContent = `${text} `;
  if (address) {
    const link = document.createElement("a");
    link.href = address;
    link.textContent = "→";
    line.append(link);
  }
  offer.append(line);
  say(text);
}

function done(offer, answer) {
  const offers = open();
  const at = offers.indexOf(offer);
  offer.classList.add("is-done");
  offer.querySelector(".offer-do").remove();
  const left = open().length;
  tell(offer, answer.said, "offer-said", answer.address);
  say(`${answer.said} ${left ? place.dataset.left.replace("{n}", left) : place.dataset.none}`);
  go(offers[at + 1] ?? offers[at - 1]);
}

place?.addEventListener("submit", (event) => {
  event.preventDefault();
  send(event.target);
});
place?.addEventListener("focusin", (event) => {
  const offer = event.target.closest("[data-offer]");
  if (offer && offer !== current) go(offer, { focus: false });
});

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.querySelector("dialog[open]")) return;
  if (event.target.closest?.("input, textarea, select")) {
    if (event.key === "Escape" && current?.contains(event.target)) current.focus();
    return;
  }
  const act = {
    ArrowDown: () => step(1), ArrowUp: () => step(-1), j: () => step(1), k: () => step(-1),
    a: () => current && !current.classList.contains("is-done") && send(current.querySelector("[data-accept]")),
    e: () => current?.querySelector("[data-edit]")?.click(),
    r: () => current?.querySelector('[data-reject] input[name="reason"]')?.focus(),
  }[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
