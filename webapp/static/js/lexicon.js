// The texts of dictionary and synonyms: how long they are, where a mistake stands, and no leaving with unsaved work.
const form = document.querySelector("[data-lexicon]");
const areas = [...form.querySelectorAll("textarea")];
const places = new Map(areas.map((area) => [area, form.querySelector(`[data-count-of="${area.id}"]`)]));
const shown = (pattern, count, most) => pattern.replace("{count}", count.toLocaleString("en")).replace("{most}", Number(most).toLocaleString("en"));

function measure(area) {
  const { most, count, tooLong } = area.dataset;
  const size = [...area.value].length;
  places.get(area).textContent = shown(count, size, most);
  area.setCustomValidity(size > Number(most) ? shown(tooLong, size, most) : "");
}

function showLine(area) {
  const line = Number(area.dataset.line ?? 0);
  if (!line) return;
  const lines = area.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[line - 1] ?? "").length);
  area.scrollTop = (area.scrollHeight / lines.length) * Math.max(0, line - 4);
}

let changed = "unsaved" in form.dataset;
for (const area of areas) {
  measure(area);
  area.addEventListener("input", () => { changed = true; measure(area); });
}
areas.toReversed().forEach(showLine);
form.addEventListener("submit", () => { changed = false; });
window.addEventListener("beforeunload", (event) => { if (changed) event.preventDefault(); });
