"""What copies across the split are worth: data sets I and III as they are, and without exact or near copies."""

from __future__ import annotations

from claimbook.papers.math_symbols.study import SET_1, SET_3, SET_I, SET_III, SymbolStudy, arm, sizes


class Leakage(SymbolStudy):
    """The paper says that its parts of the data have no image in common (section IV.B); the published files have.

    Each arm is trained, and tested, on a split of its own kind: of all files, of one of each content ("exact"), or of
    pictures that are not nearly the same ("near", see `data.symbol_duplicates`). `unseen-accuracy` is that of the test
    images whose file was not trained on.
    """

    name = "leakage"
    title = "Copies of test images among those for training"
    question = "How many test images have a copy among those for training, and how accurate is the net without copies?"
    arms = (
        SET_1,
        arm("exact-1", "data set I, copies removed", deduplicate="exact"),
        arm("near-1", "data set I, near copies removed too", deduplicate="near"),
        SET_3,
        arm("exact-3", "data set III, copies removed", SET_III, deduplicate="exact"),
        arm("near-3", "data set III, near copies removed too", SET_III, deduplicate="near"),
    )
    presets = sizes()
    data_sets = (SET_I, SET_III)
    own_files = ()
