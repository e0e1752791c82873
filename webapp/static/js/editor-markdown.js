// Changes to the text of a text area, made so that the browser can undo them.

export function insert(area, text, { select = null } = {}) {
  area.focus();
  // The only way that keeps the browser's own undo. Where it is missing the text still gets there.
  if (!document.execCommand("insertText", false, text)) {
    area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
    area.dispatchEvent(new Event("input", { bubbles: true }));
  }
  if (select) {
    const start = area.selectionStart - text.length + select[0];
    area.setSelectionRange(start, start + select[1]);
  }
}

// A block stands alone: an empty line before and after it.
export function insertBlock(area, block, options) {
  const before = area.value.slice(0, area.selectionStart);
  const after = area.value.slice(area.selectionEnd);
  const lead = before === "" || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
  const trail = after === "" || after.startsWith("\n\n") ? "" : after.startsWith("\n") ? "\n" : "\n\n";
  const select = options?.select ? [options.select[0] + lead.length, options.select[1]] : null;
  insert(area, lead + block + trail, { select });
}

export function bold(area, sample) {
  const { selectionStart: start, selectionEnd: end, value } = area;
  const chosen = value.slice(start, end);
  if (value.slice(start - 2, start) === "**" && value.slice(end, end + 2) === "**") {
    area.setSelectionRange(start - 2, end + 2);
    return insert(area, chosen, { select: [0, chosen.length] });
  }
  const text = chosen || sample;
  return insert(area, `**${text}**`, { select: [2, text.length] });
}

// Put a mark before every chosen line, or take it away when all have it.
export function mark(area, kind) {
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const end = area.value.indexOf("\n", area.selectionEnd);
  const to = end < 0 ? area.value.length : end;
  const lines = area.value.slice(start, to).split("\n");
  const is = { heading: /^#{1,6} /, list: /^[-*] /, numbers: /^\d+\. / }[kind];
  const bare = lines.map((line) => line.replace(/^(#{1,6} |[-*] |\d+\. )/, ""));
  const marked = lines.every((line) => is.test(line))
    ? (kind === "heading" ? lines.map((line) => (line.startsWith("## ") ? `#${line}` : line.replace(is, ""))) : bare)
    : bare.map((line, at) => ({ heading: `## ${line}`, list: `- ${line}`, numbers: `${at + 1}. ${line}` })[kind]);
  area.setSelectionRange(start, to);
  insert(area, marked.join("\n"), lines.length > 1 ? { select: [0, marked.join("\n").length] } : {});
}

// Enter within a list goes on with it; on an empty point it ends it.
export function goOn(area) {
  if (area.selectionStart !== area.selectionEnd) return false;
  const start = area.value.lastIndexOf("\n", area.selectionStart - 1) + 1;
  const line = area.value.slice(start, area.selectionStart);
  const found = /^(\s*)(?:([-*])|(\d+)\.) (.*)$/.exec(line);
  if (!found) return false;
  const [, indent, point, number, text] = found;
  if (text.trim() === "") {
    area.setSelectionRange(start, area.selectionStart);
    insert(area, "\n");
    return true;
  }
  insert(area, `\n${indent}${point ?? `${Number(number) + 1}.`} `);
  return true;
}

export function table(columns, rows) {
  const line = (cell) => `|${` ${cell} |`.repeat(columns)}`;
  return [line(" "), line("---"), ...Array.from({ length: rows }, () => line(" "))].join("\n");
}

// Text that stands in a link or an image.
export function label(text) {
  return text.replace(/\s+/g, " ").trim().replace(/[\\[\]]/g, "\\$&");
}
