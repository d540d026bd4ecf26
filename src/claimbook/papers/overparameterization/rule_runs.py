"""The six runs of a record of update-rule: a network of each width, and the rule from its product."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from claimbook.experiment.base import Measurement, Task
from claimbook.papers.overparameterization.ethanol import ethanol, facts_of, iterations_to
from claimbook.papers.overparameterization.rule_start import product, start
from claimbook.record.unfinished import Unfinished

ORDER_WIDTH = 10  # the width whose networks are trained in ever smaller steps
FORM_STEPS = 20  # after which the rule's two forms are compared
PER_DECADE = 20  # points of a curve that a record keeps; the metrics are of all observations


class Runs:
    """The runs of tasks that differ in their seed only, each as far as an earlier call had got.

    progress: called with (row-iterations done, row-iterations in all). unfinished: where rows are kept and found.
    """

    def __init__(self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished):
        self.tasks, self.settings, self._unfinished = tasks, tasks[0].settings, unfinished
        self.depth, self.p, self.widths = (self.settings[name] for name in ("depth", "p", "widths"))
        self.data = ethanol(tasks[0])
        self.starts = [{k: start(task.seed, self.settings, k) for k in self.widths} for task in tasks]
        self.rows = [self._rows(own, unfinished.load(task.key)) for task, own in zip(tasks, self.starts, strict=True)]
        self._progress, self._done = progress, 0

    def run(self, iterations: int) -> None:
        """Take all runs to `iterations`: width by width the networks, then the rule."""
        from claimbook.train.lp_nets import LpNets
        from claimbook.train.lp_rule import LpRule

        problem = (self.data.x, self.data.y)
        for k in self.widths:
            self._run(LpNets(*problem, self.p, self.settings["precision"]), [f"k{k}-net"], iterations)
        rules = [f"k{k}-rule" for k in self.widths]
        self._run(LpRule(*problem, self.depth, self.p, self.settings["precision"]), rules, iterations)

    def orders(self) -> list[list[dict[str, float]]]:
        """For each task the gap of rule and network at one time, for ever smaller rates; in float64."""
        from claimbook.train.lp_nets import LpNets
        from claimbook.train.lp_rule import LpRule
        from claimbook.train.step_order import gap_by_rate

        nets = LpNets(self.data.x, self.data.y, self.p, "float64")
        rule = LpRule(self.data.x, self.data.y, self.depth, self.p, "float64")
        starts = [own[ORDER_WIDTH] for own in self.starts]
        rate, iterations = self.settings["rate"], self.settings["order_iterations"]
        return gap_by_rate(nets, starts, rule, rate, iterations, self._count)

    def first_losses(self, i: int) -> list[float]:
        """The losses of the first 20 steps of task i's six runs, one run after the other."""
        return [loss for row in self.rows[i].values() for loss in row.losses[:20]]

    def measurement(self, i: int, order: list[dict[str, float]]) -> Measurement:
        """What task i measured, with its table from `orders`."""
        from claimbook.train.step_order import fitted_order

        rows = self.rows[i]
        gaps = {k: _gaps(rows[f"k{k}-net"], rows[f"k{k}-rule"]) for k in self.widths}
        until = min(max(own, default=0) for own in gaps.values())
        metrics = _of_gaps(gaps, until) | self._of_widths(i)
        metrics["runs-diverged"] = sum(not row.alive for row in rows.values())
        metrics |= {"step-gap": _finite(order[0]["gap"]), "step-order": fitted_order(order)}
        metrics["forms-gap"] = _finite(self._forms_gap(i))
        curves = {name: _thinned(name, row, self.settings["iterations"]) for name, row in rows.items()}
        curves["step"] = {column: [row[column] for row in order] for column in ("rate", "iterations", "gap")}
        tables = {"runs": [_told(name, row) for name, row in rows.items()]}
        return Measurement(metrics, curves, tables, self.first_losses(i), until == 0, facts_of(self.data))

    def _of_widths(self, i: int) -> dict[str, float | None]:
        from claimbook.train.lp_nets import imbalance

        metrics = {}
        for k in self.widths:
            net, rule = (self.rows[i][f"k{k}-{what}"] for what in ("net", "rule"))
            metrics[f"iterations-to-half-k{k}"], metrics[f"rule-to-half-k{k}"] = _to_half(net), _to_half(rule)
            metrics[f"imbalance-k{k}"] = imbalance(self.starts[i][k])
            metrics[f"last-loss-k{k}"] = net.losses[-1] if net.losses else None
        metrics["width-log-ratio"] = _log_ratio([metrics[f"iterations-to-half-k{k}"] for k in self.widths])
        return metrics

    def _rows(self, starts: Mapping[int, Sequence[np.ndarray]], states: Mapping[str, Any] | None) -> dict[str, Any]:
        from claimbook.train.rate_search import Row

        if states is not None:
            return {name: Row.from_state(state) for name, state in states.items()}
        rate, rows = self.settings["rate"], {}
        for k, matrices in starts.items():
            rows[f"k{k}-net"] = Row(rate, tuple(matrices))
            rows[f"k{k}-rule"] = Row(rate, (product(matrices),))
        return rows

    def _run(self, descent: Any, names: Sequence[str], iterations: int) -> None:
        from claimbook.train.rate_search import search_rates

        runs = [[rows[name]] for rows in self.rows for name in names]
        search_rates(descent, runs, iterations, iterations, self._moved, self._keep)
        self._count(len(runs) * iterations)

    def _moved(self, done: int, total: int) -> None:
        self._progress(self._done + done, self._total())

    def _count(self, work: int) -> None:
        self._done += work
        self._progress(self._done, self._total())

    def _total(self) -> int:
        from claimbook.train.step_order import row_iterations

        along = 2 * len(self.widths) * len(self.tasks) * self.settings["iterations"]
        return along + row_iterations(len(self.tasks), self.settings["order_iterations"])

    def _keep(self) -> None:
        if self._unfinished.due():
            kept = zip(self.tasks, self.rows, strict=True)
            self._unfinished.save({task.key: {n: row.state() for n, row in rows.items()} for task, rows in kept})

    def _forms_gap(self, i: int) -> float:
        from claimbook.train.end_to_end import emulate

        w = product(self.starts[i][ORDER_WIDTH])[None]
        asked = (self.data.x, self.data.y, w, self.depth, self.p, self.settings["rate"], FORM_STEPS)
        closed, general = (emulate(*asked, dtype="float64", general=general)[1] for general in (False, True))
        with np.errstate(all="ignore"):  # the rule may have blown up
            return float(np.linalg.norm(closed - general) / np.linalg.norm(closed))


