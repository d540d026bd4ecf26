"""Training on one data set and testing on others: the limitation that the paper names itself."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from claimbook.data.symbols import identity
from claimbook.experiment.base import Arm, Metric
from claimbook.experiment.parameters import parameter
from claimbook.papers.math_symbols import study
from claimbook.papers.math_symbols.cost import FORWARD, image_seconds
from claimbook.papers.math_symbols.study import METRICS, SET_I, SET_II, SET_III, SymbolStudy, arm, sizes, which

FOREIGN = {"set-1": SET_I, "set-2": SET_II, "set-3": SET_III, "bhmsds": "bhmsds"}
"""The sets that nets are tested on, by their names in the metrics."""


@dataclasses.dataclass(frozen=True)
class Parameters(study.Parameters):
    """What a re-executor can change: two things more, of the sets that a net is tested on."""

    foreign_each: int = parameter(
        300, help="Test images of a class of another data set, at most; 0 for all.", unit="images", low=0,
        high=10_000_000,
    )  # fmt: skip
    with_set_2: str = parameter(
        "no", help="Whether to test on data set II too, which must be on this machine then.", choices=("no", "yes")
    )


def _metrics(name: str) -> tuple[Metric, ...]:
    set_ = {"set-1": "data set I", "set-2": "data set II", "set-3": "data set III", "bhmsds": "BHMSDS"}[name]
    return (
        Metric(f"accuracy-{name}", f"share of right images of {set_}, of the classes in common", "", "higher"),
        Metric(f"macro-f1-{name}", "mean over these classes of F1 on these images", "", "higher"),
        Metric(f"own-accuracy-{name}", "share of right test images of the own set, of these classes", "", "higher"),
        Metric(f"classes-{name}", "how many classes the two sets have in common", "classes"),
        Metric(f"images-{name}", f"how many images of {set_} they are", "images"),
        Metric(f"copied-share-{name}", "share of them whose file is among those for training", "", "lower"),
    )


class Transfer(SymbolStudy):
    """A net trained on data set I or III as in the paper, on images of sets that it has never seen.

    All images of the other set are test images, of the classes that both have; an answer that is none of them is wrong.
    BHMSDS, 28 × 28 pixels in another hand, is not in the paper; its letter x and its dot are no signs, and are left
    out. The weights are those of the last epoch.
    """

    name = "transfer"
    title = "Trained on one data set, tested on others"
    question = "How accurate is a net that was trained on one data set on the images of another?"
    arms = (
        arm("train-1", "trained on data set I", foreign=["set-3", "bhmsds"]),
        arm("train-3", "trained on data set III", SET_III, foreign=["set-1", "bhmsds"]),
    )
    metrics = (*METRICS, *(metric for name in FOREIGN for metric in _metrics(name)))
    Parameters = Parameters
    presets = sizes()
    runs_of = ""
    data_sets = (SET_I, SET_III, "bhmsds")
    own_files = ()

    def settings(self, parameters: Any, arm: Arm) -> dict[str, Any]:
        """As of all; `foreign` has the names of the sets that it is tested on."""
        own = super().settings(parameters, arm)
        more = ["set-2"] if own.pop("with_set_2") == "yes" else []
        return own | {"foreign": sorted([*own["foreign"], *more])}

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """That of the set that is trained on, and beside it those that are tested on."""
        others = [identity(**which_foreign(settings, name), stand_in=stand_in) for name in settings["foreign"]]
        return super().data_identity(settings, stand_in) | {"tested": others}

    def cost(self, settings: Mapping[str, Any], seeds: int) -> float:
        """As of all, and the images of the other sets."""
        count = 16 * (settings["foreign_each"] or 3_000) * len(settings["foreign"])
        return super().cost(settings, seeds) + seeds * FORWARD * count * image_seconds(settings)

    def begun(self, settings: Mapping[str, Any], seed: int, stand_in: bool) -> Any:
        """A `TransferRun`."""
        from claimbook.papers.math_symbols.runs.transfer import TransferRun

        return TransferRun(settings, seed, stand_in)


def which_foreign(settings: Mapping[str, Any], name: str) -> dict[str, Any]:
    """The arguments of `load_symbols` and of `identity` for the images of another set; `name` as in the metrics."""
    own = {"name": FOREIGN[name], "classes": "paper", "each": settings["foreign_each"] or None, "split": "foreign"}
    return which(settings) | own | {"deduplicate": "none"}
