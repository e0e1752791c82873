// The last questions of this sitting, for the caller who asks again. They stay in the tab and end with it, or at logout.
const KEY = "recent-questions";
const MOST = 8;

function stored() {
  try {
    const list = JSON.parse(sessionStorage.getItem(KEY) ?? "[]");
    return Array.isArray(list) ? list.filter((text) => typeof text === "string") : [];
  } catch {
    return [];
  }
}

export function remember(question) {
  if (!question) return;
  const others = stored().filter((text) => text !== question && !question.startsWith(text));
  sessionStorage.setItem(KEY, JSON.stringify([question, ...others].slice(0, MOST)));
}

export function listRecent() {
  const place = document.querySelector("#results [data-recent]");
  const questions = stored();
  if (!place || !questions.length) return;
  place.querySelector("ul").replaceChildren(...questions.map((text) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `/search?${new URLSearchParams({ q: text })}`;
    link.dataset.suggestion = text;
    link.textContent = text;
    item.append(link);
    return item;
  }));
  place.hidden = false;
}
