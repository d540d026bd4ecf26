// The drawing of curves on logarithmic axes as SVG, and numbers as the book writes them.
const SVG = "http://www.w3.org/2000/svg";
const WIDEST = 680, NARROWEST = 280, HEIGHT = 360, LEFT = 62, RIGHT = 14, TOP = 12, BOTTOM = 44;
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9"];
const DASHES = ["", "8 3", "8 3 2 3", "2 2", "10 3 2 3 2 3", "4 4"];

function element(name, attributes = {}, ...children) {
  const made = name.startsWith("svg:") ? document.createElementNS(SVG, name.slice(4)) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

// Numbers as the rest of the book writes them: up to four digits, whole ones with separators.
function written(value) {
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e15)) {
    return value.toPrecision(4).replace(/\.?0*e/, "e").replace("e+", "e");
  }
  if (Math.abs(value) >= 1e4) return Math.round(value).toLocaleString("en-US");
  return Number(value.toPrecision(4)).toLocaleString("en-US", { maximumSignificantDigits: 4 });
}

function tick(exponent) {
  if (exponent >= 6) return `${10 ** (exponent - 6)}M`;
  if (exponent >= 4) return `${10 ** (exponent - 3)}k`;
  return exponent >= -4 ? String(Number((10 ** exponent).toPrecision(1))) : `1e${exponent}`;
}

function axes(x, y, right, bottom, top, end) {
  const made = [], faint = { stroke: "currentColor", "stroke-opacity": 0.15 };
  const text = (words, at) => element("svg:text", { "font-size": 13, ...at }, words);
  for (let e = 0; e <= right + 1e-9; e++) {
    made.push(element("svg:path", { d: `M${x(e)} ${TOP}V${HEIGHT - BOTTOM}`, ...faint }));
    made.push(text(tick(e), { x: x(e), y: HEIGHT - BOTTOM + 17, "text-anchor": "middle" }));
  }
  const narrow = top - bottom < 1.5; // less than about two decades: 2 and 5 are written too
  for (let e = Math.floor(bottom); e <= top; e++) {
    for (const m of narrow ? [1, 2, 5] : [1]) {
      const at = e + Math.log10(m);
      if (at < bottom || at > top) continue;
      made.push(element("svg:path", { d: `M${LEFT} ${y(at)}H${end}`, ...faint }));
      const words = m === 1 ? tick(e) : written(Number((m * 10 ** e).toPrecision(1)));
      made.push(text(words, { x: LEFT - 6, y: y(at) + 4, "text-anchor": "end" }));
    }
  }
  const frame = { d: `M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${end}`, fill: "none", stroke: "currentColor" };
  made.push(element("svg:path", frame));
  made.push(text("iteration", { x: (LEFT + end) / 2, y: HEIGHT - 8, "text-anchor": "middle" }));
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  made.push(text("loss", { x: 14, y: middle, "text-anchor": "middle", transform: `rotate(-90 14 ${middle})` }));
  return made;
}

function paths(line, x, y, top) {
  const made = [], seeds = line.runs.length;
  const place = ([at, loss]) => `${x(at).toFixed(1)} ${y(Math.min(loss, top)).toFixed(1)}`;
  const drawn = (points, style) => {
    // Above the top the pen is lifted; it goes out and comes in at the edge.
    const steps = points.map((point, i) => {
      const before = points[i - 1];
      if (before && before[1] > top && point[1] > top) return "";
      return before ? (before[1] > top ? `M${place(before)}L${place(point)}` : `L${place(point)}`) : `M${place(point)}`;
    });
    const stroke = { fill: "none", stroke: line.colour, "stroke-dasharray": line.dash, "stroke-linejoin": "round" };
    made.push(element("svg:path", { d: steps.join(""), ...stroke, ...style }));
  };
  for (const run of line.runs) {
    drawn(run.points, seeds > 1 ? { "stroke-width": 0.8, "stroke-opacity": 0.5 } : { "stroke-width": 2.2 });
    const out = run.ended ? run.points.findIndex(([, loss]) => loss > top) : -1;
    const end = run.ended && (run.points[out] ?? run.points.at(-1));
    if (end) {
      const cross = { stroke: line.colour, "stroke-width": 2 };
      made.push(element("svg:path", { d: `M${place(end)}m-5 -5l10 10m0 -10l-10 10`, ...cross }));
    }
  }
  if (seeds > 1) drawn(meanOf(line.runs), { "stroke-width": 2.2 });
  return made;
}
