// A list of which several are done with at once: tick all of the page, and say how many are ticked.
const form = document.querySelector("[data-many]");
const boxes = [...(form?.querySelectorAll(`input[name="${form.dataset.many}"]`) ?? [])];
const all = form?.querySelector("[data-all]");
const said = form?.querySelector("[data-ticked]");

function count() {
  const ticked = boxes.filter((box) => box.checked).length;
  said.textContent = ticked ? said.dataset.say.replace("{n}", ticked) : "";
}

if (form) {
  all.hidden = false;
  all.addEventListener("click", () => {
    const on = boxes.some((box) => !box.checked);
    for (const box of boxes) box.checked = on;
    count();
  });
  form.addEventListener("change", count);
  window.addEventListener("pageshow", count); // ticks that the browser put back
}
