// The pages of an entry's history: a link that names a key is followed by that key.
document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select")) return;
  // Where the focus scrolls sideways the arrows belong to the scrolling.
  if (event.key.startsWith("Arrow") && event.target.closest?.(".table-scroll, .rows-box, pre")) return;
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const link = [...document.querySelectorAll("a[data-key]")].find((a) => a.dataset.key === key);
  if (link) {
    event.preventDefault();
    keepPlace();
    location.assign(link.href);
  }
});

// Another way of showing the same two revisions stays at the same height of the page.
const PLACE = "history-place";
const same = () => new URL(location).searchParams;

function keepPlace() {
  sessionStorage.setItem(PLACE, JSON.stringify({ pair: pairOf(same()), top: window.scrollY }));
}

function pairOf(parameters) {
  return `${location.pathname}?${parameters.get("from")}-${parameters.get("to")}`;
}

for (const link of document.querySelectorAll("a[data-key]")) link.addEventListener("click", keepPlace);

const place = JSON.parse(sessionStorage.getItem(PLACE) ?? "null");
sessionStorage.removeItem(PLACE);
if (place?.pair === pairOf(same())) window.scrollTo(0, place.top);
