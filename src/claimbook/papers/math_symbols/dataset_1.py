"""The paper's first result: its net on data set I."""

from __future__ import annotations

from claimbook.papers.math_symbols.study import QUICK, SET_1, SMOKE, SymbolStudy, paper_size


class Dataset1(SymbolStudy):
    """Training on data set I as the paper has it, each seed with a split of its own (section V, table 2)."""

    name = "dataset-1"
    title = "Data set I"
    question = "How accurate is the paper's net on data set I, and how much does that depend on the split?"
    arms = (SET_1,)
    presets = (SMOKE, QUICK, paper_size(5))
