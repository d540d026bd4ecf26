"""The numbers of the paper's tables and figures, and those of other people's public pages that stand beside them."""

from __future__ import annotations

NETS = ("VGG11", "VGG13", "VGG16", "VGG19")
ORIGINAL = {"VGG11": 7.83, "VGG13": 5.82, "VGG16": 6.14, "VGG19": 6.35}
"""Error rates without the homotopy, percent; table 2."""
HOMOTOPY = {"VGG11": 7.02, "VGG13": 5.14, "VGG16": 5.71, "VGG19": 5.88}
"""Error rates with it, percent; table 2."""
IMPROVEMENT = {"VGG11": 10.34, "VGG13": 11.68, "VGG16": 7.00, "VGG19": 7.40}
"""Rates of improvement, percent; table 2."""
ROWS = {"VGG11": (91.53, 0.09, 91.66), "VGG13": (92.76, 0.22, 93.09)}
"""Mean, standard deviation and maximum of the accuracy with the homotopy, percent; table 3."""
FIGURE_3 = {"VGG11": (91.61, 91.01), "VGG13": (93.09, 92.29)}
"""Accuracy with the homotopy on the convolutional part, and without, percent; section 4.2, on figure 3."""
GRIDS = {2: (36, 24), 4: (1296, 864), 6: (4096, 991)}
"""Dimension → starts from which the global minimum was found with the homotopy and without; table 1."""

NORMALISED = {"VGG11": 92.17, "VGG13": 94.18, "VGG16": 93.86, "VGG19": 93.65}
"""Best test accuracy over 300 epochs of nets with batch normalisation, percent; README of
chengyangfu/pytorch-vgg-cifar10, on whose code the paper's is built."""
UNNORMALISED = {"VGG11": 91.1, "VGG13": 92.79, "VGG16": 92.63, "VGG19": 92.27}
"""The same without normalisation."""
LOGS = {"VGG11": (91.39, 91.48, 91.49, 91.61, 91.66), "VGG13": (92.47, 92.57, 92.78, 92.88, 93.09)}
"""Accuracy after the last epoch of the five runs with the homotopy, percent; logs beside the released code."""
TRADITIONAL = {"VGG11": (91.01, 91.34), "VGG13": (92.29, 92.65)}
"""After the last epoch and after the best, of the one run without it, percent; the same logs."""
LOGGED_LOSS = {0.01: 3_152, 0.006: 8_750, 0.005: 12_597}
"""L → the training loss that the logs of the released code record."""
BEST_OF_LOGS = {"VGG11": (91.57, 91.88), "VGG13": (92.90, 93.18)}
"""Least and most of the five runs after their best epochs, with the homotopy, percent; the same logs."""
