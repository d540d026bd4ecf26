"""What the deep nets do before the first step of training: signal forward, gradient backward, layer by layer.

The report blames vanishing gradients for VGG_38's failure (section 2, figure 2) and lets batch normalisation restore
them "to some extent" (section 5.1, figures 4 and 6). Both can be seen at the start, where nothing has been learned yet.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from claimbook.data.cifar import identity
from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Experiment, Measurement, Metric, Preset, Task
from claimbook.experiment.parameters import parameter
from claimbook.record.unfinished import Unfinished

FULL_DEPTH = 5  # blocks a stage of VGG_38; its own, so that a change of the studies that train leaves records fresh
PRECISIONS = ("auto", "float32", "float64")


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change."""

    images: int = parameter(100, help="Training images of the one minibatch.", unit="images", low=2, high=1_000)
    blocks: int = parameter(
        FULL_DEPTH, help="Blocks a stage of the deep nets; they have 6 · blocks + 8 layers.", low=0, high=50
    )
    filters: int = parameter(32, help="Filters of every convolution.", low=1, high=1_024)
    depths: tuple[float, ...] = parameter(
        (0, 1, 3), help="Blocks a stage of further nets, whose explosion is measured; whole numbers.", low=0, high=50
    )
    precision: str = parameter(
        "auto",
        help="Number format; auto: float64 without normalisation, where float32 hides the signal, else float32.",
        choices=PRECISIONS,
    )

    def check(self) -> None:
        """Raises UsageError for a depth that is no whole number."""
        odd = [value for value in self.depths if value != int(value)]
        if odd:
            raise UsageError(f"depths = {odd[0]} is no whole number.", do="Give whole numbers: depths=0,1,3.")


class Signal(Experiment):
    """VGG nets at their start, without normalisation and with it before or after the activation, on one minibatch.

    One more net without it starts with six times the variance, as He et al. 2015 propose for a net with ReLU.

    Source: ours; the report shows gradients after epochs of training only. The images are taken as they are, without
    crop and flip. For each layer a record's table `layers` has the signal and the gradient, as `train.signal` defines
    them, and without normalisation what theory expects of the signal; the curve `depth` has how the ends of nets of
    several depths compare. "Explosion": the gradient of the entry's weights over that of the last convolution's; below
    1 the gradient vanishes towards the input.
    """

    paper = "vgg-depth"
    name = "signal"
    title = "Signal and gradients at the start"
    question = "Why does VGG_38 fail, and what does batch normalisation do to it before any training?"
    solver = "mxnet"
    arms = (
        Arm("none", "VGG_38", {"batch_norm": None, "deep": True}),
        Arm("before", "VGG_38, BN before ReLU", {"batch_norm": "before", "deep": True}),
        Arm("after", "VGG_38, BN after ReLU", {"batch_norm": "after", "deep": True}),
        Arm("he", "VGG_38, start with variance 2/n", {"batch_norm": None, "deep": True, "start": "he"}),
        Arm("vgg-08", "VGG_08", {"batch_norm": None, "deep": False}),
    )
    metrics = (
        Metric("signal-first", "standard deviation across the images of what the entry layer gives, mean over units"),
        Metric("signal-middle", "the same of the middle convolution's layer"),
        Metric("signal-last", "the same of the last convolution's layer"),
        Metric("signal-factor", "mean factor from the signal of one convolution's layer to the next one's, geometric"),
        Metric("logits-spread", "standard deviation across the images of the logits, mean over the classes"),
        Metric("gradient-first", "mean absolute gradient of the entry's weights"),
        Metric("gradient-middle", "the same of the middle convolution's"),
        Metric("gradient-last-conv", "the same of the last convolution's"),
        Metric("gradient-linear", "the same of the linear layer's"),
        Metric("explosion", "gradient-first over gradient-last-conv"),
        Metric("loss", "cross-entropy of the minibatch"),
    )
    Parameters = Parameters
    presets = (
        Preset(
            "smoke",
            2,
            {"images": 10, "filters": 8, "depths": (0,)},
            stand_in=True,
            note="exercises the code; full depth",
        ),
        Preset("quick", 1, {"depths": (0,)}, note="full depth and width; a first look"),
        Preset("paper", 5, note="ours: the report has no such measurement"),
    )
    varies = (
        "the start; the nets share what they have in common",
        "the images of the minibatch; the arms of one seed share them",
    )
    data_sets = ("cifar-100",)
    own_files = ("cifar-100",)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's nets: its own, and those of other depths but for a shallow one; `precision` is a format."""
        place, deep = arm.settings["batch_norm"], arm.settings["deep"]
        auto = "float32" if place else "float64"
        others = {"depths": sorted(int(depth) for depth in parameters.depths)} if deep else {}
        others |= {name: arm.settings[name] for name in ("start",) if name in arm.settings}
        return others | {
            "images": parameters.images,
            "batch_norm": place,
            "filters": parameters.filters,
            "blocks": parameters.blocks if deep else 0,
            "precision": auto if parameters.precision == "auto" else parameters.precision,
        }

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """All training images of CIFAR-100, real or stand-in."""
        return identity("cifar-100", stand_in=stand_in)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from measured times of an image forward and backward."""
        image = {"float32": 2e-3, "float64": 8e-3}[settings["precision"]] * settings["filters"] / 32
        layers = sum(1.5 + blocks for blocks in depths(settings))
        return 2.0 + seeds * settings["images"] * layers * image

    def batches(self, tasks: Sequence[Task]) -> list[list[Task]]:
        """Each run by itself; runs of one process share the images."""
        return [[task] for task in tasks]

    def measure(
        self, tasks: Sequence[Task], progress: Callable[[int, int], None], unfinished: Unfinished
    ) -> Iterator[tuple[Task, Measurement]]:
        """One net after the other; an interrupted run begins anew, it is short."""
        from claimbook.papers.vgg_depth.signal_look import look, measurement

        total, done = sum(len(depths(task.settings)) for task in tasks), 0
        for task in tasks:
            seen = {}
            for blocks in depths(task.settings):
                seen[blocks] = look(task, blocks)
                done += 1
                progress(done, total)
            yield task, measurement(task, seen)

    def first_losses(self, task: Task) -> list[float]:
        """The cross-entropy of the minibatch in the arm's own net."""
        from claimbook.papers.vgg_depth.signal_look import look

        return [look(task, task.settings["blocks"])[0]]


def depths(settings: Mapping[str, Any]) -> list[int]:
    """The blocks a stage of all nets that a run looks at, rising."""
    return sorted({settings["blocks"], *settings.get("depths", ())})
