/** The page that shows how a mirror stands: one file without other resources. It asks for `status.json` two seconds after each answer. */
export function statusPage(): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>pageturn mirror</title>
<style>${STYLE}</style>
<main>
  <h1>Mirror</h1>
  <p id="summary" role="status">Loading …</p>
  <div class="scroll" tabindex="0" role="region" aria-label="Lists">
    <table>
      <thead><tr>
        <th scope="col">List</th><th scope="col">State</th><th scope="col" class="number">Rows</th>
        <th scope="col" class="number">Lag</th><th scope="col">Last complete run</th><th scope="col">Next run</th>
        <th scope="col" class="number">Pages</th><th scope="col" class="number">Errors</th>
        <th scope="col">Rows of the last runs</th><th scope="col">Minutes to the next complete run</th>
      </tr></thead>
      <tbody id="lists"></tbody>
    </table>
  </div>
  <noscript><p>This page needs JavaScript. The same is in <a href="status.json">status.json</a> and <a href="metrics">metrics</a>.</p></noscript>
</main>
<script>${PROGRAM}</script>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --soft: #666; --good: #1a7f37; --bad: #b3261e; --bar: #4c78a8; }
@media (prefers-color-scheme: dark) { :root { --soft: #aaa; --good: #7ee787; --bad: #ff8a80; --bar: #79a7d3; } }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0; }
main { max-width: 80rem; margin: auto; padding: 1.5rem; }
h1 { font-size: 1.4rem; margin: 0; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: left; padding: .5rem .75rem; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: middle; }
th { font-weight: 600; color: var(--soft); }
.number { text-align: right; font-variant-numeric: tabular-nums; }
.good { color: var(--good); } .failing, .late { color: var(--bad); font-weight: 600; }
.why { display: block; color: var(--soft); font-size: .85em; white-space: normal; max-width: 24rem; }
svg { display: block; } rect { fill: var(--bar); }
`;

// Only textContent and attributes are set: nothing that a server sent becomes markup.
const PROGRAM = `
const SVG = "http://www.w3.org/2000/svg";
const number = new Intl.NumberFormat("en");
function cell(row, text, className) {
  const made = row.insertCell();
  made.textContent = text;
  if (className) made.className = className;
  return made;
}
function span(seconds) {
  if (seconds === null) return "–";
  if (seconds < 120) return Math.round(seconds) + " s";
  if (seconds < 7200) return Math.round(seconds / 60) + " min";
  if (seconds < 172800) return Math.round(seconds / 3600) + " h";
  return Math.round(seconds / 86400) + " d";
}
function time(text) {
  return text === null ? "–" : text.slice(0, 19).replace("T", " ");
}
function chart(values, label) {
  const svg = document.createElementNS(SVG, "svg");
  const [width, height] = [120, 24];
  for (const [name, value] of Object.entries({ width, height, role: "img", "aria-label": label + ": " + values.join(", ") }))
    svg.setAttribute(name, value);
  const most = Math.max(1, ...values);
  values.forEach((value, index) => {
    const bar = document.createElementNS(SVG, "rect");
    const tall = Math.max(1, (value / most) * height);
    for (const [name, size] of Object.entries({ x: index * 12, y: height - tall, width: 10, height: tall }))
      bar.setAttribute(name, size);
    svg.append(bar);
  });
  return svg;
}
let shown = null;
async function show() {
  const summary = document.getElementById("summary");
  try {
    const answer = await fetch("status.json", { signal: AbortSignal.timeout(20000) });
    if (!answer.ok) throw new Error(await answer.text());
    const { now, lists } = await answer.json();
    const body = document.createElement("tbody");
    body.id = "lists";
    for (const list of lists) {
      const row = body.insertRow();
      const name = document.createElement("th");
      name.scope = "row";
      name.textContent = list.name;
      row.append(name);
      const state = cell(row, list.state, list.state);
      for (const why of [list.lastError, list.newFields.length > 0 ? "new fields: " + list.newFields.join(", ") : null]) {
        if (why === null) continue;
        const part = document.createElement("span");
        part.className = "why";
        part.textContent = why;
        state.append(part);
      }
      cell(row, number.format(list.rows), "number");
      cell(row, span(list.lag), "number");
      cell(row, time(list.lastComplete));
      cell(row, time(list.nextRunAt));
      cell(row, number.format(list.pages), "number");
      cell(row, number.format(list.errors), "number");
      cell(row, "").append(chart(list.runs.map((run) => run.rows), "rows"));
      const ends = list.runs.filter((run) => run.outcome === "complete").map((run) => Date.parse(run.endedAt));
      cell(row, "").append(chart(ends.slice(1).map((end, index) => Math.round((end - ends[index]) / 60000)), "minutes"));
    }
    document.getElementById("lists").replaceWith(body);
    shown = now;
    const bad = lists.filter(({ state }) => state === "failing" || state === "late").length;
    const text = lists.length + (lists.length === 1 ? " list" : " lists") + ", " + (bad === 0 ? "all as they should be" : bad + " in trouble");
    if (summary.textContent !== text) summary.textContent = text;
  } catch (error) {
    const old = shown === null ? "" : ". The table is of " + time(shown) + " UTC";
    summary.textContent = "The status cannot be read: " + error.message.trim() + old;
  }
  setTimeout(show, 2000);
}
show();
`;
