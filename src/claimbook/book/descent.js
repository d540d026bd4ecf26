// Moves the two copies of a homotopy along their path. It reads the JSON beside it, and nothing else.
(() => {
"use strict";
const STATION_MS = 900; // from one station to the next
const root = document.currentScript.closest(".cb-descent");
const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
const svg = root.querySelector("svg"), play = root.querySelector(".cb-play");
const [low, high] = data.frame, [left, top, right, bottom] = data.box, last = data.stages.length - 1;
let chosen = data.first, at = last, running = 0;

const place = ([x, y]) => [left + (x - low) / (high - low) * (right - left), bottom - (y - low) / (high - low) * (bottom - top)];
const told = ([x, y]) => `(${x.toFixed(2)}, ${y.toFixed(2)})`;
const copies = { theta: [0, 2], eta: [2, 4] };

// Where a copy is at a time between two stations: on the straight line between them.
function position(copy, time) {
  const path = data.paths[chosen], from = Math.min(Math.floor(time), last), to = Math.min(from + 1, last), part = time - from;
  const [a, b] = [path[from], path[to]].map((point) => point.slice(...copies[copy]));
  return a.map((value, i) => value + part * (b[i] - value));
}

function draw() {
  for (const copy of Object.keys(copies)) {
    const points = [];
    for (let station = 0; station <= Math.floor(at); station++) points.push(position(copy, station));
    points.push(position(copy, at));
    const drawn = points.map((point) => place(point).map((value) => value.toFixed(1)).join(" "));
    svg.querySelector(`.way.${copy}`).setAttribute("d", `M${drawn.join("L")}`);
    const dot = svg.querySelector(`.dot.${copy}`), [x, y] = place(points[points.length - 1]);
    dot.setAttribute("cx", x.toFixed(1));
    dot.setAttribute("cy", y.toFixed(1));
  }
  const plain = data.plain[chosen], mark = svg.querySelector(".plain");
  mark.setAttribute("visibility", plain ? "visible" : "hidden");
  if (plain) {
    const [x, y] = place(plain);
    mark.setAttribute("x", x.toFixed(1));
    mark.setAttribute("y", (y + 5).toFixed(1));
  }
  const station = Math.round(at), words = `${data.stages[station]}: θ (blue) at ${told(position("theta", station))}, η (orange) at ${told(position("eta", station))}.`;
  said.textContent = words + (plain ? ` ✕: BFGS alone ends at ${told(plain)}.` : "");
  if (!running) svg.setAttribute("aria-label", `From (${data.starts[chosen].join(", ")}). ${said.textContent}`);
  range.value = at;
  range.setAttribute("aria-valuetext", data.stages[station]);
}

function stop() {
  cancelAnimationFrame(running);
  running = 0;
  button.textContent = "Play";
}

function start() {
  if (at >= last) at = 0;
  let before = null;
  button.textContent = "Pause";
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches; // then it goes by whole stations
  let time = at;
  const step = (now) => {
    time = Math.min(last, time + (before === null ? 0 : (now - before) / STATION_MS));
    before = now;
    at = still ? Math.floor(time) : time;
    if (time >= last) stop();
    draw();
    if (running) running = requestAnimationFrame(step);
  };
  running = requestAnimationFrame(step);
}

function choose(number) {
  chosen = number;
  at = 0;
  select.value = number;
  stop();
  start();
}

const make = (name, attributes, ...children) => {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
};
const button = make("button", { type: "button" }, "Play");
const options = data.starts.map((own, number) => make("option", { value: number }, `(${own.join(", ")})`));
const select = make("select", {}, ...options);
const range = make("input", { type: "range", min: 0, max: last, step: 1, "aria-label": "Station of the path" });
const said = make("output", {});
play.replaceChildren(button, make("label", {}, "from ", select), range, said);
select.value = chosen;
button.addEventListener("click", () => (running ? (stop(), draw()) : start()));
select.addEventListener("change", () => choose(Number(select.value)));
range.addEventListener("input", () => { stop(); at = Number(range.value); draw(); });
const dots = svg.querySelector(".starts");
dots.classList.add("cb-pickable");
[...dots.children].forEach((dot, number) => dot.addEventListener("click", () => choose(number)));
draw();
})();
