// Going through the hits with the arrows: the chosen hit has the focus, its card is shown in the pane. A mouse passing
// over a hit changes nothing: the sentence that somebody is reading out must not be swapped.

export class Hits {
  constructor(results, box) {
    this.results = results;
    this.box = box;
    results.addEventListener("focusin", (event) => {
      const link = event.target.closest("[data-hit]");
      if (link) this.show(link);
    });
  }

  get links() {
    return [...this.results.querySelectorAll("[data-hit]")];
  }

  get first() {
    return this.links[0];
  }

  get shown() {
    return this.results.querySelector("[data-hit].is-shown");
  }

  reset() {
    const shown = this.results.querySelector("[data-shown] [data-card]");
    this.mark(this.links.find((link) => link.dataset.code === shown?.dataset.code));
    this.revealCopy();
  }

  move(step) {
    const links = this.links;
    if (!links.length) return;
    // From the box the way goes on from the hit whose card is shown, which is the first to begin with.
    const here = links.indexOf(document.activeElement);
    const next = (here < 0 ? links.findIndex((link) => link.classList.contains("is-shown")) : here) + step;
    if (next < 0) this.box.focus();
    else links[Math.min(next, links.length - 1)].focus();
  }

  show(link) {
    const place = this.results.querySelector("[data-shown]");
    const card = link.parentElement.querySelector("template")?.content.firstElementChild;
    if (!place || !card || place.firstElementChild?.dataset.code === card.dataset.code) return this.mark(link);
    place.replaceChildren(card.cloneNode(true));
    this.mark(link);
    this.revealCopy();
  }

  mark(link) {
    for (const other of this.links) other.classList.toggle("is-shown", other === link);
  }

  revealCopy() {
    for (const button of this.results.querySelectorAll("[data-copy-card]")) button.hidden = false;
  }
}
