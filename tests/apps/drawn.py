"""Lines that the stand-in's pen writes, and classifiers that need no training."""

from __future__ import annotations

import functools

import cv2
import numpy as np

from claimbook.apps.compose import compose
from claimbook.data.symbol_stand_in import drawing
from claimbook.data.symbol_vocabulary import CLASSES

NUMBERS = (1, 2, 3)


@functools.cache
def symbols():
    """A few pictures of each sign, (150, 150) uint8."""
    return {sign: tuple(drawing("math-symbols-1", sign, number) for number in NUMBERS) for sign in CLASSES}


@functools.cache
def line(text, seed=0):
    """(h, w, 3) uint8: the line in that pen, on paper under light that falls off."""
    return compose(tuple(text), symbols(), seed).pixels


def clean(text, ink=(20, 20, 30), paper=(250, 248, 245), width=6):
    """(h, w, 3) uint8: printed figures on even paper."""
    image = np.full((200, 80 + 60 * len(text), 3), paper, np.uint8)
    return cv2.putText(image, text, (40, 130), cv2.FONT_HERSHEY_SIMPLEX, 2.6, ink, width, cv2.LINE_AA)


class Told:
    """Names the symbols by a text that it is told, surely or not."""

    classes = (*CLASSES, "?")

    def __init__(self, text, confidence=0.99):
        self.text, self.confidence, self.images = text, confidence, None

    def __call__(self, images):
        self.images = images
        probabilities = np.full((len(images), len(self.classes)), (1 - self.confidence) / (len(self.classes) - 1))
        for row, sign in zip(probabilities, self.text.ljust(len(images), "?"), strict=False):
            row[self.classes.index(sign)] = self.confidence
        return probabilities
