"""The paper's future work: all classes of data set III."""

from __future__ import annotations

from claimbook.experiment.base import Preset
from claimbook.papers.math_symbols.study import HALF, SET_III, SymbolStudy, arm, sizes

QUICK = Preset("quick", 1, {"epochs": 12, "each": 40} | HALF, note="half the width and dropout; a first look")


class AllClasses(SymbolStudy):
    """The paper's net and training on every class of data set III, letters and signs that the paper leaves out.

    Section VII names more symbols as future work. The confusion matrix of so many classes is not kept; a record has
    the pairs that are taken for one another most often, and how many images of each class were right.
    """

    name = "all-classes"
    title = "All classes of data set III"
    question = "How accurate is the paper's net on all 82 classes of data set III, and what does it confuse?"
    arms = (arm("classes-82", "all classes of data set III", SET_III, classes="all"),)
    presets = sizes(QUICK, each=100, seeds=2, at_paper=1)
    data_sets = (SET_III,)
    own_files = (SET_III,)
