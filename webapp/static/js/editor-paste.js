// What the clipboard holds from Word, WPS, Excel or a web page, as Markdown: tables, headings, lists, bold, links.
//
// The HTML is parsed into a document of its own, where nothing runs and nothing is loaded; only text leaves it.
// Merged cells repeat downwards and stay empty sideways, as the import of Word files does it.

const SKIPPED = "script, style, head, title, meta, link, template, object, iframe, svg, math, noscript";
const BLOCKS = new Set(["P", "DIV", "SECTION", "ARTICLE", "HEADER", "FOOTER", "MAIN", "BLOCKQUOTE", "PRE", "ADDRESS", "FIGURE", "DL", "DT", "DD"]);
const WORTHWHILE = "table, h1, h2, h3, h4, h5, h6, ul, ol, b, strong, a[href], [class^=Mso], [data-style*=mso-list]";
const WIDEST = 63; // columns: what a Word table may have

// Markdown, or null when the plain text says it as well. ``pictures`` counts those that stay behind.
export function toMarkdown(html) {
  const page = new DOMParser().parseFromString(quiet(html), "text/html");
  for (const element of page.querySelectorAll(SKIPPED)) element.remove();
  for (const element of [...page.querySelectorAll("[data-style]")]) {
    if (/display\s*:\s*none|mso-hide\s*:\s*all/i.test(style(element))) element.remove();
  }
  const pictures = page.querySelectorAll("img").length;
  if (!page.body.querySelector(WORTHWHILE)) return { text: null, pictures };
  const text = blocks(page.body).join("\n\n").replace(/\n{3,}/g, "\n\n").trim();
  return { text: text || null, pictures };
}

// Styles are read and not applied. Under another name the browser does not report each of them as against the page's
// policy; nothing depends on this: in a document of its own nothing runs.
function quiet(html) {
  const inTag = (tag) => tag.replace(/\sstyle\s*=/gi, " data-style=").replace(/\son\w+\s*=/gi, " data-on=");
  return html.replace(/<style[\s\S]*?<\/style\s*>/gi, "").replace(/<[a-z][^>]*>/gi, inTag);
}

function style(element) {
  return element.getAttribute("data-style") ?? "";
}

// Cells apart by tabs, as Excel gives them without HTML; null when it is no table.
export function tableOfTabs(text) {
  const rows = cellsOfTabs(text.replace(/\r\n?/g, "\n").replace(/\n$/, ""));
  const width = rows[0]?.length ?? 0;
  if (rows.length < 2 || width < 2 || rows.some((row) => row.length !== width)) return null;
  return tableOf(rows.map((row) => row.map((cell) => escaped(cell))));
}

function cellsOfTabs(text) {
  const rows = [[""]];
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const row = rows[rows.length - 1];
    const c = text[at];
    if (quoted) {
      if (c === '"' && text[at + 1] === '"') { row[row.length - 1] += '"'; at += 1; }
      else if (c === '"') quoted = false;
      else row[row.length - 1] += c;
    } else if (c === '"' && row[row.length - 1] === "" && /^"(?:[^"]|"")*"(?:[\t\n]|$)/.test(text.slice(at, at + 20_000))) quoted = true;
    else if (c === "\t") row.push("");
    else if (c === "\n") rows.push([""]);
    else row[row.length - 1] += c;
  }
  return rows;
}

function blocks(parent) {
  const found = [];
  let run = [];
  const endRun = () => {
    const text = paragraph(run);
    if (text) found.push(text);
    run = [];
  };
  const list = (line) => {
    // Points of one list stand under one another without an empty line.
    if (found.length && found[found.length - 1].isList) found[found.length - 1].text += `\n${line}`;
    else found.push({ isList: true, text: line, toString() { return this.text; } });
  };
  for (const node of parent.childNodes) {
    if (node.nodeType !== Node.ELEMENT_NODE) { run.push(node); continue; }
    const point = wordPoint(node);
    if (point) { endRun(); list(point); }
    else if (node.tagName === "TABLE") { endRun(); found.push(...tableBlocks(node)); }
    else if (/^H[1-6]$/.test(node.tagName)) { endRun(); found.push(...heading(node)); }
    else if (node.tagName === "UL" || node.tagName === "OL") { endRun(); for (const line of points(node, 0)) list(line); }
    else if (BLOCKS.has(node.tagName) || node.querySelector("p, div, table, ul, ol, h1, h2, h3, h4")) { endRun(); found.push(...inner(node)); }
    else run.push(node);
  }
  endRun();
  return found.filter((block) => String(block).trim());
}

function inner(node) {
  return node.tagName === "BLOCKQUOTE" ? blocks(node).map((block) => String(block).replace(/^/gm, "> ")) : blocks(node);
}

function heading(node) {
  const text = withoutStars(inline(node)).replace(/\s+/g, " ").trim();
  return text ? [`${"#".repeat(Math.min(Math.max(Number(node.tagName[1]), 2), 6))} ${text}`] : [];
}

// Word's lists are paragraphs with the bullet or the number written out, in a span that says so.
function wordPoint(node) {
  const level = /mso-list:\s*l\d+\s+level(\d+)/i.exec(style(node))?.[1];
  if (node.tagName !== "P" || !level) return null;
  const ignored = [...node.querySelectorAll("[data-style]")].find((e) => /mso-list:\s*ignore/i.test(style(e)));
  const sign = (ignored?.textContent ?? "").replace(/[\s\u00a0]+/g, "");
  ignored?.remove();
  const text = inline(node).replace(/\s+/g, " ").trim();
  const number = /^[（(]?(\d+)[.)、．）]/.exec(sign)?.[1];
  const marker = number ? `${number}.` : /^[（(]?[a-z\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341]+[.)、．）]/i.test(sign) ? "1." : "-";
  return text ? `${"    ".repeat(Math.min(Number(level) - 1, 5))}${marker} ${text}` : "";
}

