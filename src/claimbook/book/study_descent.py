"""The two copies of a homotopy in the plane, moving from station to station: a picture that plays where it stands.

It needs no server and no network: the paths of all starts stand in the page, and a small script moves the copies.
Without the script the picture remains, with the whole path of one start. Such a record has a curve "stations" with the
columns start, station, x1, x2, y1, y2; the last station is where both copies are one.
"""

from __future__ import annotations

import html
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from claimbook.book.shown import Shown, note_html
from claimbook.book.study_records import made_at
from claimbook.errors import unknown

WIDTH, HEIGHT, LEFT, TOP, RIGHT, BOTTOM = 520, 440, 40, 10, 10, 36  # of the picture, in its own units
GRID = 96  # points a side that the level lines are drawn from
LEVELS = (0.1, 0.4, 1.0, 2.0, 4.0, 8.0, 16.0)
ROOM = 0.6  # around all that is drawn, in the units of the variables
WITHOUT = "With JavaScript, this picture plays, from the start that you pick."
Function = Callable[[np.ndarray], tuple[np.ndarray, np.ndarray]]


def descent(study: Any, arm: str, beside: str, function: Function, start: Sequence[float] = (5, 4)) -> Shown:
    """The level lines of a function of two variables, and on them the copies of every start of an arm.

    Args:
        study: the study. arm: of records with a curve "stations" and a sweep with the starts "x1", "x2".
        beside: the arm without the homotopy, whose ends ("e1", "e2") are marked.
        function: (m, 2) → values (m,) and whatever. start: the one that is shown first.

    Raises:
        UsageError: an unknown arm, or a start that the arm does not have.
    """
    paths, plain = _paths(study, arm), _ends(study, beside)
    if not paths:
        note = f"No record of {arm} with the stations of its paths is at hand."
        return Shown(note_html(note), note)
    first = tuple(float(value) for value in start)
    if first not in paths:
        raise unknown("start", str(list(start)), [str([int(x) for x in own]) for own in paths])
    settings = next(iter(study.of(arm).values())).asked["settings"]
    stages = _stages(settings)
    frame = _Frame([point[i : i + 2] for own in paths.values() for point in own for i in (0, 2)] + [*paths])
    words = _words(paths[first], stages)
    picture = _picture(frame, function, paths, first, plain.get(first), settings["pins"], words)
    data = {
        "stages": stages,
        "frame": [frame.low, frame.high],
        "box": [LEFT, TOP, WIDTH - RIGHT, HEIGHT - BOTTOM],
        "first": list(paths).index(first),
        "starts": [list(own) for own in paths],
        "paths": list(paths.values()),
        "plain": [plain.get(own) for own in paths],
    }
    text = json.dumps(data, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")
    levels = ", ".join(f"{level:g}" for level in LEVELS)
    note = f"Level lines: f = {levels}. Dotted: where θ's x1 and η's x2 are pinned. {made_at(study).capitalize()}."
    page = (
        f'<div class="cb-descent">\n<style>{_file("descent.css")}</style>\n{picture}\n'
        f'<div class="cb-play">{note_html(WITHOUT)}</div>\n{note_html(note)}\n'
        f'<script type="application/json">{text}</script>\n<script>{_file("descent.js")}</script>\n</div>'
    )
    return Shown(page, f"{words}\n{note}")


class _Frame:
    """Which square of the plane is shown, and where a point of it lies in the picture."""

    def __init__(self, points: Sequence[Sequence[float]]):
        self.low = round(float(np.min([min(point) for point in points])) - ROOM, 2)
        self.high = round(float(np.max([max(point) for point in points])) + ROOM, 2)

    def place(self, point: Sequence[float]) -> tuple[float, float]:
        """In the units of the picture."""
        x, y = ((value - self.low) / (self.high - self.low) for value in point)
        return LEFT + x * (WIDTH - LEFT - RIGHT), HEIGHT - BOTTOM - y * (HEIGHT - TOP - BOTTOM)

    def line(self, points: Sequence[Sequence[float]]) -> str:
        """The path data of a line through points."""
        return "M" + "L".join("{:.1f} {:.1f}".format(*self.place(point)) for point in points)


def _paths(study: Any, arm: str) -> dict[tuple[float, float], list[list[float]]]:
    """Start → itself and its stations (x1, x2, y1, y2), of the first seed."""
    study.experiment.arm(arm)
    records, sweeps = study.of(arm), study.sweep(arm)
    for seed, record in records.items():
        if "stations" in record.curves and seed in sweeps:
            starts = [*zip(*(map(float, sweeps[seed][name]) for name in ("x1", "x2")), strict=True)]
            found = {own: [[*own, *own]] for own in starts}
            own = record.curves["stations"]
            for number, *point in zip(*(own[name] for name in ("start", "x1", "x2", "y1", "y2")), strict=True):
                found[starts[int(number)]].append([round(value, 2) for value in point])
            return found
    return {}


def _ends(study: Any, arm: str) -> dict[tuple[float, float], list[float]]:
    """Start → where the arm's method ends, of the first seed."""
    study.experiment.arm(arm)
    for columns in study.sweep(arm).values():
        names = ("x1", "x2", "e1", "e2")
        rows = zip(*(columns[name] for name in names), strict=True)
        return {(float(a), float(b)): [round(c, 2), round(d, 2)] for a, b, c, d in rows}
    return {}


def _stages(settings: Mapping[str, Any]) -> list[str]:
    ladder = [f"L = {level:g}" for level in settings["levels"]]
    return ["initial guess", *(["decoupled"] if settings["decoupled"] else []), *ladder, "f alone"]


def _words(stations: Sequence[Sequence[float]], stages: Sequence[str]) -> str:
    told = [
        f"{stages[at]}: θ at ({x1:g}, {x2:g}), η at ({y1:g}, {y2:g})"
        for at, (x1, x2, y1, y2) in enumerate(stations)
        if at <= 2 or at >= len(stations) - 2
    ]
    return f"{'; '.join(told)}."


def _picture(
    frame: _Frame,
    function: Function,
    paths: Mapping[tuple, Sequence],
    first: tuple,
    plain: Sequence[float] | None,
    pins: float | str,
    words: str,
) -> str:
    stations = paths[first]
    copies = {"theta": [point[:2] for point in stations], "eta": [point[2:] for point in stations]}
    parts = [_axes(frame), *_level_lines(frame, function), _pins(frame, pins)]
    dots = "".join('<circle cx="{:.1f}" cy="{:.1f}" r="2"/>'.format(*frame.place(start)) for start in paths)
    parts.append(f'<g class="starts">{dots}</g>')
    goal = frame.place((1.0, 1.0))
    parts.append(f'<text class="goal" x="{goal[0]:.1f}" y="{goal[1] + 6:.1f}">★</text>')
    end = frame.place(plain or (0, 0))
    hidden = "" if plain else ' visibility="hidden"'
    parts.append(f'<text class="plain" x="{end[0]:.1f}" y="{end[1] + 5:.1f}"{hidden}>✕</text>')
    for name, points in copies.items():
        x, y = frame.place(points[-1])
        parts.append(f'<path class="way {name}" d="{frame.line(points)}"/>')
        parts.append(f'<circle class="dot {name}" cx="{x:.1f}" cy="{y:.1f}" r="{7 if name == "theta" else 4.5}"/>')
    label = html.escape(words, quote=True)
    return (
        f'<svg class="cb-figure" role="img" aria-label="{label}" viewBox="0 0 {WIDTH} {HEIGHT}" '
        f'xmlns="http://www.w3.org/2000/svg" fill="currentColor">{"".join(parts)}</svg>'
    )


def _axes(frame: _Frame) -> str:
    left, bottom, right = LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT
    parts = [f'<path class="frame" d="M{left} {TOP}V{bottom}H{right}"/>']
    for value in range(int(np.ceil(frame.low)), int(np.floor(frame.high)) + 1):
        x, y = frame.place((value, value))
        parts.append(f'<text x="{x:.1f}" y="{bottom + 15}" text-anchor="middle">{value}</text>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{value}</text>')
    parts.append(f'<text x="{(left + right) / 2:g}" y="{HEIGHT - 4}" text-anchor="middle">x1</text>')
    return "".join([*parts, f'<text x="8" y="{(TOP + bottom) / 2:g}">x2</text>'])


def _pins(frame: _Frame, pins: float | str) -> str:
    """The lines that the copies are pinned to: θ's first variable, η's second; none for pins of each start's own."""
    if isinstance(pins, str) or not frame.low < pins < frame.high:
        return ""
    upright = frame.line([(pins, frame.low), (pins, frame.high)])
    level = frame.line([(frame.low, pins), (frame.high, pins)])
    return f'<path class="pin theta" d="{upright}"/><path class="pin eta" d="{level}"/>'


def _level_lines(frame: _Frame, function: Function) -> list[str]:
    from contourpy import contour_generator

    side = np.linspace(frame.low, frame.high, GRID)
    points = np.stack(np.meshgrid(side, side), axis=-1)
    values = function(points.reshape(-1, 2))[0].reshape(GRID, GRID)
    drawn = contour_generator(side, side, values)
    return [
        f'<path class="level" opacity="{0.75 - 0.08 * at:.2f}" d="{"".join(map(frame.line, drawn.lines(level)))}"/>'
        for at, level in enumerate(LEVELS)
    ]


def _file(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8").strip()
