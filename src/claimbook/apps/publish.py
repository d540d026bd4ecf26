"""From a run of an experiment to the weights that come with the recogniser.

A record holds no weights. The run is trained here, or taken up where it stands, and only then recorded: the engine goes
on from the state that is left for it, so that weights and record are of one training. Where the record is there already
the run is made again, and must come to the same.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from claimbook.apps import weights
from claimbook.apps.classifier import NetClassifier, accuracy
from claimbook.apps.network import SIDE, Layout
from claimbook.compat import threads
from claimbook.errors import RecordError, UsageError
from claimbook.experiment.base import Task
from claimbook.experiment.registry import experiment_named
from claimbook.record.schema import Record
from claimbook.record.source import source_digest
from claimbook.record.unfinished import Unfinished
from claimbook.study import reproduce, users
from claimbook.train.precision import prepare

EXPERIMENT, ARM = "math-symbols/dataset-1", "set-1"


def trained(
    name: str = EXPERIMENT,
    arm: str = ARM,
    seed: int = 0,
    preset: str = "paper",
    tell: Callable[[str], None] = lambda line: None,
    **parameters: Any,
) -> weights.Weights:
    """The weights of the last epoch of a run, with what rounding them costs on its test images.

    Args:
        name, arm, seed, preset, parameters: which run; its record is found or made. tell: told of each epoch.

    Raises:
        UsageError: no such run, or one that does not train a net as the recogniser has it.
        DataError: the data are not on this machine.
        RecordError: the record is of a run that came to something else, or diverged.
    """
    experiment = experiment_named(name)
    stand_in = experiment.preset(preset).stand_in
    task = experiment.task(experiment.parameters(preset, parameters), arm, seed, stand_in, threads())
    _check(task)
    prepare(experiment.precision_of(task.settings))
    unfinished = Unfinished(users().root, source_digest(type(experiment).__module__))
    with users().locked([task.key]):
        run = _to_its_end(task, unfinished, tell)
    study = reproduce(name, preset, seeds=[seed], arms=[arm], confirm=True, **parameters)
    record = study.records[arm, seed]
    _same(record, run)
    made = _made(run, record)
    unfinished.drop(task.key)
    return made


def _to_its_end(task: Task, unfinished: Unfinished, tell: Callable[[str], None]) -> Any:
    """The trained run; its state is kept, so that its record takes no training."""
    run = task.experiment.begun(task.settings, task.seed, task.data["stand_in"])

    def keep() -> None:
        columns = run.curve.columns
        tell(f"epoch {len(columns['iteration'])}: validation accuracy {columns['validation_accuracy'][-1]:.4f}")
        if unfinished.due():
            unfinished.save({task.key: run.state()})

    run.train(unfinished.load(task.key), keep=keep)
    if run.diverged_by is None:
        unfinished.save({task.key: run.state()})
    return run


def _made(run: Any, record: Record) -> weights.Weights:
    from claimbook.train.weights import values, weights_of

    arrays, data = values(weights_of(run.net)), run.data
    layout = Layout.of(arrays, data.classes)
    images, labels = data.test_x.transpose(0, 2, 3, 1), [data.classes[place] for place in data.test_y]

    def right(own: dict[str, np.ndarray]) -> float:
        nothing = weights.Measured(0, 0.0, 0.0)
        return accuracy(NetClassifier(weights.Weights(own, layout, "", "", nothing, "")), images, labels)

    measured = weights.Measured(len(labels), right(arrays), right(weights.restored(weights.quantised(arrays))))
    return weights.Weights(arrays, layout, record.id, data.notes[0], measured, data.digest)


def _check(task: Task) -> None:
    own = task.settings
    if "filters" not in own or own.get("side") != SIDE or own.get("whitening") != "none":
        raise UsageError(
            f"{task.experiment.id}/{task.arm} trains no net for the recogniser.",
            f"The recogniser has the paper's net for images of {SIDE} × {SIDE} pixels, which are not whitened.",
            f"Name a run that trains one, such as {EXPERIMENT}, arm {ARM}.",
        )


def _same(record: Record, run: Any) -> None:
    made = run.measurement()
    if record.diverged or record.first_losses != made.first_losses or record.metrics != dict(made.metrics):
        raise RecordError(
            f"The weights are not those of {record.id}.",
            "The run diverged, or came to other numbers here than its record has: another machine, or another source.",
            "Run it again with `claimbook run --refresh`, or name another run.",
        )
