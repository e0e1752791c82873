// What stands in the form of a call, as pairs, and back into it.
const OURS = new Set(["csrf_token", "key"]);

export function values(form) {
  return [...new FormData(form)].filter(([name]) => !OURS.has(name));
}

export function fill(form, pairs) {
  const given = new Map(pairs);
  for (const field of form.elements) {
    if (!field.name || OURS.has(field.name)) continue;
    if (field.type === "radio" || field.type === "checkbox") field.checked = given.get(field.name) === field.value;
    else if (given.has(field.name)) put(field, given.get(field.name));
  }
}

function put(field, value) {
  if (field.tagName === "SELECT" && ![...field.options].some((option) => option.value === value)) field.add(new Option(value, value));
  field.value = value;
}
