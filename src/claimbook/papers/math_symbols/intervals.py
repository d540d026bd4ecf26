"""What accuracies on so few test images say: intervals of the printed ones, and whether data sets differ."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from claimbook.claims.statistics import wilson
from claimbook.experiment.arithmetic import Arithmetic
from claimbook.experiment.base import Arm, Metric
from claimbook.papers.math_symbols.printed import ACCURACY

TEST_I = 466
"""Test images of data set I under the split that its printed accuracies fit; see `data.symbol_split`."""
HELD_III = (4_129, 4_234, 4_423, 3_649, 4_126, 3_545, 3_118, 2_909, 3_068, 3_737, 4_410, 4_330, 286, 200, 200)
"""Images of each class of the paper's in our copy of data set III."""
PUBLISHED_III = 152_160
"""Images of these classes in the published set, at least."""


def _arm(id: str, title: str, data_set: str, images: int) -> Arm:
    return Arm(id, title, {"printed": ACCURACY[data_set][2], "images": images})


def rest(images: int) -> int:
    """What is left of so many images of a class for the test, when 80 and 15 percent are rounded down."""
    return images - images * 80 // 100 - images * 15 // 100


class Intervals(Arithmetic):
    """The printed test accuracies with Wilson's 95 % intervals, for test sets of the sizes that they imply.

    The paper does not say how many test images it has. Those of data set I follow from the split, those of II are the
    sizes with which its printed accuracies can be had (605 with the folders that two of its users have published), and
    for III the share of 5 percent gives a least size. Nothing is trained. The measured accuracies have intervals of
    their own, `test-low` and `test-high`. Source: table 2.
    """

    paper = "math-symbols"
    name = "intervals"
    title = "How exact the printed accuracies are"
    question = "How far do so few test images tell the accuracies of the three data sets apart?"
    solver = "arithmetic"
    arms = (
        _arm("set-1", "data set I, 466 images", "dataset-1", TEST_I),
        _arm("set-2-605", "data set II, 605 images", "dataset-2", 605),
        _arm("set-2-505", "data set II, 505 images", "dataset-2", 505),
        _arm("set-2-506", "data set II, 506 images", "dataset-2", 506),
        _arm("set-2-406", "data set II, 406 images", "dataset-2", 406),
        _arm("set-3-held", "data set III, 5 % of our copy", "dataset-3", sum(map(rest, HELD_III))),
        _arm("set-3-published", "data set III, 5 % of what is published", "dataset-3", PUBLISHED_III * 5 // 100),
    )
    metrics = (
        Metric("accuracy", "share of right test images that comes nearest to the printed one", "%", "higher"),
        Metric("images", "test images", "images"),
        Metric("errors", "wrong ones", "images", "lower"),
        Metric("rounds", "1 where that share rounds to the printed one, else 0"),
        Metric("step", "by how much one image changes it", "%", "lower"),
        Metric("low", "lower end of Wilson's 95 % interval", "%"),
        Metric("high", "its upper end", "%"),
        Metric("same-as-1", "p-value of data set I being as accurate: Fisher's exact test, two-sided"),
    )

    def settings(self, parameters: Any, arm: Arm) -> dict[str, Any]:
        """The printed accuracy of the arm, percent, and its number of images; and those of data set I."""
        return dict(arm.settings) | {"beside": [ACCURACY["dataset-1"][2], TEST_I]}

    def data_identity(self, settings: Mapping[str, Any], stand_in: bool) -> dict[str, Any]:
        """Printed numbers: there is nothing to fetch."""
        return {"name": "table-2", "edition": "printed numbers", "stand_in": stand_in}

    def worked_out(self, settings: Mapping[str, Any]) -> tuple[dict[str, float], dict[str, Any]]:
        """All metrics; no table."""
        return worked_out(settings), {}


def worked_out(settings: Mapping[str, Any]) -> dict[str, float]:
    """Metric → value."""
    printed, images = settings["printed"], settings["images"]
    right = round(images * printed / 100)
    low, high = wilson(right, images)
    other, others = round(settings["beside"][1] * settings["beside"][0] / 100), settings["beside"][1]
    return {
        "accuracy": 100 * right / images,
        "images": float(images),
        "errors": float(images - right),
        "rounds": float(round(100 * right / images, 2) == printed),
        "step": 100 / images,
        "low": 100 * low,
        "high": 100 * high,
        "same-as-1": fisher(images - right, images, others - other, others),
    }


def fisher(errors: int, images: int, others: int, other_images: int) -> float:
    """The two-sided p-value of Fisher's exact test that two shares of errors are one.

    errors of images, others of other_images.
    """
    from scipy.stats import fisher_exact

    return float(fisher_exact([[errors, images - errors], [others, other_images - others]]).pvalue)
