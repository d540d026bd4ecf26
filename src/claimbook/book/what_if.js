// Draws the curves of the setting that a reader picks. It reads the JSON beside it, and nothing else.
// what_if_drawing.js stands before it in one function, so no name of either gets out.
const PER_DECADE = 10000; // of the embedded losses
const STILL = 0.98; // of its first value: a loss above that has hardly moved
const ABOVE = 0.5; // powers of ten above the start: what blows up leaves the figure there

// The runs of one setting, a seed each: points (log10 iteration, log10 loss), the last loss, where it blew up.
function runsOf(arm, scaling, depth, rate) {
  return arm.runs[scaling][depth][rate].map(([ended, last, ...steps], seed) => {
    let log = 0;
    const points = steps.map((step, i) => [Math.log10(arm.iterations[i]), (log += step) / PER_DECADE]);
    return { ended, last, points, record: arm.records[seed] };
  });
}

function meanOf(runs) {
  const length = Math.min(...runs.map((run) => run.points.length));
  const mean = (i) => runs.reduce((sum, run) => sum + run.points[i][1], 0) / runs.length;
  return Array.from({ length }, (_, i) => [runs[0].points[i][0], mean(i)]);
}

function inWords(runs, start, last) {
  const blown = runs.filter((run) => run.ended);
  const left = runs.filter((run) => !run.ended);
  const words = [];
  if (blown.length) {
    const which = runs.length === 1 ? "blew up" : `blew up in ${blown.length} of ${runs.length} seeds`;
    const when = written(Math.min(...blown.map((run) => run.ended)));
    words.push(`${which}: no finite loss any more at iteration ${when}`);
  }
  if (left.length) {
    const losses = left.map((run) => run.last), low = Math.min(...losses), high = Math.max(...losses);
    const range = written(low) === written(high) ? written(low) : `${written(low)} to ${written(high)}`;
    const still = left.every((run) => run.last > STILL * start);
    words.push(`${still ? "has hardly moved: " : ""}loss ${range} after ${written(last)} iterations`);
  }
  return words.join("; ");
}

// A record as words of a cell: its seed, linked where there is a page to link to.
function named(record) {
  const link = () => element("a", { href: record.href, title: record.id }, String(record.seed));
  return [" ", record.href ? link() : `${record.seed} (${record.id})`];
}

class Picker {
  constructor(box, data) {
    this.data = data;
    this.place = box.querySelector(".cb-pick");
    this.id = `cb-what-if-${document.querySelectorAll(".cb-what-if[data-ready]").length}`;
    this.build();
    this.takeArm();
    new ResizeObserver(() => this.width() !== this.drawnAt && this.draw()).observe(this.place);
  }

  build() {
    this.arm = this.select("Loss", this.data.arms.map((arm, i) => [i, arm.title]), () => this.takeArm());
    this.scaling = this.select("Scaling of the data", [], () => this.draw());
    this.depths = element("fieldset", { class: "cb-field" }, element("legend", {}, "Depth"), element("div"));
    this.rate = element("input", { type: "range", min: 0, step: 1, id: `${this.id}-rate` });
    this.rateText = element("output", { for: this.rate.id });
    this.own = element("input", { type: "checkbox" });
    const own = element("label", { class: "cb-choice" }, this.own, "each depth at its own best rate");
    const label = element("label", { for: this.rate.id }, "Learning rate ", this.rateText);
    const rate = element("div", { class: "cb-field cb-rate" }, label, this.rate, own);
    this.rate.addEventListener("input", () => { this.own.checked = false; this.draw(); });
    this.own.addEventListener("change", () => this.draw());
    const boxes = [this.arm.parentNode, this.scaling.parentNode, this.depths, rate];
    const fields = element("div", { class: "cb-fields", role: "group", "aria-label": "Pick a setting" }, ...boxes);
    this.figure = element("figure");
    this.table = element("div", { class: "cb-scroll", tabindex: 0, "aria-live": "polite" });
    this.commands = element("div");
    this.place.replaceChildren(fields, this.figure, this.table, this.commands);
  }

  select(name, options, changed) {
    const id = `${this.id}-${name.toLowerCase().split(" ")[0]}`;
    const made = element("select", { id });
    for (const [value, text] of options) made.append(element("option", { value }, text));
    made.addEventListener("change", changed);
    element("div", { class: "cb-field" }, element("label", { for: id }, name), made);
    return made;
  }

  // Another loss has other scalings, depths and rates; what was picked stays where it can.
  takeArm() {
    const arm = (this.now = this.data.arms[this.arm.value]);
    const scaling = this.scaling.value;
    this.scaling.replaceChildren(...arm.scalings.map((name) => element("option", {}, name)));
    if (arm.scalings.includes(scaling)) this.scaling.value = scaling;
    const before = new Set(this.picked());
    const boxes = arm.depths.map((depth) => {
      const box = element("input", { type: "checkbox", value: depth });
      box.checked = before.size === 0 || before.has(depth);
      box.addEventListener("change", () => this.draw());
      return element("label", { class: "cb-choice" }, box, String(depth));
    });
    this.depths.lastChild.replaceChildren(...boxes);
    this.rate.max = arm.rates.length - 1;
    this.rate.value = arm.best[this.scaling.value][arm.depths[0]] ?? 0;
    this.draw();
  }

  picked() {
    return [...this.depths.querySelectorAll("input:checked")].map((box) => Number(box.value));
  }

