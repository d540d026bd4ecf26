"""The paper's second result: its net on data set II, where a reader has that set."""

from __future__ import annotations

from claimbook.papers.math_symbols.study import QUICK, SET_2, SET_II, SMOKE, SymbolStudy, paper_size


class Dataset2(SymbolStudy):
    """Training on data set II as the paper has it; it is shipped in two parts, and the test is drawn from the first."""

    name = "dataset-2"
    title = "Data set II"
    question = "How accurate is the paper's net on data set II?"
    arms = (SET_2,)
    presets = (SMOKE, QUICK, paper_size(3))
    data_sets = (SET_II,)
    own_files = (SET_II,)
