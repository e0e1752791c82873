// What a screen reader is told. Only the last of several quick messages is spoken.
let waiting = 0;

export function say(text, { after = 0 } = {}) {
  clearTimeout(waiting);
  const place = document.getElementById("announcer");
  if (!place) return;
  waiting = setTimeout(() => {
    // The same words again are news too: an unchanged region would stay silent.
    place.textContent = place.textContent === text ? `${text} ` : text;
  }, after);
}