function* points(list, depth) {
  let number = Number(list.getAttribute("start")) || 1;
  for (const item of list.children) {
    if (item.tagName === "UL" || item.tagName === "OL") { yield* points(item, depth + 1); continue; }
    if (item.tagName !== "LI") continue;
    const nested = [...item.children].filter((e) => e.tagName === "UL" || e.tagName === "OL");
    const own = [...item.childNodes].filter((node) => !nested.includes(node));
    const text = own.map(inlineOf).join("").replace(/\s+/g, " ").trim();
    if (text) yield `${"    ".repeat(Math.min(depth, 5))}${list.tagName === "OL" ? `${number}.` : "-"} ${text}`;
    number += 1;
    for (const deeper of nested) yield* points(deeper, depth + 1);
  }
}

// A table with one cell is no table, only a frame around text.
function tableBlocks(table) {
  const rows = grid(table);
  if (rows.length === 0) return [];
  if (rows.length === 1 && rows[0].length === 1) return table.rows[0].cells[0] ? blocks(table.rows[0].cells[0]) : [];
  return [tableOf(rows)];
}

function grid(table) {
  const rows = [];
  const falling = []; // by column: how many rows a merged cell still covers, and what it says
  for (const tr of table.rows) {
    const row = [];
    const fill = () => {
      while (falling[row.length]?.left > 0) {
        falling[row.length].left -= 1;
        row.push(falling[row.length].text);
      }
    };
    fill();
    for (const cell of tr.cells) {
      const text = rows.length ? cellText(cell) : withoutStars(cellText(cell)); // a head is bold by itself
      const span = Math.min(cell.colSpan || 1, WIDEST - Math.min(row.length, WIDEST - 1));
      for (let n = 0; n < span; n += 1) {
        const said = n ? "" : text;
        if (cell.rowSpan > 1) falling[row.length] = { left: cell.rowSpan - 1, text: said };
        row.push(said);
      }
      fill();
    }
    rows.push(row.slice(0, WIDEST));
  }
  return rows.filter((row) => row.some((cell) => cell !== ""));
}

function cellText(cell) {
  const lines = [...cell.childNodes].map((node) => (node.tagName === "BR" ? "\n" : inlineOf(node))).join("");
  return (cell.matches("th") ? withoutStars(lines) : lines).replace(/[\s\u00a0]+/g, " ").trim();
}

function tableOf(rows) {
  const width = Math.max(...rows.map((row) => row.length));
  const line = (cells) => `| ${[...cells, ...Array(width - cells.length).fill("")].map(inCell).join(" | ")} |`;
  return [line(rows[0]), `|${" --- |".repeat(width)}`, ...rows.slice(1).map(line)].join("\n");
}

function withoutStars(text) {
  return text.replace(/\*\*/g, "");
}

function inCell(text) {
  return text.replace(/\s+/g, " ").trim().replace(/(?<!\\)\|/g, "\\|");
}

function paragraph(nodes) {
  const text = nodes.map(inlineOf).join("").replace(/[ \t\u00a0]*\n[ \t\u00a0]*/g, "  \n").replace(/[ \t\u00a0]{2,}(?!\n)/g, " ");
  // What would begin a heading, a quotation or a list by accident is kept from it.
  return text.trim().replace(/^(\s*)([#>]|[-+](?=\s)|\d+(?=\.\s))/gm, (all, blank, sign) => (/\d/.test(sign) ? `${blank}${sign}` : `${blank}\\${sign}`));
}

function inline(element) {
  return [...element.childNodes].map(inlineOf).join("");
}

function inlineOf(node) {
  if (node.nodeType === Node.TEXT_NODE) return escaped(node.data.replace(/[\r\n\t ]+/g, " "));
  if (node.nodeType !== Node.ELEMENT_NODE) return "";
  if (node.tagName === "BR") return "\n";
  const text = inline(node);
  if (node.tagName === "A") return link(node, text);
  if (isBold(node)) return wrapped(text);
  return BLOCKS.has(node.tagName) || node.tagName === "TR" || node.tagName === "TD" ? `${text} ` : text;
}

function isBold(node) {
  const weight = /(?:^|[;\s])font-weight\s*:\s*(\w+)/i.exec(style(node))?.[1] ?? "";
  if (weight) return weight === "bold" || weight === "bolder" || Number(weight) >= 600;
  return node.tagName === "B" || node.tagName === "STRONG";
}

// The stars must touch the words that they mark.
function wrapped(text) {
  const [, before, words, after] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text);
  return words && !words.includes("**") ? `${before}**${words}**${after}` : text;
}

function link(node, text) {
  const address = (node.getAttribute("href") ?? "").trim();
  const words = withoutStars(text).trim();
  if (!words || !/^(https?:\/\/|mailto:)[^\s()<>]+$/i.test(address)) return text;
  return `[${words.replace(/[[\]]/g, "\\$&")}](${address})`;
}

function escaped(text) {
  return text.replace(/[\u200b\ufeff]/g, "").replace(/([*`]|\\(?=[\\*`|_#[\]]))/g, "\\$1");
}
