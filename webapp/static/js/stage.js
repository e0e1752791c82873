// The pre-shift meeting: one item a screen; space or arrow goes on; how long it has taken.
import { say } from "./announce.js";

const stage = document.querySelector("[data-stage]");
const slides = [...stage.querySelectorAll("[data-slide]")];
const part = (name) => document.querySelector(`[data-${name}]`);
const [place, meter, clock, back, next, full] = ["place", "meter", "clock", "back", "next", "full"].map(part);
const began = performance.now();
let shown = 0;

function show(number) {
  shown = Math.max(0, Math.min(number, slides.length - 1));
  slides.forEach((slide, n) => slide.classList.toggle("is-shown", n === shown));
  const last = shown === slides.length - 1;
  place.textContent = last ? place.dataset.end : place.dataset.pattern.replace("{n}", shown + 1).replace("{count}", slides.length - 1);
  meter.value = last ? meter.max : shown + 1;
  back.disabled = shown === 0;
  next.disabled = last;
  slides[shown].focus({ preventScroll: true });
  window.scrollTo(0, 0);
  say(place.textContent);
  history.replaceState(null, "", `#${shown + 1}`);
}

function tick() {
  const seconds = Math.floor((performance.now() - began) / 1000);
  const time = new Date().toLocaleTimeString("zh-CN", { hour: "2-digit", minute: "2-digit" });
  clock.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")} · ${time}`;
}

function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.target.closest("input, textarea, select, a, button")) return;
  const act = {
    ArrowRight: () => show(shown + 1), ArrowDown: () => show(shown + 1), PageDown: () => show(shown + 1), " ": () => show(shown + 1), Enter: () => show(shown + 1),
    ArrowLeft: () => show(shown - 1), ArrowUp: () => show(shown - 1), PageUp: () => show(shown - 1), Backspace: () => show(shown - 1),
    Home: () => show(0), End: () => show(slides.length - 1), f: fullscreen, F: fullscreen,
  }[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

stage.classList.add("has-stage");
for (const button of [back, next, full]) button.hidden = false;
back.addEventListener("click", () => show(shown - 1));
next.addEventListener("click", () => show(shown + 1));
full.addEventListener("click", fullscreen);
tick();
setInterval(tick, 1000);
const wanted = Number(location.hash.slice(1));
show(stage.querySelector("[data-shown-first]") ? slides.length - 1 : wanted ? wanted - 1 : 0);