  // The lines to draw: depth, index of its rate, runs; a depth for which every rate blows up has no best one.
  lines() {
    const arm = this.now, scaling = this.scaling.value;
    return this.picked().map((depth) => {
      const rate = this.own.checked ? arm.best[scaling][depth] : Number(this.rate.value);
      const style = arm.depths.indexOf(depth) % COLOURS.length;
      const runs = rate === null ? [] : runsOf(arm, scaling, depth, rate);
      return { depth, rate, runs, colour: `var(--cb-line-${style + 1}, ${COLOURS[style]})`, dash: DASHES[style] };
    });
  }

  // The figure is drawn in the page's own pixels, so that its words stay readable on a narrow one.
  width() {
    return Math.max(NARROWEST, Math.min(WIDEST, this.place.clientWidth));
  }

  draw() {
    const lines = this.lines(), rate = this.now.rates[this.rate.value];
    this.rateText.textContent = this.own.checked ? "(its own for each depth)" : rate;
    this.rate.setAttribute("aria-valuetext", rate);
    this.figure.replaceChildren(this.picture(lines), element("figcaption", { class: "cb-note" }, this.caption()));
    this.table.replaceChildren(this.inRows(lines));
    this.commands.replaceChildren(...this.again(lines));
  }

  caption() {
    const seeds = this.now.records.length;
    const bold = seeds > 1 ? `Bold: the mean of the logs over ${seeds} seeds; thin: each seed. ` : "One seed. ";
    return `${bold}A line that ends in a cross blew up. Dotted: the least possible loss. ${this.data.made}.`;
  }

  picture(lines) {
    const arm = this.now, level = arm.optimum[this.scaling.value], width = (this.drawnAt = this.width());
    const most = Math.log10(Math.max(...Object.values(arm.starts[this.scaling.value]))) + ABOVE;
    const all = lines.flatMap((line) => line.runs.flatMap((run) => run.points.map(([, loss]) => loss)));
    const shown = [...all.filter((loss) => loss < most), ...(level ? [Math.log10(level)] : [])];
    const top = all.some((loss) => loss >= most) ? most : most - ABOVE + 0.08;
    const bottom = Math.min(...shown, top - 0.8) - 0.08;
    const right = Math.log10(arm.iterations.at(-1)) || 1;
    const x = (log) => LEFT + (log / right) * (width - LEFT - RIGHT);
    const y = (log) => TOP + ((top - log) / (top - bottom)) * (HEIGHT - TOP - BOTTOM);
    const box = { viewBox: `0 0 ${width} ${HEIGHT}`, role: "img", "aria-label": this.description(lines) };
    const picture = element("svg:svg", box);
    picture.append(...axes(x, y, right, bottom, top, width - RIGHT));
    if (level) {
      const at = y(Math.log10(level));
      const dotted = { stroke: "currentColor", "stroke-dasharray": "1 3" };
      picture.append(element("svg:path", { d: `M${LEFT} ${at}H${width - RIGHT}`, ...dotted }));
    }
    for (const line of lines) picture.append(...paths(line, x, y, top));
    return picture;
  }

  description(lines) {
    const said = lines.map((line) => `depth ${line.depth}: ${this.outcome(line)}`);
    return `Loss over iteration, ${this.now.title}, ${this.scaling.value}. ${said.join(". ") || "No depth is picked"}.`;
  }

  outcome(line) {
    const arm = this.now;
    if (line.rate === null) return "every rate blows up";
    return inWords(line.runs, arm.starts[this.scaling.value][line.depth], arm.iterations.at(-1));
  }

  inRows(lines) {
    const arm = this.now;
    const head = ["depth", "rate", "what happens", "solver", "record, by seed"];
    const rows = lines.map((line) => {
      const sample = element("svg:svg", { class: "cb-sample", viewBox: "0 0 40 10", "aria-hidden": "true" });
      const stroke = { stroke: line.colour, "stroke-width": 3, "stroke-dasharray": line.dash };
      sample.append(element("svg:path", { d: "M0 5H40", ...stroke }));
      const rate = line.rate === null ? "–" : arm.rates[line.rate];
      const records = arm.records.flatMap(named);
      const cells = [[sample, String(line.depth)], [rate], [this.outcome(line)], [arm.solver], records];
      return element("tr", {}, ...cells.map((cell) => element("td", {}, ...cell)));
    });
    const top = element("tr", {}, ...head.map((name) => element("th", { scope: "col" }, name)));
    return element("table", { class: "cb-table" }, element("thead", {}, top), element("tbody", {}, ...rows));
  }

  // The command that runs these settings alone: one for all depths at a common rate, else one a depth.
  again(lines) {
    const arm = this.now, groups = new Map();
    for (const line of lines) {
      if (line.rate !== null) groups.set(line.rate, [...(groups.get(line.rate) ?? []), line.depth]);
    }
    const commands = [...groups].map(([rate, depths]) => {
      const setting = [`scaling=${this.scaling.value}`, `depths=${depths.join(",")}`];
      const words = [...setting, `${arm.rateParameter}=${arm.rates[rate]}`].map((word) => ` -p ${word}`);
      return element("pre", { tabindex: 0 }, arm.command + words.join(""));
    });
    return commands.length ? [element("div", { class: "cb-note" }, "To run just this again:"), ...commands] : [];
  }
}

for (const box of document.querySelectorAll(".cb-what-if:not([data-ready])")) {
  box.dataset.ready = "";
  new Picker(box, JSON.parse(box.querySelector('script[type="application/json"]').textContent));
}
