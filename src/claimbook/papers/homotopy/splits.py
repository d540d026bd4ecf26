"""Which weights the homotopy takes apart: convolutions or dense layers alone, halves of the layers, at random."""

from __future__ import annotations

from claimbook.papers.homotopy.nets import HEAD, START, TRUNK, HomotopyNets, paper, paper_start, released, sgd, sizes

CNN = {"id": "cnn", "title": "equation (3) on the convolutions", "copied": TRUNK, "pins": START}
DENSE = {"id": "dense", "title": "equation (3) on the dense layers", "copied": HEAD, "pins": START}
HALVES = {"id": "layer-halves", "title": "equation (3), halves of the layers", "split": "layer-halves", "pins": START}
RANDOM = {"id": "random", "title": "equation (3), split at random", "split": "random", "pins": START}
REMARK = {"id": "random-zero", "title": "equation (3), split at random, pins at 0", "split": "random"}


class Splits(HomotopyNets):
    """The splits that the paper speaks of (sections 2 and 4.2, figures 2 and 3, last sentence), without normalisation.

    Each is that of equation (3), over the part that it is about; what is in no split exists once. With pins at 0 the
    terms over the convolutions leave no net that learns, so the pins are where the weights start, one of the three
    places that the paper names. A random split, which the paper's remark compares to dropout, is there with both.
    """

    name = "splits"
    title = "Which weights the homotopy takes apart"
    question = "Does the homotopy on one part of a net, or with another split of its weights, make it more accurate?"
    arms = (
        *(sgd(11), paper(11, **CNN), paper_start(11), paper(11, **HALVES), paper(11, **RANDOM), paper(11, **REMARK)),
        *(released(11), sgd(13), paper(13, **CNN), paper(13, **DENSE), released(13)),
    )
    presets = sizes("three seeds; runs that the experiment vgg has too are made once")
