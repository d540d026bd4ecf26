"""The numbers that the paper prints, and what other people's public pages say of data set II."""

from __future__ import annotations

ACCURACY = {
    "dataset-1": (99.41, 99.11, 98.71),
    "dataset-2": (99.35, 99.11, 99.01),
    "dataset-3": (99.83, 99.93, 99.85),
}
"""Training, validation and test accuracy, percent; table 2."""
F1 = {"dataset-1": 0.99, "dataset-2": 0.99, "dataset-3": 1.00}
"""Section VI."""
MEAN_ACCURACY, MEAN_F1 = 99.19, 0.99
"""Over the three data sets, percent and share; section VI and table 3."""
STOPPED = {"dataset-1": 31, "dataset-2": 29, "dataset-3": 42}
"""The epoch after which training stopped; section V.C."""
MOST_EPOCHS, PATIENCE, BATCH = 100, 10, 32
"""Section V.C."""
TURN, ZOOM = 30, 0.2
"""Rotation in degrees, and zoom; section IV.C."""
SIDE, CLASSES, FULLY_CONNECTED = 50, 16, "dense"
LAYERS = {
    "conv1": ((50, 50, 64), 1_792),
    "conv2": ((50, 50, 64), 36_928),
    "pool1": ((25, 25, 64), 0),
    "conv3": ((25, 25, 128), 73_856),
    "conv4": ((25, 25, 128), 147_584),
    "pool2": ((12, 12, 128), 0),
    "conv5": ((12, 12, 256), 295_168),
    "conv6": ((12, 12, 256), 590_080),
    "pool3": ((6, 6, 256), 0),
    "dense": ((128,), 295_040),
    "output": ((16,), 2_064),
}
"""Layer → output shape and number of parameters; table 1. The names are those of `models.symbol_cnn`."""
PARAMETERS = 2_327_248
"""In all; section V.A."""
IMAGES_I, EACH_I, SIDE_I = 9_000, 500, 400
"""So many images and "a little over", "about" so many a class, of so many pixels a side; section IV.A."""
IMAGES_II = 8_567
"""Section IV.A."""
MEMORY_GB = 8
"""Of the GeForce GTX 1650; section VI."""
RELATED = {
    "Ayeb et al. [5]": 83.68,
    "Nguyen et al. [6]": 92.30,
    "Nazemi et al. [7]": 90.0,
    "Dong et al. [8]": 92.42,
}
"""Accuracies of other works, percent; table 3."""
RELATED_CLASSES = 101
"""Of the data set of the first three of them; section II."""

FOLDERS_II = {"train": 7_557, "eval": 1_010}
"""Images in the two folders of data set II as two users of it have published them."""
