"""The paper's third result: its net on data set III."""

from __future__ import annotations

from claimbook.papers.math_symbols.study import SET_3, SET_III, SymbolStudy, sizes


class Dataset3(SymbolStudy):
    """Training on the 15 classes of data set III as the paper has it (section V, table 2)."""

    name = "dataset-3"
    title = "Data set III"
    question = "How accurate is the paper's net on data set III?"
    arms = (SET_3,)
    presets = sizes()
    data_sets = (SET_III,)
    own_files = (SET_III,)
