"""The homotopy paper's ways to train as plain loops: MXNet for the gradients of f, NumPy in float64 for all else."""

from __future__ import annotations

import numpy as np

from claimbook.compat import mxnet
from claimbook.data.cifar import load_cifar
from claimbook.models.cifar_vgg import CifarVGG, start
from claimbook.seeds import stream
from claimbook.train.weights import set_values, weights_of

mx = mxnet()
LEVELS = [0.02, 0.01, 0.005, 0.005, 0.005, 0.005]  # two stages of a step, one of two epochs of two steps
RATES = {  # halved every epoch; with the homotopy in the last stage, from its first epoch on
    "sgd": [0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125],
    "released": [0.05, 0.05, 0.025, 0.025, 0.0125, 0.0125],
}
SMALL = {
    "train_images": 20,
    "batch": 10,
    "schedule": "0.02..0.01 by 0.01, 1it each; 0.005, 2ep",
    "halving": 1,
    "width": 2,
    "units": 16,
    "dropout": 0.0,
}


def crops(images, draw):
    """Half of them mirrored, then a window of their size out of the image with 4 zeros around it."""
    mirrored = draw.random(len(images)) < 0.5
    down, right = draw.integers(0, 8, (2, len(images)), endpoint=True)
    made = np.zeros_like(images)
    for i, image in enumerate(images):
        wide = np.zeros((3, 40, 40), np.uint8)
        wide[:, 4:36, 4:36] = image[:, :, ::-1] if mirrored[i] else image
        made[i] = wide[:, down[i] : down[i] + 32, right[i] : right[i] + 32]
    return made


def norms(theta, eta, level, factor=0.1):
    """The released code's terms: a sum of norms, and its gradients by name, "theta.…" and "eta.…"."""
    total, gradients = 0.0, {}

    def norm(name, entries, direction, weight, sign=1.0):
        length = np.sqrt((direction**2).sum())
        own = gradients.setdefault(name, np.zeros_like(theta[name[6:]] if name[:5] == "theta" else eta[name[4:]]))
        own[entries] += sign * weight * (direction / length if length else 0.0)
        return weight * length

    for name, array in theta.items():
        if ".conv" in name:
            half = len(array) // 2
            for entries in (slice(0, half), slice(half, None)):
                total += norm(f"theta.{name}", entries, array[entries], factor * level)
    for name, array in eta.items():
        apart = theta[name] - array
        total += norm(f"theta.{name}", slice(None), apart, 1 / level)
        norm(f"eta.{name}", slice(None), apart, 1 / level, -1.0)
    return total, gradients


def proximal(theta, eta, first, pin, level, rate):
    """Where (θ − θ')²/2r + (η − η')²/2r + L (θ₁ − t)² + L (η₂ − t)² + (θ − η)²/L is least: two equations an entry."""
    p, c = 2 * rate * level, 2 * rate / level
    pinned = np.stack([p * first, p * (1 - first)], axis=-1)
    both = np.stack([theta, eta], axis=-1) + pinned * pin[..., None]
    matrices = np.array([[1 + c, -c], [-c, 1 + c]]) + pinned[..., None] * np.eye(2)
    return np.moveaxis(np.linalg.solve(matrices, both[..., None])[..., 0], -1, 0)


class PlainLoop:
    """Two nets, whole passes through both, weights in float64. way: "sgd", "released", or "paper" with split and pins.

    Attributes: losses: mean cross-entropies of the copies. terms: of the released code, at each step.
    """

    def __init__(self, way, batch_norm=False, seed=3, first=None, pins=None):
        self.way, self.seed, self.first, self.pins = way, seed, first, pins
        data = load_cifar("cifar-10", subset=20, stand_in=True)
        self.x, self.y = data.train_x, data.train_y
        given = {"depth": 11, "batch_norm": batch_norm, "width": 2, "dropout": 0.0}
        self.theta = CifarVGG(**given)
        self.theta.initialize()
        begun = start(self.theta, seed)
        set_values(weights_of(self.theta), begun)
        self.nets = {"theta": self.theta}
        if way != "sgd":
            shared = self.theta.trunk if way == "released" else None
            eta = self.nets["eta"] = CifarVGG(**given, trunk=shared)
            (eta if shared is None else eta.head).initialize()
            begun = start(eta, seed, "-eta" if way == "released" else "")
            own = {n: p for n, p in weights_of(eta).items() if shared is None or n.startswith("head.")}
            set_values(own, {name: begun[name] for name in own})
        self.weights, self.at, self.moved = {}, {}, {}
        for copy, net in self.nets.items():
            for name, parameter in weights_of(net).items():
                if parameter.grad_req != "null" and not (copy == "eta" and way == "released" and name[:5] == "trunk"):
                    self.weights[f"{copy}.{name}"] = parameter
        for name, parameter in self.weights.items():
            self.at[name], self.moved[name] = parameter.data().asnumpy().astype(np.float64), 0.0
        self.losses, self.terms = [], []

    def step(self, number):
        """One step, from 0 on: 10 images."""
        order = stream(self.seed, f"order/{number // 2}").permutation(20)
        rows = order[number % 2 * 10 :][:10]
        x = mx.nd.array(crops(self.x[rows], stream(self.seed, f"augment/{number}")), dtype="float32")
        with mx.autograd.record():
            entropy = mx.gluon.loss.SoftmaxCrossEntropyLoss()
            losses = [entropy(net(x), mx.nd.array(self.y[rows])).mean() for net in self.nets.values()]
            total = sum(losses[1:], losses[0])
        total.backward()
        self.losses.append(float(np.mean([loss.asscalar() for loss in losses])))
        self.move(LEVELS[number], RATES["sgd" if self.way == "sgd" else "released"][number])

    def move(self, level, rate):
        extra = {}
        if self.way == "released":
            total, extra = norms(*self.copies(), level)
            self.terms.append(total)
        for name, weight in self.at.items():
            gradient = self.weights[name].grad().asnumpy() + 5e-4 * weight + extra.get(name, 0.0)
            self.moved[name] = 0.9 * self.moved[name] + gradient
            self.at[name] = weight - rate * self.moved[name]
        if self.way == "paper":
            theta, eta = self.copies()
            for name in theta:
                both = proximal(theta[name], eta[name], self.first[name], self.pins[name], level, rate / (1 - 0.9))
                self.at[f"theta.{name}"], self.at[f"eta.{name}"] = both
        for name, array in self.at.items():
            self.weights[name].set_data(mx.nd.array(array))

    def copies(self):
        """θ and η as they are, name → array."""
        own = [{n.partition(".")[2]: a for n, a in self.at.items() if n.startswith(c)} for c in ("theta.", "eta.")]
        return own
