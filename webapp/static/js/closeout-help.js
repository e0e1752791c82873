// What the bar says while somebody types: personal data, the difference from the answer in force, the entry behind a code.
const REST = 500; // ms after the last key
const LOOKED_AT = "[name=asked], [name=result], [name=follow_note], textarea";

export function wireHelp(form, { root, csrf, onSize }) {
  const part = (name) => form.querySelector(`[data-${name}]`);
  const timers = {};
  const later = (name, act) => { clearTimeout(timers[name]); timers[name] = setTimeout(act, REST); };

  async function send(path, values) {
    const body = new URLSearchParams({ ...values, csrf_token: csrf() });
    const response = await fetch(`${root}/${path}`, { method: "POST", body, headers: { "X-Requested-With": "fetch" } });
    if (!response.ok) throw new Error(String(response.status));
    return response;
  }

  const shown = () => [...form.querySelectorAll(LOOKED_AT)].filter((field) => field.offsetParent);

  async function look() {
    const text = shown().map((field) => (field.value === field.defaultValue ? "" : field.value)).filter(Boolean).join("\n").slice(0, 4000);
    try {
      const { said, warned } = text ? await (await send("check", { text })).json() : { said: "" };
      part("privacy").textContent = said;
      part("privacy").hidden = !said;
      part("privacy").classList.toggle("is-warning", Boolean(warned));
      onSize();
    } catch { /* It is looked at again when it is saved. */ }
  }

  async function compare() {
    const code = form.elements.code.value.trim();
    const text = form.elements.text_improved.value;
    if (!code || !text || text === form.elements.text_improved.defaultValue) { part("compare").hidden = true; return onSize(); }
    try {
      const html = await (await send("compare", { code, text: text.slice(0, 4000) })).text();
      part("compare").replaceChildren(...new DOMParser().parseFromString(html, "text/html").body.children);
      part("compare").hidden = false;
      onSize();
    } catch { part("compare").hidden = true; }
  }

  async function entry() {
    const code = form.elements.code.value.trim();
    if (!code) { part("title").textContent = ""; return; }
    try {
      const response = await fetch(`${root}/entry/${encodeURIComponent(code)}`, { headers: { "X-Requested-With": "fetch" } });
      const found = await response.json();
      part("title").textContent = found.title ?? found.error?.message ?? "";
      if (!response.ok) return;
      const { product, text_improved: improved, problem_type: type, revision } = form.elements;
      revision.value = "";
      if (product.value === product.defaultValue) product.value = found.product;
      if (improved.value === improved.defaultValue) improved.value = improved.defaultValue = found.speakable;
      if (found.category && ![...type.options].some((option) => option.value === found.category)) type.add(new Option(found.category, found.category), 0);
    } catch { /* The server says it when the form is saved. */ }
  }

  form.addEventListener("input", ({ target }) => {
    if (target.matches(LOOKED_AT)) later("look", look);
    if (target.matches("[data-improved]")) later("compare", compare);
  });
  form.addEventListener("change", ({ target }) => {
    if (target.name === "code") entry().then(compare);
    if (target.name === "kind") later("look", look);
  });
  if (form.elements.text_improved.value !== form.elements.text_improved.defaultValue) compare();
}
