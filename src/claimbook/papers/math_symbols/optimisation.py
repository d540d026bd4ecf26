"""The paper's start, its optimizer and its rule for the learning rate, each with another in its place."""

from __future__ import annotations

from claimbook.papers.math_symbols.study import FIXED, SET_1, SymbolStudy, arm, sizes


class Optimisation(SymbolStudy):
    """Data set I from a normal start, with a fixed rate, and with plain stochastic gradient descent (section V.B).

    The normal start has the standard deviation 0.05, as Keras' has by default; gradient descent has the rate 0.01.
    """

    name = "optimisation"
    title = "Start, optimizer and learning rate"
    question = "Do Xavier's start, Adam and a rate that falls on plateaus each make the net more accurate?"
    arms = (
        SET_1,
        arm("normal-start", "normal start, standard deviation 0.05", start="normal-0.05"),
        arm("fixed-rate", "a fixed learning rate", rate_rule=FIXED),
        arm("sgd", "stochastic gradient descent", optimizer="sgd", learning_rate=0.01),
    )
    presets = sizes()