def _gaps(net: Any, rule: Any) -> dict[int, float]:
    """|network − rule| / network of the loss by iteration, wherever both are finite: up to the first that is not."""
    emulated = dict(zip(rule.iterations, rule.losses, strict=True))
    both = [(at, loss) for at, loss in zip(net.iterations, net.losses, strict=True) if at in emulated]
    return {at: abs(loss - emulated[at]) / loss for at, loss in both}


def _of_gaps(gaps: Mapping[int, Mapping[int, float]], until: int) -> dict[str, float | None]:
    """The metrics of the gaps by width and iteration; None where nothing but the start could be compared."""
    worst = {at: max(own.get(at, 0.0) for own in gaps.values()) for own in gaps.values() for at in own}
    metrics: dict[str, float | None] = {"compared-until": until, "curve-gap": None, "gap-at": None}
    for k, own in gaps.items():
        metrics[f"curve-gap-k{k}"] = max(own.values()) if max(own, default=0) > 0 else None
    if until > 0:
        metrics["gap-at"] = max(sorted(worst), key=worst.get)
        metrics["curve-gap"] = worst[metrics["gap-at"]]
    metrics["gap-above-5-at"] = min((at for at, gap in worst.items() if gap > 0.05), default=None)
    return metrics


def _finite(number: float) -> float | None:
    return number if np.isfinite(number) else None


def _to_half(row: Any) -> float | None:
    return iterations_to(row.iterations, row.losses, row.losses[0] / 2) if row.losses else None


def _log_ratio(counts: Sequence[float | None]) -> float | None:
    """The largest |log(a / b)| over all pairs; None where one of them never came to half its loss."""
    if None in counts:
        return None
    return max(abs(float(np.log(a / b))) for a, b in itertools.combinations(counts, 2))


def _thinned(name: str, row: Any, iterations: int) -> dict[str, list[float]]:
    """The row's losses at fewer points, as a curve that `show.curves` finds by its name."""
    from claimbook.train.rate_search import observed_iterations

    kept = set(observed_iterations(iterations, iterations, PER_DECADE)) | {row.iterations[-1]} if row.iterations else ()
    pairs = [(at, loss) for at, loss in zip(row.iterations, row.losses, strict=True) if at in kept]
    return {"iteration": [at for at, _ in pairs], name: [loss for _, loss in pairs]}


def _told(name: str, row: Any) -> dict[str, Any]:
    from claimbook.train.lp_nets import imbalance

    width, what = name[1:].split("-")
    return {
        "width": int(width),
        "what": what,
        "to_half": _to_half(row),
        "last_finite": row.iterations[-1] if row.iterations else None,
        "last_loss": row.losses[-1] if row.losses else None,
        "diverged_by": row.diverged_by,
        "imbalance_at_last": imbalance(row.arrays) if what == "net" and row.alive else None,
    }
