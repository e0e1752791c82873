// Import: files dropped or chosen, the wait, rows taken or left out, changes opened in their place.
import { say } from "./announce.js";

const asScript = { "X-Requested-With": "fetch" };
const megabytes = (size) => (size < 1048576 ? `${Math.max(1, Math.round(size / 1024))} KB` : `${(size / 1048576).toFixed(1)} MB`);

function wireUpload(form) {
  const input = form.querySelector("input[type=file]");
  const drop = form.querySelector("[data-drop]");
  const chosen = form.querySelector("[data-chosen-said]");
  const said = form.querySelector("[data-upload-said]");
  const button = form.querySelector("button");
  const before = said.textContent;

  const look = () => {
    const files = [...input.files];
    const size = files.reduce((sum, file) => sum + file.size, 0);
    // The server refuses these too; but a browser that is cut off while it sends shows no sentence.
    const trouble = size > Number(form.dataset.most) ? form.dataset.tooLarge : files.length > Number(form.dataset.filesMost) ? form.dataset.tooMany : "";
    chosen.hidden = !files.length;
    chosen.textContent = form.dataset.chosen.replace("{count}", files.length).replace("{size}", megabytes(size)).replace("{names}", files.map((file) => file.name).join("、"));
    input.setCustomValidity(trouble);
    said.textContent = trouble || before;
    if (trouble) say(trouble);
  };
  input.addEventListener("change", look);
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("is-over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    look();
  });
  form.addEventListener("submit", (event) => {
    if (button.disabled) { event.preventDefault(); return; }
    button.disabled = true;
    said.textContent = form.dataset.sending;
    say(form.dataset.sending);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) { button.disabled = false; look(); } });
}

async function wait(part) {
  const place = part.querySelector("[data-working-said]");
  for (let pause = 400; ; pause = Math.min(pause * 1.3, 2000)) {
    await new Promise((go) => setTimeout(go, pause));
    let answer;
    try {
      const response = await fetch(part.dataset.working, { headers: asScript });
      if (!response.ok) break;
      answer = await response.json();
    } catch {
      continue; // the line is down for a moment
    }
    if (!answer.working) break;
    if (place.textContent !== answer.said) place.textContent = answer.said;
  }
  location.reload();
}

function wireRows(form) {
  const show = ({ taken, left_out: left }) => {
    const put = (name, text, count) => {
      const place = document.querySelector(name);
      if (place) place.textContent = text.replace("{count}", count.toLocaleString("en"));
    };
    put("[data-taken-said]", form.dataset.taken, taken);
    put("[data-left-said]", form.dataset.left, left);
  };
  let queue = Promise.resolve();
  const keep = async (row) => {
    const body = new FormData(form);
    body.delete("reason");
    const response = await fetch(form.action, { method: "POST", body, headers: asScript }).catch(() => null);
    const answer = await response?.json().catch(() => null);
    if (!response?.ok) { location.reload(); return; } // signed out, expired or being landed: the page says which
    row.classList.toggle("is-left-out", !row.querySelector("input").checked);
    show(answer);
    say(document.querySelector("[data-taken-said]")?.textContent || "");
  };
  form.querySelector("[data-keep-choice]")?.setAttribute("hidden", "");
  const choose = (box) => { queue = queue.then(() => keep(box.closest("[data-row]"))); };
  form.addEventListener("change", (event) => { if (event.target.name === "take") choose(event.target); });
  // Ticked before this script ran, or brought back by the browser when the page was loaded again.
  for (const box of form.querySelectorAll("[name=take]")) if (box.checked !== box.defaultChecked) choose(box);
  const confirm = document.querySelector("[data-confirm]");
  document.getElementById("reason")?.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing) return;
    event.preventDefault(); // the form's first button is another
    confirm.click();
  });
  form.addEventListener("submit", (event) => {
    if (event.submitter !== confirm) return;
    const reason = document.getElementById("reason");
    if (!reason.value.trim()) { event.preventDefault(); reason.required = true; reason.reportValidity(); return; }
    if (confirm.disabled) { event.preventDefault(); return; }
    setTimeout(() => { confirm.disabled = true; }); // after the form has taken it along
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}

function wireOpening() {
  for (const link of document.querySelectorAll("[data-open-row]")) {
    link.setAttribute("aria-expanded", "false");
    link.setAttribute("role", "button");
    let part = null;
    const toggle = async () => {
      if (!part) {
        const response = await fetch(link.href, { headers: asScript }).catch(() => null);
        if (!response?.ok) { location.assign(link.href); return; }
        part = document.createElement("div");
        part.innerHTML = await response.text();
        link.closest(".row-what").append(part);
      } else {
        part.hidden = !part.hidden;
      }
      link.setAttribute("aria-expanded", String(!part.hidden));
    };
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      toggle();
    });
    link.addEventListener("keydown", (event) => {
      if (event.key !== " ") return;
      event.preventDefault();
      toggle();
    });
  }
}

document.querySelectorAll("[data-upload]").forEach(wireUpload);
document.querySelectorAll("[data-working]").forEach(wait);
document.querySelectorAll("[data-rows]").forEach(wireRows);
wireOpening();
