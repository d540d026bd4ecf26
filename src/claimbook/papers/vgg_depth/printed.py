"""The numbers that the report prints in its tables, and one that only the hand-out's log has."""

from __future__ import annotations

CLASSES, TEST_IMAGES, VALIDATION = 100, 10_000, 2_500
DRAWN_FROM = 50_000
"""Training images of CIFAR-100, equally many of each class; the validation images are drawn from them."""
BEFORE, AFTER = "BN before ReLU", "BN after ReLU"
DECAY, DECAY_5 = "decay 0.001", "decay 0.005"
DROP_5, DROP_2 = "dropout 0.5", "dropout 0.2"
BATCH_80, BATCH_50 = "batch 80", "batch 50"
BOTH_50, BOTH_80 = "decay 0.001, batch 50", "decay 0.001, batch 80"
TRAIN = {
    BEFORE: 55.5, AFTER: 64.1, DECAY: 62.9, DECAY_5: 46.7, DROP_5: 0.7, DROP_2: 0.9, BATCH_80: 61.7, BATCH_50: 62.1,
    BOTH_50: 53.1, BOTH_80: 59.4,
}  # fmt: skip
"""Training accuracies in percent, tables 1 to 5."""
TEST = {
    BEFORE: 47.4, AFTER: 51.9, DECAY: 52.7, DECAY_5: 43.0, DROP_5: 0.5, DROP_2: 0.5, BATCH_80: 51.5, BATCH_50: 52.2,
    BOTH_50: 50.0, BOTH_80: 51.7,
}  # fmt: skip
"""Test accuracies in percent, tables 1 to 5."""
DROPOUT_LOSSES = {DROP_5: (4.608, 4.610, 4.611), DROP_2: (4.605, 4.607, 4.610)}
"""Of training, validation and test; table 3."""
DROPOUT_VALIDATION = {DROP_5: 0.5, DROP_2: 0.6}
"""Validation accuracies in percent; table 3."""
TEST_BEFORE = 47.43
"""Section 5.1, with one digit more than table 1."""
SHALLOW_TEST = 49.95
"""Of VGG_08, in percent: the hand-out's log. The report shows its curve and prints no number."""
COMPARED = (
    ("table 1", AFTER, BEFORE),
    ("table 2", DECAY, AFTER),
    ("table 2", AFTER, DECAY_5),
    ("table 3", AFTER, DROP_5),
    ("table 3", AFTER, DROP_2),
    ("table 3", DROP_5, DROP_2),
    ("table 4", AFTER, BATCH_80),
    ("table 4", BATCH_50, AFTER),
    ("table 4", BATCH_50, BATCH_80),
    ("table 5", AFTER, BOTH_50),
    ("table 5", AFTER, BOTH_80),
    ("table 5", DECAY, BOTH_50),
    ("table 5", DECAY, BOTH_80),
    ("table 5", BATCH_50, BOTH_50),
)
"""Pairs that the tables invite to compare, the higher test accuracy first."""
