"""What is looked at of a stacked student and its teacher: outputs, and how far apart they are in three ways.

All in NumPy float64, one student at a time, and without a part in the training. A net is its layers' matrices
V_k = W_k + I, (N, d, d), of y(x) = Σ_i [σ(V_N … σ(V_1 x))]_i, or linear, with the last σ only.

With more than one layer the outputs do not decide the weights, identity or not:

* PReLU commutes with positive factors, so a hidden neuron's vector times c, and its column of the next layer over c,
  give the same net. `of_length_one` takes that freedom away.
* In a linear net any invertible matrix can stand between two layers, with its inverse; only the product is decided.
"""

from __future__ import annotations

import numpy as np


def outputs(layers: np.ndarray, x: np.ndarray, slope: float, linear: bool) -> np.ndarray:
    """y(x), (n,). layers: (N, d, d), V_1 … V_N. x: (n, d). slope: of PReLU's negative side, in 0 … 1."""
    hidden = x
    with np.errstate(all="ignore"):  # a student that blew up gives what is not finite
        for number, layer in enumerate(np.asarray(layers, np.float64), start=1):
            z = hidden @ layer.T
            hidden = z if linear and number < len(layers) else np.maximum(z, slope * z)
        return hidden.sum(axis=1)


def loss(layers: np.ndarray, x: np.ndarray, targets: np.ndarray, slope: float, linear: bool) -> float:
    """The mean of (y − y*)²; not finite where the student blew up."""
    with np.errstate(all="ignore"):
        return float(np.mean((outputs(layers, x, slope, linear) - targets) ** 2))


def product(layers: np.ndarray) -> np.ndarray:
    """V_N … V_1, (d, d)."""
    found = np.eye(layers.shape[-1])
    for layer in np.asarray(layers, np.float64):
        found = layer @ found
    return found


def of_length_one(layers: np.ndarray) -> np.ndarray:
    """The same PReLU net with every hidden neuron's vector of length 1, its length moved on to the next layer.

    The last layer keeps its lengths: nothing comes after it but the sum. A vector of zeros stays one.
    """
    scaled = np.array(layers, np.float64)
    for layer, following in zip(scaled, scaled[1:], strict=False):
        lengths = np.linalg.norm(layer, axis=1)
        layer /= np.where(lengths > 0, lengths, 1)[:, None]
        following *= lengths
    return scaled


def distance(layers: np.ndarray, teacher: np.ndarray) -> float:
    """√(Σ_k ‖W_k − W*_k‖_F²)."""
    return float(np.linalg.norm(np.asarray(layers, np.float64) - teacher))


def product_distance(layers: np.ndarray, teacher: np.ndarray) -> float:
    """‖V_N … V_1 − V*_N … V*_1‖_F."""
    return float(np.linalg.norm(product(layers) - product(teacher)))


def matched_distance(layers: np.ndarray, teacher: np.ndarray, linear: bool) -> float:
    """How far apart the nets are in what their outputs can decide: `product_distance` of linear ones, else `distance`
    of both `of_length_one`. With one layer all three are the same."""
    if linear:
        return product_distance(layers, teacher)
    return distance(of_length_one(layers), of_length_one(teacher))
