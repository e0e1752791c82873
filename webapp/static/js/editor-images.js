// A picture for the text: chosen, dropped or pasted, described, sent, and named in the Markdown.
import { insertBlock, label } from "./editor-markdown.js";

const MOST = 2 * 1024 * 1024;

export function wireImages(form, area, say) {
  const dialog = document.getElementById("image-dialog");
  const chooser = document.getElementById("image-file");
  const words = document.getElementById("image-alt");
  const wrong = document.getElementById("image-mistake");
  const shown = dialog.querySelector("[data-image-shown]");
  let picture = null;

  function show(file) {
    picture = file;
    wrong.hidden = true;
    shown.closest("p").hidden = !file;
    if (file) {
      const reader = new FileReader(); // a data: address, which the page's policy allows; blob: it does not
      reader.onload = () => { if (picture === file) shown.src = reader.result; };
      reader.readAsDataURL(file);
      if (file.size > MOST) mistake(wrong.dataset.large, chooser);
    }
  }

  function mistake(text, field) {
    wrong.textContent = text;
    wrong.hidden = false;
    field.focus();
  }

  async function send() {
    const alt = label(words.value);
    if (!picture) return mistake(wrong.dataset.noFile, chooser);
    if (!alt) return mistake(wrong.dataset.noAlt, words);
    if (picture.size > MOST) return mistake(wrong.dataset.large, chooser);
    const body = new FormData();
    body.set("image", picture);
    const button = dialog.querySelector("[data-insert]");
    button.disabled = true;
    say(form.dataset.sayUploading);
    try {
      const response = await fetch(form.dataset.images, {
        method: "POST", body, redirect: "manual",
        headers: { "X-Requested-With": "fetch", "X-CSRFToken": form.elements.csrf_token.value },
      });
      const answer = response.headers.get("Content-Type")?.startsWith("application/json") ? await response.json() : {};
      if (!response.ok) return mistake(answer.error ?? wrong.dataset.trouble, chooser);
      dialog.close();
      return insertBlock(area, `![${alt}](${answer.address})`);
    } catch {
      return mistake(wrong.dataset.trouble, chooser);
    } finally { button.disabled = false; }
  }

  function open(file = null) {
    chooser.value = "";
    words.value = "";
    shown.removeAttribute("src");
    show(file);
    dialog.showModal();
    (file ? words : chooser).focus();
  }

  chooser.addEventListener("change", () => show(chooser.files[0] ?? null));
  dialog.querySelector("[data-image]").addEventListener("submit", (event) => { event.preventDefault(); send(); });
  const first = (files) => [...files].find((file) => file.type.startsWith("image/"));
  area.addEventListener("dragover", (event) => { if ([...event.dataTransfer.types].includes("Files")) event.preventDefault(); });
  area.addEventListener("drop", (event) => {
    const file = first(event.dataTransfer.files);
    if (!file) return;
    event.preventDefault();
    open(file);
  });
  return { open, first };
}
