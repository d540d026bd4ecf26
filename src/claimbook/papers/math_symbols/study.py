"""What the experiments that train on handwritten symbols share: parameters, arms, what is measured, presets, data."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from claimbook.data.symbol_asked import LEAST_SIDE, MOST_SIDE
from claimbook.data.symbol_duplicates import WAYS
from claimbook.data.symbols import identity
from claimbook.errors import UsageError
from claimbook.experiment.base import Arm, Metric, Preset
from claimbook.experiment.net_study import NetStudy
from claimbook.experiment.parameters import asked, parameter
from claimbook.papers.math_symbols.cost import seconds
from claimbook.train.precision import PRECISIONS

SET_I, SET_II, SET_III = "math-symbols-1", "math-symbols-2", "math-symbols-3"
CHANNELS = 3
FEWEST = 7  # images of a class that can be split 80/15/5
NONE, EXACT, LOW_RANK = "none", "exact", "low-rank"
PLATEAU, FIXED = "plateau", "fixed"
XAVIER = "xavier"
FLIPS = {"none": (), "horizontal": ("horizontal",), "vertical": ("vertical",), "both": ("horizontal", "vertical")}


@dataclasses.dataclass(frozen=True)
class Parameters:
    """What a re-executor can change; the defaults are the paper's, and our reading of what it leaves open."""

    epochs: int = parameter(100, help="Passes over the training images, at most.", unit="epochs", low=1, high=10_000)
    patience: int = parameter(
        10, help="Epochs without a better validation accuracy after which it stops.", unit="epochs", low=1, high=10_000
    )
    batch: int = parameter(32, help="Images of a minibatch.", unit="images", low=1, high=100_000)
    learning_rate: float = parameter(1e-3, help="The learning rate of the first epoch.", low=1e-9, high=10.0)
    rate_patience: int = parameter(
        3, help="Epochs without a lower validation loss after which the rate falls.", unit="epochs", low=1, high=10_000
    )
    rate_factor: float = parameter(0.5, help="What the rate is multiplied by then.", low=1e-3, high=0.999)
    least_rate: float = parameter(1e-5, help="The rate below which it does not fall.", low=0.0, high=10.0)
    dropout: float = parameter(0.5, help="Share that dropout behind each pooling drops.", low=0.0, high=0.99)
    side: int = parameter(
        50, help="Pixels along a side that images are brought to.", unit="pixels", low=LEAST_SIDE, high=MOST_SIDE
    )
    filters: int = parameter(
        64, help="Filters of the first two convolutions; then twice and four times as many.", low=1, high=512
    )
    each: int = parameter(
        0, help="Images of a class, at most, chosen by sha256 before the split; 0 for all.", unit="images", low=0,
        high=10_000_000,
    )  # fmt: skip
    deduplicate: str = parameter(NONE, help="Which copies are removed before the split.", choices=WAYS)
    skip_damaged: bool = parameter(
        False, help="Leave out images that are damaged and count them; else they are named and refused."
    )
    whitening: str = parameter(
        NONE, help="ZCA whitening of all images, fitted to those for training.", choices=(NONE, EXACT, LOW_RANK)
    )
    whitening_rank: int = parameter(
        200, help="Directions that a low-rank whitening whitens one by one.", low=1, high=100_000
    )
    rotation: float = parameter(30.0, help="Images are turned by at most so much.", unit="degrees", low=0.0, high=180.0)
    zoom: float = parameter(0.2, help="Height and width change by at most this share.", low=0.0, high=0.99)
    shift: float = parameter(0.0, help="Images move by at most this share of their side.", low=0.0, high=1.0)
    flips: str = parameter("both", help="How images are mirrored, each way with probability 0.5.", choices=tuple(FLIPS))
    precision: str = parameter("fp32", help="The number format of the products.", choices=PRECISIONS)

    def check(self) -> None:
        """Raises UsageError for numbers that do not go together."""
        if self.least_rate >= self.learning_rate:
            raise UsageError(
                f"least_rate = {self.least_rate:g} is not below learning_rate = {self.learning_rate:g}.",
                "The learning rate falls from the one to the other.",
                "Give a least_rate below the learning_rate.",
            )
        if 0 < self.each < FEWEST:
            raise UsageError(
                f"each = {self.each} leaves too few images of a class.",
                f"80, 15 and 5 percent of them, rounded down, leave a part empty below {FEWEST} images.",
                f"Give each = {FEWEST} or more, or 0 for all.",
            )


def arm(id: str, title: str, data: str = SET_I, **changed: Any) -> Arm:
    """An arm: the paper's training on a data set, but for what is changed.

    changed: classes ("paper" or "all"), start ("xavier" or "normal-" and a standard deviation),
    rate_rule ("plateau" or "fixed"), optimizer ("adam" or "sgd"), or a parameter.
    """
    plain = {"classes": "paper", "start": XAVIER, "rate_rule": PLATEAU, "optimizer": "adam"}
    return Arm(id, title, {"data": data} | plain | changed)


SET_1 = arm("set-1", "data set I as in the paper")
SET_2 = arm("set-2", "data set II as in the paper", SET_II)
SET_3 = arm("set-3", "data set III as in the paper", SET_III)

