"""Half and one and a half times as many pixels along a side as the paper has."""

from __future__ import annotations

from claimbook.papers.math_symbols.study import SET_1, SymbolStudy, arm, sizes


class Resolution(SymbolStudy):
    """Data set I at 25, 50 and 75 pixels a side (section IV.B: 50 is a good compromise)."""

    name = "resolution"
    title = "Resolution"
    question = "Is the net less accurate on images of 25 pixels a side, and more accurate on 75?"
    arms = (arm("side-25", "25 pixels a side", side=25), SET_1, arm("side-75", "75 pixels a side", side=75))
    presets = sizes()
