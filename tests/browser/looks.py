"""What every opened page has to be: one h1, labelled fields, nothing inline, no sideways scrolling, nothing axe finds serious."""

from functools import cache
from pathlib import Path

# Runs in the page; answers with what is wrong, in words.
CHECK = """() => {
  const wrong = [], all = (what) => Array.from(document.querySelectorAll(what));
  const shown = (el) => el.getClientRects().length > 0;
  if (all("h1").length !== 1) wrong.push(all("h1").length + " h1");
  if (!document.title.trim() || document.title.trim().startsWith("·")) wrong.push("no title");
  if (!document.documentElement.lang) wrong.push("no lang");
  if (all("main").length !== 1) wrong.push("no main");
  for (const el of all("input, select, textarea")) {
    if (el.type === "hidden" || !shown(el)) continue;
    const named = el.getAttribute("aria-label") || el.getAttribute("aria-labelledby") || Array.from(el.labels || []).some((l) => l.textContent.trim());
    if (!named) wrong.push("no label: " + el.outerHTML.slice(0, 120));
  }
  for (const el of all("button, a[href]")) {
    const named = el.getAttribute("aria-label") || el.textContent.trim() || el.querySelector("img[alt]:not([alt=''])");
    if (!named) wrong.push("no name: " + el.outerHTML.slice(0, 120));
  }
  const ids = all("[id]").map((el) => el.id);
  for (const id of new Set(ids.filter((id, n) => ids.indexOf(id) !== n))) wrong.push("id twice: " + id);
  for (const el of all("[aria-describedby], [aria-labelledby]"))
    for (const id of ((el.getAttribute("aria-describedby") || "") + " " + (el.getAttribute("aria-labelledby") || "")).split(/\\s+/))
      if (id && !document.getElementById(id)) wrong.push("points at nothing: #" + id);
  for (const a of all("a[href^='#']")) if (a.hash.length > 1 && !document.getElementById(decodeURIComponent(a.hash.slice(1)))) wrong.push("link to nothing: " + a.hash);
  if (all("script:not([src])").length) wrong.push("inline script");
  if (all("style, [style]").length) wrong.push("inline style: " + all("style, [style]")[0].outerHTML.slice(0, 120));
  if (all("[onclick], [onsubmit], [onload], a[href^='javascript']").length) wrong.push("inline handler");
  for (const img of all("img")) {
    if (!img.hasAttribute("alt")) wrong.push("image without alt: " + img.src);
    if (img.complete && !img.naturalWidth && shown(img)) wrong.push("image missing: " + img.src);
  }
  return wrong;
}"""

# What sticks out on the right; an element that scrolls by itself may be wider inside.
WIDER = """() => {
  const page = document.documentElement, width = page.clientWidth, out = [];
  if (page.scrollWidth <= width) return out;
  for (const el of document.querySelectorAll("body *")) {
    const box = el.getBoundingClientRect();
    if (box.right > width + 1 && box.width && !el.closest(".table-wrap")) out.push(el.tagName.toLowerCase() + "." + el.className + " to " + Math.round(box.right));
  }
  return [page.scrollWidth + " of " + width + " px", ...out.slice(0, 4)];
}"""

# The bones of the page: which kind of element stands in which.
BONES = """() => {
  const kind = (el) => [el.tagName, el.className.toString(), el.getAttribute("role") || "", el.getAttribute("type") || ""].join(" ");
  const bones = new Set();
  for (const el of document.querySelectorAll("body *")) bones.add(kind(el.parentElement) + ">" + kind(el));
  return [...bones];
}"""

# Words a reader of Chinese would not understand: a run of small English words outside what is marked as English.
ENGLISH = """() => {
  const out = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, box = node.parentElement;
    if (!box || box.closest("[lang='en'], script, style, .num") || !box.getClientRects().length) continue;
    if (/[A-Za-z]+ [a-z]+ [a-z]+/.test(node.data)) out.push(node.data.trim().slice(0, 80));
  }
  return out;
}"""

# Chinese words on an English page that are not marked as Chinese; a name inside an English sentence may pass.
CHINESE = """() => {
  const out = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode, box = node.parentElement;
    if (!box || box.closest("[lang^='zh'], [aria-hidden=true], script, style, select, textarea") || !box.getClientRects().length) continue;
    const chinese = (node.data.match(/[\\u4e00-\\u9fff]/g) || []).length;
    if (chinese && 2 * chinese > node.data.trim().length) out.push(node.data.trim().slice(0, 60));
  }
  return out;
}"""

# No text stands on a background that a pseudo-element draws; to look for one at every word takes two thirds of the time.
AXE = """() => {
  axe.configure({checks: [{id: "color-contrast", options: {ignorePseudo: true}}]});
  return axe.run(document, {resultTypes: ["violations"], preload: false}).then((found) => found.violations
  .filter((v) => v.impact === "serious" || v.impact === "critical")
  .map((v) => v.impact + " " + v.id + ": " + v.nodes.slice(0, 3).map((n) => n.html.slice(0, 160) + " (" + n.any.map((a) => a.message).join("; ").slice(0, 200) + ")").join(" | ")));
}"""


@cache
def axe_script() -> str:
    import axe_playwright_python

    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def axe(page) -> list[str]:
    """What axe-core calls serious or critical on the page as it stands."""
    page.evaluate(axe_script())
    return page.evaluate(AXE)
