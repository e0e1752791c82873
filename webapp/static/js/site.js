// On every page: the theme switch, copying, the table of keys, and forms that come back to where one is.
import { say } from "./announce.js";
import { copyText } from "./copy.js";

function wireThemes() {
  const form = document.querySelector("[data-themes]");
  const button = form?.querySelector("button[name=theme]");
  if (!button) return;
  const following = { auto: "light", light: "dark", dark: "auto" };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const chosen = button.value;
    const body = new FormData(form);
    body.set("theme", chosen);
    document.documentElement.dataset.theme = chosen;
    button.value = following[chosen];
    const label = button.dataset[`label${chosen[0].toUpperCase()}${chosen.slice(1)}`];
    form.querySelector("[data-label]").textContent = label;
    say(label);
    // Not kept is no harm: the page looks as wished, and the next one asks again.
    await fetch(form.action, { method: "POST", body, headers: { "X-Requested-With": "fetch" } }).catch(() => {});
  });
}

function wireReturnAddresses() {
  // The address changes while somebody searches; the server wrote the one the page was loaded with.
  for (const field of document.querySelectorAll(".header input[name=next]")) {
    field.form.addEventListener("submit", () => { field.value = location.pathname + location.search; });
  }
}

function wireLogout() {
  document.querySelector("[data-logout]")?.addEventListener("submit", () => sessionStorage.clear());
}

function wireCopying() {
  // Buttons that need a script are in the page but hidden until there is one; new cards bring new ones.
  document.body.classList.add("has-script");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-copy-card], [data-copy-text]");
    if (!button) return;
    const source = button.hasAttribute("data-copy-text") ? button.dataset.copyText : button.closest("[data-copy]")?.dataset.copy;
    if (source) copyText(source, button);
  });
}

function wireKeysDialog() {
  const dialog = document.getElementById("keys");
  for (const opener of document.querySelectorAll("[data-show-keys]")) {
    opener.hidden = !dialog;
    opener.addEventListener("click", () => dialog?.showModal());
  }
}

function wireMore() {
  const more = document.querySelector("[data-more]");
  if (!more) return;
  document.addEventListener("click", (event) => { if (!more.contains(event.target)) more.open = false; });
  more.addEventListener("focusout", (event) => { if (event.relatedTarget && !more.contains(event.relatedTarget)) more.open = false; });
  more.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !more.open) return;
    more.open = false;
    more.querySelector("summary").focus();
    event.stopPropagation();
  });
}

function showWhereOneIs() {
  // On a narrow screen the bar is wider than the window.
  const nav = document.querySelector(".nav");
  const here = nav?.querySelector("[aria-current]");
  if (here) nav.scrollLeft = here.offsetLeft - (nav.clientWidth - here.offsetWidth) / 2;
}

function wireMine() {
  const link = document.querySelector("[data-mine]");
  if (!link) return;
  document.addEventListener("keydown", (event) => {
    if (!event.altKey || event.ctrlKey || event.metaKey || event.shiftKey || event.code !== "KeyM") return;
    event.preventDefault();
    location.assign(link.href);
  });
}

wireMore();
wireMine();
showWhereOneIs();
wireThemes();
wireReturnAddresses();
wireLogout();
wireCopying();
wireKeysDialog();
