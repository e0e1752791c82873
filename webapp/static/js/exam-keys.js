// The value of a question's fields, and choosing by digits; shared by the paper and by practice.

const TEXT = "input.exam-blank, textarea, select";

export function valueOf(question) {
  const all = (what) => [...question.querySelectorAll(what)];
  switch (question.dataset.type) {
    case "cloze": {
      const texts = all(".exam-blank").map((field) => field.value);
      return texts.some((text) => text.trim()) ? texts : [];
    }
    case "short": {
      const text = question.querySelector("textarea").value;
      return text.trim() ? [text] : [];
    }
    case "order":
      return all("select").filter((field) => field.value).sort((a, b) => a.value - b.value).map((field) => Number(field.dataset.place));
    default:
      return all("input:checked").map((field) => Number(field.value));
  }
}

export function setValue(question, value) {
  switch (question.dataset.type) {
    case "cloze":
      question.querySelectorAll(".exam-blank").forEach((field, n) => { field.value = value[n] ?? ""; });
      break;
    case "short":
      question.querySelector("textarea").value = value[0] ?? "";
      break;
    case "order":
      for (const field of question.querySelectorAll("select")) {
        const rank = value.indexOf(Number(field.dataset.place));
        field.value = rank < 0 ? "" : String(rank + 1);
      }
      break;
    default:
      for (const field of question.querySelectorAll("input")) field.checked = value.includes(Number(field.value));
  }
}

// A rank given twice would be no order: the one that had it before loses it.
export function keepRanksApart(question, changed) {
  if (question.dataset.type !== "order" || !changed.value) return;
  for (const field of question.querySelectorAll("select")) {
    if (field !== changed && field.value === changed.value) field.value = "";
  }
}

// True when the key chose something. In an order each digit puts its option next; a digit again takes it out.
export function chooseByKey(question, event) {
  if (!/^[1-9]$/.test(event.key) || event.target.closest(TEXT)) return false;
  const place = Number(event.key) - 1;
  if (question.dataset.type === "order") {
    const fields = [...question.querySelectorAll("select")];
    const field = fields[place];
    if (!field) return false;
    const taken = valueOf(question);
    setValue(question, field.value ? taken.filter((one) => one !== place) : [...taken, place]);
    field.dispatchEvent(new Event("input", { bubbles: true }));
  } else {
    const field = question.querySelectorAll("input[type=radio], input[type=checkbox]")[place];
    if (!field) return false;
    field.click();
    field.focus({ preventScroll: true });
  }
  event.preventDefault();
  return true;
}
