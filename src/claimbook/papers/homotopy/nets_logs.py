"""How two runs with the homotopy in the logs of the released code begin, and the two without it.

Test accuracies after the first 20 of 620 epochs, in which L is above its last value; percent, rounded to a hundredth as
they are logged. Source: phymucs/homotopy, commit bccbc48: traditional_result/vgg11, traditional_result/vgg13,
hta_result/vgg11/acc_91.39 and hta_result/vgg13/acc_93.09, files val_acc.csv.
"""

from __future__ import annotations

from operator import gt

from claimbook.papers.homotopy.printed import LOGS, TRADITIONAL

WITHOUT = {
    "VGG11": (
        32.40, 49.77, 58.16, 66.27, 68.90, 72.74, 74.84, 75.82, 72.59, 77.59,
        78.67, 79.79, 78.04, 79.48, 81.47, 81.96, 78.97, 82.56, 81.39, 80.89,
    ),
    "VGG13": (
        27.26, 39.94, 54.16, 64.80, 68.43, 72.48, 76.06, 76.60, 79.46, 80.22,
        79.79, 81.53, 79.96, 81.92, 79.88, 82.88, 81.95, 81.45, 82.00, 83.71,
    ),
}  # fmt: skip
"""Net → accuracy after each epoch of SGD."""
WITH = {
    "VGG11": (
        27.52, 38.05, 48.27, 57.43, 65.65, 64.72, 72.42, 70.27, 75.63, 73.00,
        74.18, 75.59, 75.88, 73.91, 78.39, 76.82, 77.57, 79.20, 78.68, 79.98,
    ),
    "VGG13": (
        22.44, 38.34, 47.36, 55.08, 60.91, 68.31, 67.14, 68.07, 72.69, 76.18,
        76.43, 77.50, 77.82, 76.55, 78.06, 79.14, 80.01, 78.57, 81.41, 78.40,
    ),
}  # fmt: skip
"""The same of the released code: of VGG11 the run that ends lowest, of VGG13 the one that ends highest."""
END = {"VGG11": min(LOGS["VGG11"]), "VGG13": max(LOGS["VGG13"])}
"""Accuracy after the last epoch of the latter."""
SHOWN = (1, 2, 4, 6, 8, 10, 15, 20)
HEADINGS = ("net", "way", *(f"epoch {epoch}" for epoch in SHOWN), "last epoch", "epochs of 20 ahead")


def beginnings() -> list[list[str]]:
    """Rows of HEADINGS: each net with SGD and with the released code, in percent."""
    rows = []
    for net, sgd in WITHOUT.items():
        released = WITH[net]
        for way, own, other, end in (
            ("SGD", sgd, released, TRADITIONAL[net][0]),
            ("released code", released, sgd, END[net]),
        ):
            shown = [f"{value:.2f}" for value in (*(own[epoch - 1] for epoch in SHOWN), end)]
            rows.append([net, way, *shown, str(sum(map(gt, own, other)))])
    return rows
