// What is copied out of a rendered answer pastes well: Markdown as text, plain elements as HTML.
import { $$ } from "./dom.js";

const BLOCKS = "p, div, pre, ul, ol, li, table, tr, blockquote, h1, h2, h3, h4, h5, h6, hr";
const MARKS = { EM: "*", STRONG: "**", S: "~~", CODE: "`" };

const inside = (node) => [...node.childNodes].map(text).join("");
const prefixed = (lines, first, rest) => lines.trim().split("\n").map((line, n) => (n ? rest : first) + line).join("\n");

function listed(item) {
  const list = item.parentElement;
  const place = [...(list?.children ?? [])].indexOf(item) + Number(list?.getAttribute("start") ?? 1);
  const mark = list?.tagName === "OL" ? `${place}. ` : "- ";
  return `${prefixed(inside(item), mark, " ".repeat(mark.length))}\n`;
}

function tabled(table) {
  const rows = $$("tr", table).map((row) => [...row.children].map((cell) => inside(cell).trim().replace(/\n+/g, " ")));
  if (rows.length) rows.splice(1, 0, rows[0].map(() => "---"));
  return `\n${rows.map((row) => `| ${row.join(" | ")} |`).join("\n")}\n\n`;
}

// Formulas as they are typed: a fraction by a stroke, what stands high or low by a mark.
const maths = {
  mfrac: ([over, under]) => `(${over})/(${under})`,
  msup: ([base, up]) => `${base}^{${up}}`, mover: ([base, up]) => `${base}^{${up}}`,
  msub: ([base, low]) => `${base}_{${low}}`, munder: ([base, low]) => `${base}_{${low}}`,
  msubsup: ([base, low, up]) => `${base}_{${low}}^{${up}}`, munderover: ([base, low, up]) => `${base}_{${low}}^{${up}}`,
  msqrt: (parts) => `√(${parts.join("")})`,
};

function formula(node) {
  if (!node.children.length) return node.textContent;
  const parts = [...node.children].map(formula);
  return maths[node.localName]?.(parts) ?? parts.join(node.localName === "mtr" ? " " : "");
}

function text(node) {
  if (node.nodeType === Node.TEXT_NODE) return node.parentElement?.closest("pre") ? node.data : node.data.replace(/\s+/g, " ");
  if (node.localName === "math") return node.getAttribute("alttext") ?? formula(node);
  const name = node.tagName;
  if (name === "BR") return "\n";
  if (name === "HR") return "\n---\n\n";
  if (name === "PRE") return `\n\`\`\`\n${node.textContent.replace(/\n$/, "")}\n\`\`\`\n\n`;
  if (name === "LI") return listed(node);
  if (name === "TABLE") return tabled(node);
  if (name === "UL" || name === "OL") return `\n${[...node.children].map(text).join("")}\n`;
  const within = inside(node);
  if (name === "BLOCKQUOTE") return `\n${prefixed(within, "> ", "> ")}\n\n`;
  if (/^H[1-6]$/.test(name)) return `\n${"#".repeat(Math.max(name[1] - 2, 1))} ${within.trim()}\n\n`;
  if (name === "A") return within === node.getAttribute("href") ? within : `[${within}](${node.getAttribute("href")})`;
  if (MARKS[name] && within.trim()) return MARKS[name] + within + MARKS[name];
  return node.matches?.(BLOCKS) ? `${within}\n\n` : within;
}

function plain(part) {
  for (const one of $$("button", part)) one.remove();
  for (const one of $$("*", part)) for (const name of ["class", "tabindex", "role", "aria-label"]) one.removeAttribute(name);
  const box = document.createElement("div");
  box.append(part);
  return box;
}

document.addEventListener("copy", (event) => {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed || event.target.matches?.("input, textarea")) return;
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  const prose = (around.nodeType === Node.ELEMENT_NODE ? around : around.parentElement).closest(".prose");
  if (!prose) return;
  let part = range.cloneContents();
  // A selection within one list or block of code is still one.
  for (let one = around.nodeType === Node.TEXT_NODE ? around.parentElement : around; one !== prose; one = one.parentElement) {
    if (!one.matches("ul, ol, pre, table, tbody, math, math *")) continue;
    const shell = one.cloneNode();
    shell.append(part);
    part = new DocumentFragment();
    part.append(shell);
  }
  const box = plain(part);
  event.clipboardData.setData("text/html", box.innerHTML);
  event.clipboardData.setData("text/plain", inside(box).replace(/[ \t]+\n/g, "\n").replace(/\n{3,}/g, "\n\n").trim());
  event.preventDefault();
});
