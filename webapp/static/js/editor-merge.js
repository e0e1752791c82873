// Where two people wrote something else: one key puts my text, theirs or both into the result.
for (const place of document.querySelectorAll("[data-place]")) {
  const result = place.querySelector("[data-result]");
  const picks = place.querySelector("[data-picks]");
  if (!result) continue;
  picks.hidden = false;
  picks.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]")?.dataset.pick;
    if (!pick) return;
    const { mine, theirs } = result.dataset;
    result.value = { mine, theirs, both: [mine, theirs].filter(Boolean).join("\n") }[pick];
    for (const button of picks.querySelectorAll("[data-pick]")) button.setAttribute("aria-pressed", String(button.dataset.pick === pick));
  });
}
document.querySelector("[data-undecided] input, [data-undecided] textarea")?.focus();
