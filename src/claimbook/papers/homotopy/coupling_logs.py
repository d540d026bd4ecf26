"""What the logs of the released code record of the training loss, where its coupling is: stage by stage.

Source: phymucs/homotopy, commit bccbc48, folder hta_result, files train_loss.csv: a mean over the minibatches of each
of the 620 epochs, rounded here. Two of the ten runs: one of VGG11, and the one of VGG13 that is elsewhere.
"""

from __future__ import annotations

LEVELS = (0.01, 0.009, 0.008, 0.007, 0.006, 0.005)
RUNS = {
    "vgg11": (3152.2, 3890.3, 4922.8, 6429.0, 8750.0, 12599.1),
    "vgg13-elsewhere": (3814.8, 5224.8, 5277.1, 7312.2, 9953.5, 17597.3),
}
"""Run → the loss of an epoch in which it has settled, for each value of L: the fourth, of the last L the 28th."""
HALVED = {
    "vgg11": (
        12599.1, 13084.9, 6602.1, 3262.1, 1557.5, 791.6, 448.7, 222.0, 95.3, 50.21, 28.04, 14.67, 7.449, 2.929, 1.7037,
        0.8241, 0.4687, 0.3892, 0.1690, 0.1312,
    ),
    "vgg13-elsewhere": (
        17597.3, 8942.0, 6931.8, 3853.6, 1908.5, 980.0, 369.2, 235.3, 139.97, 62.98, 28.87, 12.21, 10.11, 3.051, 1.941,
        0.9552, 0.3851, 0.2900, 0.1533, 0.1099,
    ),
}  # fmt: skip
"""Run → the loss shortly before each halving of the rate at the last L, from before the first on."""
REST = 3
"""About what is left of the loss at L = 0.01 without the coupling: two cross-entropies and the pins."""
