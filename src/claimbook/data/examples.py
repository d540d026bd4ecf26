"""Are these examples that a net can be trained on? What MXNet would clip or swallow in silence is said here first."""

from __future__ import annotations

import numpy as np

from claimbook.errors import DataError, UsageError, unknown

LAST = ("keep", "drop")


def check_batch(batch: int, examples: int, last: str, name: str) -> None:
    """Raises UsageError where `batch` is not a whole number from 1 to `examples`, or `last` is unknown."""
    if last not in LAST:
        raise unknown("way with a last short batch (last)", str(last), LAST)
    if isinstance(batch, bool) or not isinstance(batch, (int, np.integer)) or not 1 <= batch <= examples:
        raise UsageError(
            f"batch = {batch!r} does not fit {name}.",
            f"There are {examples:,} examples, and a batch takes at least one and at most all of them.",
            f"Give a whole number from 1 to {examples}.",
        )


def checked_inputs(inputs: np.ndarray, name: str) -> np.ndarray:
    """The inputs (n, …) in the dtype in which they lie on the device: uint8 stays, all others become float32.

    Raises:
        DataError: there is none, or one that is not finite.
    """
    inputs = np.asarray(inputs)
    if inputs.ndim == 0 or not inputs.size:
        shape = " x ".join(map(str, inputs.shape)) or "a single number"
        raise DataError(f"There is no example in {name}.", f"The inputs are {shape}.", "Take one example at least.")
    if inputs.dtype == np.uint8:
        return inputs
    return _finite(inputs, "input", name)


def checked_targets(
    targets: np.ndarray, examples: int, classes: int | None, every_class: bool, name: str
) -> np.ndarray:
    """The targets as float32: labels (n,) where there are `classes`, else numbers of any shape (n, …).

    Raises:
        DataError: not one for each of the `examples`; a number that is not finite; a label that is no whole number or
            not 0 … classes − 1; a class without examples (`every_class`).
    """
    targets = np.asarray(targets)
    shape = " x ".join(map(str, targets.shape)) or "a single number"
    if targets.shape[:1] != (examples,) or (classes is not None and targets.ndim != 1):
        asked = "one target for each" if classes is None else "one label for each, (n,)"
        do = "Give inputs and targets of the same examples, in the same order."
        raise DataError(f"The targets of {name} are {shape} for {examples:,} inputs.", f"There must be {asked}.", do)
    if classes is None:
        return _finite(targets, "target", name)
    check_labels(targets, classes, every_class, name)
    return targets.astype(np.float32)


def check_labels(labels: np.ndarray, classes: int, every_class: bool = True, name: str = "the data") -> None:
    """Raises DataError as `checked_targets` does; names the first label at fault and its place. labels: (n,)."""
    wrong = np.flatnonzero(~((labels >= 0) & (labels < classes) & (labels == np.floor(labels))))
    if len(wrong):
        first = labels[wrong[0]]
        more = f", and {len(wrong) - 1:,} more are at fault" if len(wrong) > 1 else ""
        raise DataError(
            f"The label of example {wrong[0]:,} (counted from 0) of {name} is {first}{more}.",
            f"There are {classes} classes, so labels are whole numbers from 0 to {classes - 1}.",
            "Correct the labels, or say how many classes there are; a set that counts from 1 must have 1 taken off.",
        )
    empty = np.flatnonzero(np.bincount(labels.astype(np.int64), minlength=classes) == 0)
    if every_class and len(empty):
        told = ", ".join(map(str, empty[:5])) + (", …" if len(empty) > 5 else "")
        raise DataError(
            f"No example of {name} is of class {told}.",
            f"{len(empty)} of the {classes} classes {'is' if len(empty) == 1 else 'are'} empty: a net cannot learn it, "
            "and an error by class has no denominator.",
            "Take more examples, or fewer classes.",
        )


def _finite(numbers: np.ndarray, kind: str, name: str) -> np.ndarray:
    with np.errstate(over="ignore"):  # what float32 cannot hold becomes infinite, and is seen below
        numbers = numbers.astype(np.float32, copy=False)
    bad = np.flatnonzero(~np.isfinite(numbers).reshape(len(numbers), -1).all(axis=1))
    if len(bad):
        what = f"The {kind} of example {bad[0]:,} (counted from 0) of {name} is not finite"
        why = f"{len(bad):,} of {len(numbers):,} examples hold NaN or infinity, or a number beyond float32's."
        raise DataError(f"{what}.", why, "Leave them out, or correct what made them.")
    return numbers