METRICS = (
    Metric("train-accuracy", "share of right answers in the last epoch, while training", "", "higher"),
    Metric("train-loss", "mean cross-entropy of the last epoch, while training", "", "lower"),
    Metric("clean-train-accuracy", "share of right training images, neither changed nor with dropout", "", "higher"),
    Metric("validation-accuracy", "share of right validation images after the last epoch", "", "higher"),
    Metric("validation-loss", "cross-entropy on validation images after the last epoch", "", "lower"),
    Metric("gap", "validation-accuracy less train-accuracy"),
    Metric("test-accuracy", "share of right test images after the last epoch", "", "higher"),
    Metric("test-loss", "cross-entropy on test images after the last epoch", "", "lower"),
    Metric("macro-f1", "mean over the classes of F1 on test images after the last epoch", "", "higher"),
    Metric("errors", "wrong test images after the last epoch", "images", "lower"),
    Metric("test-low", "lower end of Wilson's 95 % interval of test-accuracy", "", "higher"),
    Metric("test-high", "its upper end", "", "higher"),
    Metric("epochs", "epochs until it stopped", "epochs"),
    Metric("best-epoch", "the first epoch of the best validation accuracy", "epochs"),
    Metric("best-validation-accuracy", "validation-accuracy after that epoch", "", "higher"),
    Metric("best-test-accuracy", "test-accuracy with the weights of that epoch", "", "higher"),
    Metric("best-macro-f1", "macro-f1 with the weights of that epoch", "", "higher"),
    Metric("test-images", "how many there are", "images"),
    Metric("copied-share", "share of test images whose file is among those for training too", "", "lower"),
    Metric("near-share", "share with the same file or nearly the same picture there", "", "lower"),
    Metric("unseen-accuracy", "test-accuracy on test images without such a file", "", "higher"),
    Metric("six-nine", "share of the test images of 6 and 9 that are taken for the other", "", "lower"),
    Metric("plus-times", "share of the test images of + and × that are taken for the other", "", "lower"),
)

SMOKE = Preset(
    "smoke",
    2,
    {"epochs": 2, "each": 20, "side": 20, "filters": 4, "whitening_rank": 20},
    stand_in=True,
    note="exercises the code",
)
HALF = {"filters": 32, "dropout": 0.25}
"""Of the paper's width and dropout: with all of its dropout such a net learns little in few epochs."""
QUICK = Preset("quick", 1, {"epochs": 12, "each": 90} | HALF, note="half the width and dropout; a first look")


def paper_size(seeds: int) -> Preset:
    """The preset of the paper's size with so many seeds."""
    return Preset("paper", seeds, note="the paper's size; it has one run of each")


def sizes(quick: Preset = QUICK, each: int = 240, seeds: int = 3, at_paper: int = 3) -> tuple[Preset, ...]:
    """The presets of an experiment. each: images of a class at `reduced`. seeds, at_paper: of that one, and of `paper`.

    Data set I at `paper` and all other experiments at `reduced` take 12 core-hours together.
    """
    note = f"half the width and dropout, a fifth of the epochs, at most {each} images of a class"
    reduced = {"epochs": 20, "each": each} | HALF
    return SMOKE, quick, Preset("reduced", seeds, reduced, note=note), paper_size(at_paper)


class SymbolStudy(NetStudy):
    """The paper's net on handwritten symbols: Adam as Keras has it, a rate that falls on plateaus, early stopping.

    Source: section IV and V; what they leave open is our reading. Early stopping looks at the validation accuracy, the
    rate at the validation loss (Keras: better by more than 1e-4); all images are taken each epoch; the test is with the
    weights of the last epoch, and with those of the best one beside it. Images are turned, zoomed and flipped at
    random, rotation, zoom and shift as one resampling with the nearest pixel beyond the border. A subclass declares
    name, title, question, arms made by `arm`, and presets.
    """

    paper = "math-symbols"
    runs_of = "math-symbols/nets"
    metrics = METRICS
    Parameters = Parameters
    varies = (
        "the split of the data; the arms of one seed share it where they have the same images",
        "the start; nets of one size share it",
        "the order of the images, how they are turned, zoomed and flipped, and what dropout draws",
    )
    data_sets = (SET_I,)
    own_files = (SET_I,)

    def settings(self, parameters: Parameters, arm: Arm) -> dict[str, Any]:
        """The parameters with the arm's own over them, without those that do not touch it."""
        own = asked(parameters) | dict(arm.settings)
        if own["whitening"] != LOW_RANK:
            own.pop("whitening_rank")
        elif own["whitening_rank"] > CHANNELS * own["side"] ** 2:
            raise UsageError(
                f"whitening_rank = {own['whitening_rank']:,} is more than images of side {own['side']} have numbers.",
                "There are as many directions as numbers: three a pixel.",
                f"Give at most {CHANNELS * own['side'] ** 2:,}.",
            )
        if own["rate_rule"] == FIXED:
            for name in ("rate_patience", "rate_factor", "least_rate"):
                own.pop(name)
        return own

    def precision_of(self, settings: Mapping[str, Any]) -> str:
        """As asked."""
        return settings["precision"]

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """The arm's data set, real or stand-in, with subset, size, split and what is done with copies."""
        return identity(**which(settings), stand_in=stand_in)

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """Seconds of one core."""
        return seeds * seconds(settings)

    def begun(self, settings: Mapping[str, Any], seed: int, stand_in: bool) -> Any:
        """A `SymbolRun`."""
        from claimbook.papers.math_symbols.runs.symbols import SymbolRun

        return SymbolRun(settings, seed, stand_in)


def which(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments of `load_symbols` and of `identity` for the images of these settings, but for the seed."""
    same = {name: settings[name] for name in ("classes", "side", "deduplicate", "skip_damaged")}
    return {"name": settings["data"], "each": settings["each"] or None, **same}
