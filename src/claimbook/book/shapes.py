"""Shape tables of live Gluon blocks: what each layer holds and what it gives, before anything is trained."""

from __future__ import annotations

import dataclasses
import importlib
from collections.abc import Mapping, Sequence
from typing import Any


@dataclasses.dataclass(frozen=True)
class LayerRow:
    """One layer: its name, the shapes of its own parameters that are trained, how many numbers those are, its output's
    shape."""

    layer: str
    weights: tuple[tuple[int, ...], ...]
    parameters: int
    output: tuple[int, ...]


def network_of(experiment: Any, settings: Mapping[str, Any]) -> tuple[Any, tuple[int, ...]] | None:
    """The block of one arm and the shape of one input, from the module `networks` of the paper's folder; else None."""
    name = f"claimbook.papers.{experiment.paper.replace('-', '_')}.networks"
    try:
        module = importlib.import_module(name)
    except ModuleNotFoundError as error:
        if not name.startswith(str(error.name)):
            raise
        return None
    return module.network(experiment.name, settings)


def layer_rows(block: Any, input_shape: tuple[int, ...]) -> list[LayerRow]:
    """One row for each leaf layer of an initialised block, in the order in which they run.

    Args:
        block: a Gluon block. input_shape: of one example, without the batch axis.

    Returns:
        Rows whose output shapes leave the batch axis out. A forward pass over one row of zeros finds them.
    """
    from claimbook.compat import mxnet

    mx = mxnet()
    rows: list[LayerRow] = []
    hooks = []

    def leaf(child):
        if not child._children:
            hooks.append(child.register_forward_hook(lambda layer, _, output: rows.append(_row(layer, output))))

    block.apply(leaf)
    try:
        block(mx.nd.zeros((1, *input_shape))).wait_to_read()
    finally:
        for hook in hooks:
            hook.detach()
    return rows


def folded(rows: Sequence[LayerRow]) -> list[tuple[int, tuple[LayerRow, ...]]]:
    """The rows as (times, group): neighbouring groups of equal layers become one; a row by itself is a group of one.

    A repetition starts where it covers most rows, and of equal ones as late as it can: a group then begins as the first
    block of its kind does, not with the end of what comes before it. Rows of the same layers as a group that repeats
    itself elsewhere are a group too.
    """
    return _joined(_repeated(rows))


def _repeated(rows: Sequence[LayerRow]) -> list[tuple[int, tuple[LayerRow, ...]]]:
    found, at = [], 0
    while at < len(rows):
        times, size = _repetition(rows, at)
        if times > 1 and any(_covered(_repetition(rows, at + i)) >= times * size for i in range(1, size)):
            times, size = 1, 1
        found.append((times, tuple(rows[at : at + size])))
        at += times * size
    return found


def _joined(found: Sequence[tuple[int, tuple[LayerRow, ...]]]) -> list[tuple[int, tuple[LayerRow, ...]]]:
    """The same with single rows joined where they are layers of the kinds that a repeated group has."""
    kinds = {tuple(row.layer for row in group) for times, group in found if times > 1}
    joined, at = [], 0
    while at < len(found):
        sizes = (len(kind) for kind in kinds if _single(found[at : at + len(kind)]) == kind)
        size = max(sizes, default=1)
        joined.append((found[at][0], tuple(row for _, group in found[at : at + size] for row in group)))
        at += size
    return joined


def _single(found: Sequence[tuple[int, tuple[LayerRow, ...]]]) -> tuple[str, ...]:
    """The layers of groups that are single rows; none where one of them is not."""
    alone = all((times, len(group)) == (1, 1) for times, group in found)
    return tuple(group[0].layer for _, group in found) if alone else ()


def _covered(repetition: tuple[int, int]) -> int:
    """How many rows a (times, size) takes."""
    return repetition[0] * repetition[1]


def _repetition(rows: Sequence[LayerRow], at: int) -> tuple[int, int]:
    """(times, size) of the repetition from `at` on that covers most rows, of equal ones the shortest; else (1, 1)."""
    choices = [(_times(rows, at, size), size) for size in range(1, (len(rows) - at) // 2 + 1)]
    repeated = [choice for choice in choices if choice[0] > 1]
    return max(repeated, key=lambda choice: (_covered(choice), -choice[1]), default=(1, 1))


def _times(rows: Sequence[LayerRow], at: int, size: int) -> int:
    """How often the group of `size` rows at `at` stands there, one after the other."""
    group, times = rows[at : at + size], 1
    while rows[at + times * size : at + (times + 1) * size] == group:
        times += 1
    return times


def _row(layer: Any, output: Any) -> LayerRow:
    trained = (parameter for parameter in layer.params.values() if parameter.grad_req != "null")
    shapes = tuple(tuple(parameter.shape) for parameter in trained)
    count = 0
    for shape in shapes:
        size = 1
        for length in shape:
            size *= length
        count += size
    return LayerRow(type(layer).__name__, shapes, count, tuple(output.shape[1:]))
