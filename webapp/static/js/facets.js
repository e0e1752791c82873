// The filters: a choice list per field that turns into chips. A choice made here is the person's standing one and is
// kept; one that came with the call, or from the assistant's question, counts for this question alone.

export class Facets {
  constructor(root, onChange, onKeep) {
    this.onKeep = onKeep;
    this.onChange = onChange;
    this.template = document.getElementById("chip");
    this.fields = new Map([...root.querySelectorAll("[data-facet]")].map((element) => [element.dataset.facet, {
      element,
      select: element.querySelector("select"),
      values: JSON.parse(element.dataset.values),
      standing: JSON.parse(element.dataset.standing),
      kept: element.dataset.kept === "yes",
    }]));
    for (const [name, field] of this.fields) {
      field.select.addEventListener("change", () => this.keep(name, field.select.value));
      field.element.addEventListener("click", (event) => {
        const chip = event.target.closest("[data-chip]");
        if (!chip || event.ctrlKey || event.metaKey) return;
        event.preventDefault();
        if (field.kept) this.keep(name, "");
        else this.set(name, field.values.filter((v) => v !== chip.dataset.value), false);
        this.onChange();
      });
    }
  }

  // Choose for good.
  keep(name, value) {
    const field = this.fields.get(name);
    field.standing = value ? [value] : [];
    this.set(name, field.standing, true);
    this.onKeep(name, value);
    this.onChange();
  }

  // Choose for this question.
  narrow(name, value) {
    this.set(name, value ? [value] : [], false);
    this.onChange();
  }

  drop() {
    for (const name of this.fields.keys()) this.set(name, [], false);
    this.onChange();
  }

  // Back to the person's own, for the next call.
  restore() {
    for (const [name, field] of this.fields) this.set(name, field.standing, true);
  }

  get any() {
    return [...this.fields.values()].some((field) => field.values.length);
  }

  set(name, values, kept) {
    const field = this.fields.get(name);
    field.values = values;
    field.kept = kept && values.length > 0;
    field.select.value = values[0] ?? "";
    field.element.classList.toggle("has-value", values.length > 0);
    field.element.querySelector("[data-chips]").replaceChildren(...values.map((v) => this.chip(field, v)));
  }

  chip(field, value) {
    const chip = this.template.content.firstElementChild.cloneNode(true);
    const option = [...field.select.options].find((o) => o.value === value);
    const words = field.element.dataset.facet === "kind" && option ? option.textContent.trim() : value;
    chip.dataset.value = value;
    chip.dataset.kept = field.kept ? "yes" : "no";
    chip.querySelector("[data-chip-text]").textContent = `${field.element.dataset.label}：${words}`;
    return chip;
  }

  // For the server: every field is named, so that it need not look up what is kept.
  all(params) {
    for (const [name, field] of this.fields) {
      for (const value of field.values.length ? field.values : [""]) params.append(name, value);
    }
    return params;
  }

  // For the address bar: only what differs from the person's own, so that a reload follows those.
  own(params) {
    for (const [name, field] of this.fields) {
      if (field.kept || (!field.values.length && !field.standing.length)) continue;
      for (const value of field.values.length ? field.values : [""]) params.append(name, value);
    }
    return params;
  }
}
