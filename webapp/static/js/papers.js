// The blueprint's editor: how many questions and points the rows make, and one more row. Without it two empty rows are there.
const form = document.querySelector("[data-blueprint]");
const rows = form.querySelector("tbody");
const sum = form.querySelector("[data-sum]");
const button = form.querySelector("[data-add]");

const value = (field) => { const typed = Number.parseFloat(field.value); return Number.isFinite(typed) ? typed : 0; };

function tell() {
  let count = 0;
  let total = 0;
  for (const row of rows.rows) {
    const here = Math.trunc(value(row.querySelector("[data-count]")));
    count += here;
    total += here * value(row.querySelector("[data-score]"));
  }
  const values = { count, total: Math.round(total * 100) / 100 };
  sum.textContent = form.dataset.total.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

function add() {
  const number = rows.rows.length;
  const row = rows.rows[number - 1].cloneNode(true);
  for (const field of row.querySelectorAll("input, select")) {
    field.name = field.name.replace(/\d+$/, String(number));
    field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+/, String(number + 1)));
    if (field.matches("input")) field.value = "";
  }
  rows.append(row);
  row.querySelector("select").focus();
  tell();
}

button.hidden = false;
button.addEventListener("click", add);
rows.addEventListener("input", tell);
tell();
