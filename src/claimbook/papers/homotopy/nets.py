"""What the experiments that train VGG nets on CIFAR-10 share: parameters, arms, what is measured, presets, data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from claimbook.data.cifar import identity
from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Metric, Preset
from claimbook.experiment.net_study import NetStudy
from claimbook.experiment.parameters import parameter
from claimbook.papers.homotopy.cost import seconds
from claimbook.papers.homotopy.nets_schedule import check, lengths_of, steps_of
from claimbook.train.precision import PRECISIONS

IMAGES, CLASSES, TEST_IMAGES = 50_000, 10, 10_000
FULL_WIDTH, FULL_UNITS = 64, 512
SGD, RELEASED, PAPER = "sgd", "released", "paper"
ALL, TRUNK, HEAD = "all", "trunk", "head"
ZERO, START = "zero", "start"


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change; the defaults are those of the released code, and of the runs in its logs."""

    train_images: int = parameter(
        IMAGES,
        help="Images trained on; fewer than all are chosen by hash, equally many of each class.",
        unit="images",
        low=10,
        high=IMAGES,
    )
    schedule: str = parameter(
        "0.01..0.006 by 0.001, 4ep each; 0.005, 600ep",
        help="L by stages, epochs (ep) or steps (it) long; SGD takes as many steps as all of them together.",
    )
    halving: int = parameter(
        30,
        help="Epochs after which the learning rate is halved; with the homotopy, epochs of the last stage.",
        unit="epochs",
        low=1,
        high=10_000,
    )
    width: int = parameter(
        FULL_WIDTH, help="Filters of the first group of convolutions; the last has 8 times as many.", low=2, high=512
    )
    units: int = parameter(FULL_UNITS, help="Units of each hidden layer of the head.", low=2, high=4_096)
    learning_rate: float = parameter(0.05, help="The learning rate of the first epoch.", low=1e-9, high=10.0)
    momentum: float = parameter(0.9, help="SGD's momentum.", low=0.0, high=0.999)
    weight_decay: float = parameter(5e-4, help="L2 of all weights, in SGD's gradient.", low=0.0, high=1.0)
    batch: int = parameter(128, help="Images of a minibatch.", unit="images", low=1, high=IMAGES)
    dropout: float = parameter(0.5, help="Share of its inputs that a hidden layer drops.", low=0.0, high=0.99)
    norms: float = parameter(
        0.1, help="Factor of the norms over the filters in the released code.", low=0.0, high=1_000.0
    )
    precision: str = parameter("fp32", help="The number format of the products.", choices=PRECISIONS)

    def check(self) -> None:
        """Raises UsageError for a schedule or images that cannot be."""
        if self.train_images % CLASSES:
            raise UsageError(
                f"train_images = {self.train_images:,} does not divide among {CLASSES} classes.",
                "A part of the training images is chosen with equally many of each class.",
                f"Give a multiple of {CLASSES}, such as 15000.",
            )
        if self.batch > self.train_images:
            raise UsageError(
                f"batch = {self.batch:,} and train_images = {self.train_images:,}.",
                "A minibatch takes at most all images.",
                "Give more images or a smaller batch.",
            )
        check(self.schedule, -(-self.train_images // self.batch))


def net(depth: int, batch_norm: bool, id: str, title: str, way: str, **own: Any) -> Arm:
    """An arm: a net of a depth, and a way to train it."""
    name = f"VGG{depth}" + (" with BN" if batch_norm else "")
    prefix = f"vgg{depth}" + ("-bn" if batch_norm else "")
    return Arm(f"{prefix}-{id}", f"{name}, {title}", {"depth": depth, "batch_norm": batch_norm, "way": way, **own})


def sgd(depth: int, batch_norm: bool = False) -> Arm:
    """Stochastic gradient descent for as many epochs."""
    return net(depth, batch_norm, "sgd", "SGD", SGD, times=1)


def sgd_double(depth: int, batch_norm: bool = False) -> Arm:
    """For twice as many, which take as many passes as two copies; the rate is halved half as often."""
    return net(depth, batch_norm, "sgd-double", "SGD, twice the epochs", SGD, times=2)


def released(depth: int, batch_norm: bool = False) -> Arm:
    """The released code."""
    return net(depth, batch_norm, "released", "released code", RELEASED)


def paper(
    depth: int,
    batch_norm: bool = False,
    id: str = "paper",
    title: str = "equation (3)",
    copied: str = ALL,
    split: str = "output-halves",
    pins: str = ZERO,
) -> Arm:
    """Equation (3).

    copied: the part that exists twice, "all", "trunk" or "head". split: one of `splits.SPLITS`. pins: at "zero", or at
    the "start".
    """
    return net(depth, batch_norm, id, title, PAPER, copied=copied, split=split, pins=pins)


def paper_start(depth: int, batch_norm: bool = False) -> Arm:
    """Equation (3) with its pins where the weights start."""
    return paper(depth, batch_norm, "paper-start", "equation (3), pins at the start", pins=START)


METRICS = (
    Metric("last-accuracy", "share of right test images after the last epoch", better="higher"),
    Metric("last-error", "1 − last-accuracy", better="lower"),
    Metric("best-accuracy", "share of right test images after the epoch where it is largest", better="higher"),
    Metric("best-error", "1 − best-accuracy", better="lower"),
    Metric("best-epoch", "the first epoch of the best test accuracy", "epochs"),
    Metric("test-loss", "cross-entropy on test images after the last epoch", better="lower"),
    Metric("train-accuracy", "share of right answers in the last epoch's minibatches, while training", "", "higher"),
    Metric("train-loss", "mean cross-entropy of the last epoch's minibatches, and of the copies", better="lower"),
    Metric("copy-accuracy", "share of test images that the copy η gets right after the last epoch", better="higher"),
    Metric("objective", "all that is minimised but weight decay, in the last epoch; see the curve"),
    Metric("distance", "‖θ − η‖ after the last epoch, over all that exists twice"),
    Metric("relative-distance", "that over ‖θ‖ of the same weights"),
)


class HomotopyNets(NetStudy):
    """VGG nets on CIFAR-10: SGD, the released code, and equation (3) as it is written.

    SGD with momentum and coupled L2, its rate halved every so many epochs; images are cropped at random after padding
    by 4 and flipped with probability 0.5. The test images are evaluated after every epoch: they are the validation set,
    as in the paper. Source: section 4.2; phymucs/homotopy, commit bccbc48; chengyangfu/pytorch-vgg-cifar10. A subclass
    declares name, title, question, arms made by the functions above, and presets.
    """

    paper = "homotopy"
    runs_of = "homotopy/cifar-10"
    metrics = METRICS
    Parameters = Parameters
    varies = (
        "the start; the arms of one net share that of θ",
        "the order, the crops and the flips of the images, which the arms of one seed share; what dropout draws",
    )
    data_sets = ("cifar-10",)
    own_files = ("cifar-10",)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The arm's net and way, and the parameters that touch it: SGD knows of the schedule how long it is."""
        own, asked = dict(arm.settings), dataclasses.asdict(parameters)
        schedule, norms = asked.pop("schedule"), asked.pop("norms")
        if own["way"] == SGD:
            times = own.pop("times")
            own |= {"lengths": times * lengths_of(schedule), "halving": times * asked["halving"]}
        else:
            own |= {"schedule": schedule}
        if own["way"] == RELEASED:
            own |= {"norms": norms, "copied": HEAD}
        return asked | own

    def precision_of(self, settings: Mapping[str, Any]) -> str:
        """As asked."""
        return settings["precision"]

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """CIFAR-10, real or stand-in, with the subset."""
        return identity(**which(settings), stand_in=stand_in)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core, from the measured time of an image trained on and of one evaluated."""
        epoch = -(-settings["train_images"] // settings["batch"])
        epochs = total_steps(settings, epoch) / epoch
        return seeds * seconds(settings, epochs, TEST_IMAGES)

    def begun(self, settings: Mapping[str, Any], seed: int, stand_in: bool) -> Any:
        """A `nets_run.HomotopyRun`."""
        from claimbook.papers.homotopy.runs.nets import HomotopyRun

        return HomotopyRun(settings, seed, stand_in)


def which(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `load_cifar` and of `identity` for the images of these settings."""
    count = settings["train_images"]
    return {"name": "cifar-10", "subset": None if count == IMAGES else count}


def total_steps(settings: Mapping[str, Any], epoch_steps: int) -> int:
    """How many steps a run of these settings takes."""
    lengths = settings["lengths"] if settings["way"] == SGD else lengths_of(settings["schedule"])
    return steps_of(lengths, epoch_steps)


def sizes(note: str) -> tuple[Preset, ...]:
    """The presets of an experiment. note: what is to be said of its seeds at `reduced`.

    All runs of both experiments at `reduced` take 5 core-hours. L takes the paper's six values, the first five for a
    ninth of the steps. The heads keep their size, and the rate is a fifth of the released code's: its norms move a
    tensor by as much whatever its size. In trials of one seed narrow nets diverged at that code's rate, or learned
    little or nothing, also at two fifths of it.
    """
    small = {"width": 16, "learning_rate": 0.01}
    smoke = {"train_images": 250, "schedule": "0.01, 1ep; 0.005, 1ep", "halving": 1, "width": 4, "units": 32}
    quick = {"train_images": 3_000, "schedule": "0.01..0.006 by 0.001, 2it each; 0.005, 9ep", "halving": 3}
    reduced = {"train_images": 15_000, "schedule": "0.01..0.006 by 0.001, 24it each; 0.005, 8ep", "halving": 3}
    smaller = "a quarter of the width, a fifth of the rate, fewer images and epochs"
    return (
        Preset("smoke", 1, smoke, stand_in=True, note="exercises the code"),
        Preset("quick", 1, quick | small, note="a first look"),
        Preset("reduced", 3, reduced | small, note=f"{smaller}; {note}"),
        Preset("paper", 5, note="the released code's size, and the five runs that table 3 is of"),
    )
