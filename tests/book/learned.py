"""Studies of the VGG-depth report whose records nobody ran: learning curves and metrics by formula."""

from __future__ import annotations

from types import SimpleNamespace

from claimbook.experiment.registry import experiment_named
from claimbook.study import Study


def record(experiment, arm, seed, accuracy, epochs, diverged):
    """A record whose accuracies climb to `accuracy` along its epochs; of one that diverged, no metric."""
    climb = [accuracy * (epoch + 1) / epochs for epoch in range(epochs)]
    columns = {f"{part}_accuracy": climb for part in ("train", "validation")}
    columns |= {f"{part}_loss": [5.0 - share for share in climb] for part in ("train", "validation")}
    metrics = dict.fromkeys((metric.name for metric in experiment.metrics), None if diverged else 0.0)
    if not diverged:
        metrics |= {"train-accuracy": accuracy, "validation-accuracy": accuracy - 0.01, "test-accuracy": accuracy}
        metrics |= {"last-test-accuracy": accuracy - 0.02, "best-train-accuracy": accuracy - 0.03, "test-loss": 4.0}
    return SimpleNamespace(
        id=f"{experiment.id}/{arm}-s{seed}-0123abcd",
        experiment=experiment.id,
        arm=arm,
        seed=seed,
        metrics=metrics,
        curves={"learning": {"iteration": [10 * (i + 1) for i in range(epochs)], **columns}},
        tables={},
        diverged=diverged,
    )


def learned(name, accuracies, preset="reduced", shown="reduced", epochs=3, **more):
    """The study of "vgg-depth/name". accuracies: arm → seed → last accuracy, None where the run diverged."""
    experiment = experiment_named(f"vgg-depth/{name}")
    records = {
        (arm, seed): record(experiment, arm, seed, accuracy or 0.0, epochs, accuracy is None)
        for arm, own in accuracies.items()
        for seed, accuracy in own.items()
    }
    return Study(
        experiment=experiment,
        preset=preset,
        parameters=experiment.parameters(shown),
        arms=tuple(arm.id for arm in experiment.arms),
        seeds=tuple(sorted({seed for _, seed in records})),
        stand_in=False,
        presets={arm.id: shown for arm in experiment.arms},
        records=records,
        standings={},
        **more,
    )


def published(name, **sizes):
    """A published study of these sizes, preset → accuracies."""
    parts = {size: learned(name, accuracies, "published", size) for size, accuracies in sizes.items()}
    first = next(iter(parts.values()))
    return Study(**{**vars(first), "sizes": parts})
