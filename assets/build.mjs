// Builds ../static/dist: portal.css, portal.js, htmx.min.js, icons.svg.   npm ci && npm run build
import { readFileSync, writeFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as sass from "sass";
import { PurgeCSS } from "purgecss";
import { minify } from "terser";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "..");
const dist = join(root, "static", "dist");
mkdirSync(dist, { recursive: true });
const BUDGET = 60 * 1024; // gzip, stylesheet and our own script together

// ---- Stylesheet: everything of ours is kept, only unused Bootstrap is dropped.
const compile = (entry) =>
  sass.compile(join(here, "scss", entry), {
    loadPaths: [join(here, "node_modules")],
    style: "compressed",
    quietDeps: true,
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
    logger: sass.Logger.silent,
  }).css;
const ours = readFileSync(join(here, "scss", "components.scss"), "utf8");
const ourClasses = [...new Set([...ours.matchAll(/\.([a-zA-Z][\w-]*)/g)].map((m) => m[1]))];
const everyday = // Bootstrap classes a page may need before the next build
  /^(m|p)[tbsexy]?-(lg-|md-)?(\d|auto)$|^g[xy]?-(lg-|md-)?\d$|^d-(lg-|md-|sm-)?(none|block|flex|grid|inline|inline-block|inline-flex)$|^(flex|justify-content|align-items|align-self)-|^gap-\d$|^col(-sm|-md|-lg)?(-\d+|-auto)?$|^offset-(md-|lg-)?\d$|^(row|order-\w+|container.*|w-100|h-100|text-(start|center|end|break|nowrap)|fw-bold|visually-hidden.*|list-unstyled|table.*|align-middle|h[1-6]|lead|btn.*|form-.*|input-group.*|breadcrumb.*|page.*|pagination.*|active|disabled)$/;
const [purged] = await new PurgeCSS().purge({
  css: [{ raw: compile("portal.scss") }],
  content: [join(root, "templates", "**", "*.html"), join(root, "portal", "**", "*.py"), join(here, "js", "*.js")],
  defaultExtractor: (text) => text.match(/[\w-/:.]+(?<![:.])/g) || [],
  safelist: { standard: [...ourClasses, everyday, /^htmx-/, /^is-/, /^has-/], variables: [/./] },
  variables: false,
});
writeFileSync(join(dist, "portal.css"), purged.css);

// ---- Scripts
const script = await minify(readFileSync(join(here, "js", "portal.js"), "utf8"), { compress: true, mangle: true });
writeFileSync(join(dist, "portal.js"), script.code + "\n");
writeFileSync(join(dist, "htmx.min.js"), readFileSync(join(here, "node_modules", "htmx.org", "dist", "htmx.min.js")));

// ---- Icons: one sprite of the names listed in icons.txt
const names = readFileSync(join(here, "icons.txt"), "utf8").split("\n").map((n) => n.trim()).filter((n) => n && !n.startsWith("#"));
const symbols = names.map((name) => {
  const svg = readFileSync(join(here, "node_modules", "bootstrap-icons", "icons", `${name}.svg`), "utf8");
  const box = svg.match(/viewBox="([^"]+)"/)[1];
  const inner = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "");
  return `<symbol id="i-${name}" viewBox="${box}">${inner}</symbol>`;
});
writeFileSync(join(dist, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">\n${symbols.join("\n")}\n</svg>\n`);

const weigh = (file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
for (const file of readdirSync(dist).sort()) console.log(`${file.padEnd(14)} ${(weigh(file) / 1024).toFixed(1)} KiB gzip`);
const own = weigh("portal.css") + weigh("portal.js");
if (own > BUDGET) {
  console.error(`Too heavy: stylesheet and script are ${own} bytes gzip, the budget is ${BUDGET}.`);
  process.exit(1);
}
