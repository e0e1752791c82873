// Search for the entry to link to, choose it with the arrows.
import { insert, label } from "./editor-markdown.js";

const WAIT = 200;

export function wireLinks(form, area) {
  const dialog = document.getElementById("link-dialog");
  const box = document.getElementById("link-query");
  const list = document.getElementById("link-found");
  const said = dialog.querySelector("[data-link-said]");
  let timer = 0;
  let number = 0;
  let range = [0, 0];

  function open() {
    range = [area.selectionStart, area.selectionEnd];
    box.value = area.value.slice(...range).trim().slice(0, 80);
    list.replaceChildren();
    said.textContent = "";
    dialog.showModal();
    box.select();
    if (box.value) ask();
  }

  async function ask() {
    const mine = ++number;
    const query = box.value.trim();
    if (!query) return show([]);
    try {
      const response = await fetch(`${form.dataset.search}?${new URLSearchParams({ q: query, limit: "8" })}`, { headers: { "X-Requested-With": "fetch" } });
      if (!response.ok) throw new Error(String(response.status));
      const { hits } = await response.json();
      if (mine !== number) return null;
      said.textContent = hits.length ? "" : said.dataset.none;
      return show(hits);
    } catch {
      if (mine === number) { show([]); said.textContent = said.dataset.trouble; }
      return null;
    }
  }

  function show(hits) {
    list.replaceChildren(...hits.map(({ code, title, product }, at) => {
      const item = document.createElement("li");
      item.id = `link-${at}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", String(at === 0));
      Object.assign(item.dataset, { code, title });
      const name = document.createElement("span");
      name.textContent = title;
      const more = document.createElement("span");
      more.className = "muted";
      more.textContent = [code, product].filter(Boolean).join(" · ");
      item.append(name, " ", more);
      return item;
    }));
    box.setAttribute("aria-expanded", String(hits.length > 0));
    point();
  }

  const chosen = () => list.querySelector("[aria-selected=true]");
  function point() {
    const item = chosen();
    if (item) { box.setAttribute("aria-activedescendant", item.id); item.scrollIntoView({ block: "nearest" }); }
    else box.removeAttribute("aria-activedescendant");
  }

  function move(step) {
    const items = [...list.children];
    if (!items.length) return;
    const at = items.indexOf(chosen());
    items[at]?.setAttribute("aria-selected", "false");
    items[(at + step + items.length) % items.length].setAttribute("aria-selected", "true");
    point();
  }

  function take(item) {
    if (!item) return;
    const text = area.value.slice(...range).trim() || item.dataset.title;
    dialog.close();
    area.focus();
    area.setSelectionRange(...range);
    insert(area, `[${label(text)}](kb:${item.dataset.code})`);
  }

  box.addEventListener("input", (event) => {
    if (event.isComposing) return;
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  box.addEventListener("compositionend", ask);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    const act = { ArrowDown: () => move(1), ArrowUp: () => move(-1), Enter: () => take(chosen()) }[event.key];
    if (act) { event.preventDefault(); act(); }
  });
  list.addEventListener("click", (event) => take(event.target.closest("[role=option]")));
  return { open };
}
