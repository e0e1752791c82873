// Buttons and keys of the text, pasting, and the dialogs that belong to it. Tab is left alone: it leads out of the text.
import { wireImages } from "./editor-images.js";
import { wireLinks } from "./editor-links.js";
import { bold, goOn, insert, insertBlock, mark, table } from "./editor-markdown.js";
import { tableOfTabs, toMarkdown } from "./editor-paste.js";

export function wireToolbar(form, area, say) {
  const bar = form.querySelector("[data-toolbar]");
  const tables = document.getElementById("table-dialog");
  const images = wireImages(form, area, say);
  const links = wireLinks(form, area);
  const acts = {
    bold: () => bold(area, bar.querySelector("[data-act=bold]").getAttribute("aria-label")),
    heading: () => mark(area, "heading"), list: () => mark(area, "list"), numbers: () => mark(area, "numbers"),
    table: () => tables.showModal(), link: () => links.open(), image: () => images.open(),
  };

  bar.hidden = false;
  bar.addEventListener("mousedown", (event) => event.preventDefault()); // the selection stays in the text
  bar.addEventListener("click", (event) => acts[event.target.closest("[data-act]")?.dataset.act]?.());
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const buttons = [...bar.querySelectorAll("button:not([hidden])")];
    const next = buttons[(buttons.indexOf(document.activeElement) + step + buttons.length) % buttons.length];
    for (const button of buttons) button.tabIndex = button === next ? 0 : -1;
    next.focus();
  });

  area.addEventListener("keydown", (event) => {
    if (event.isComposing || event.keyCode === 229) return;
    if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey) {
      if (goOn(area)) event.preventDefault();
      return;
    }
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    const name = event.altKey
      ? { KeyH: "heading", KeyL: "list", KeyO: "numbers", KeyT: "table", KeyI: "image" }[event.code]
      : { KeyB: "bold", KeyK: "link" }[event.code];
    if (name) { event.preventDefault(); acts[name](); }
  });

  tables.querySelector("[data-table]").addEventListener("submit", () => {
    const [columns, rows] = ["table-columns", "table-rows"].map((id) => Math.max(1, Math.min(100, Number(document.getElementById(id).value) || 1)));
    // The dialog gives the focus back after it has closed.
    tables.addEventListener("close", () => insertBlock(area, table(Math.min(columns, 20), rows), { select: [2, 1] }), { once: true });
  });
  for (const dialog of document.querySelectorAll("dialog")) {
    dialog.querySelector("[data-close]")?.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => area.focus());
  }

  area.addEventListener("paste", (event) => {
    const held = event.clipboardData;
    const html = held.getData("text/html");
    const found = html ? toMarkdown(html) : { text: tableOfTabs(held.getData("text/plain")), pictures: 0 };
    if (found.text !== null) {
      event.preventDefault();
      const isBlock = /\n|^[#|>]|^- /.test(found.text);
      (isBlock ? insertBlock : insert)(area, found.text);
      say(found.pictures ? form.dataset.sayNoImages : form.dataset.sayPasted);
      return;
    }
    const file = images.first(held.files); // Excel adds a picture of the cells: only what has no text is a picture
    if (file && !held.getData("text/plain").trim()) { event.preventDefault(); images.open(file); }
  });
}
