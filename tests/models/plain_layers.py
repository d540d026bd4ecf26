"""Layers of convolutional nets in NumPy, float64 and plain, and what tests of such nets share."""

from __future__ import annotations

import numpy as np

from claimbook.models.losses import CrossEntropy
from claimbook.models.pixels import CIFAR_MEAN, CIFAR_SD
from claimbook.models.vgg import mx, start
from claimbook.seeds import stream
from claimbook.train.weights import set_values, weights_of


def pixels(x):
    column = (1, 3, 1, 1)
    return (x / 255 - np.reshape(CIFAR_MEAN, column)) / np.reshape(CIFAR_SD, column)


def conv(x, weight, stride=1):
    """Padded so that the image stays as large, but for the stride."""
    size = weight.shape[2]
    wide = np.pad(x, ((0, 0), (0, 0), (size // 2,) * 2, (size // 2,) * 2))
    high, broad = x.shape[2:]
    out = sum(
        np.einsum("nchw,oc->nohw", wide[:, :, i : i + high, j : j + broad], weight[:, :, i, j])
        for i in range(size)
        for j in range(size)
    )
    return out[:, :, ::stride, ::stride]


def norm(x, w, name):
    """By the minibatch's own statistics, as in training."""
    gamma, beta = (w[f"{name}.{kind}"][:, None, None] for kind in ("gamma", "beta"))
    mean, variance = x.mean(axis=(0, 2, 3), keepdims=True), x.var(axis=(0, 2, 3), keepdims=True)
    return gamma * (x - mean) / np.sqrt(variance + 1e-5) + beta


def relu(x):
    return np.maximum(x, 0)


def halved(x):
    """Means of 2×2 pixels."""
    return (x[:, :, ::2, ::2] + x[:, :, 1::2, ::2] + x[:, :, ::2, 1::2] + x[:, :, 1::2, 1::2]) / 4


def linear(x, w, name):
    """Of the mean over the image."""
    return x.mean(axis=(2, 3)) @ w[f"{name}.weight"].T + w[f"{name}.bias"]


def cross_entropy(logits, y):
    return np.mean(np.log(np.exp(logits).sum(axis=1)) - logits[np.arange(len(y)), y])


def batch(n=6, classes=3, side=8):
    draw = stream(1, "test")
    return draw.integers(0, 256, (n, 3, side, side)), draw.integers(0, classes, n)


def weights(net, seed=0):
    """A start whose γ and β are not all alike, so that it shows where each stands; `net` gets it."""
    net.initialize()
    made, draw = start(net, seed), stream(seed, "test/norms")
    for name, array in made.items():
        if name.endswith((".gamma", ".beta")):
            made[name] = draw.uniform(0.5, 1.5, array.shape) - name.endswith(".beta")
    set_values(weights_of(net), made)
    return made


def agrees(net, forward, looked_at):
    """Logits and loss of `net` in training, and its gradients at some places, are those of the NumPy net `forward`.

    forward: (pixels, weights) → logits. looked_at: names of weights; of each, two numbers are moved.
    """
    w, (x, y) = weights(net), batch()
    net.hybridize()
    with mx.autograd.record():
        logits = net(mx.nd.array(x, dtype="uint8"))
        loss = CrossEntropy(net)(mx.nd.array(x, dtype="uint8"), mx.nd.array(y))
    loss.backward()
    np.testing.assert_allclose(logits.asnumpy(), forward(x, w), rtol=1e-4, atol=1e-5)
    assert abs(loss.asscalar() - cross_entropy(forward(x, w), y)) < 1e-5
    for name in looked_at:
        found = weights_of(net)[name].grad().asnumpy().ravel()
        for at in stream(2, name).integers(0, found.size, 2):
            moved = []
            for step in (-1e-6, 1e-6):
                array = w[name].copy()
                array.flat[at] += step
                moved.append(cross_entropy(forward(x, w | {name: array}), y))
            exact = (moved[1] - moved[0]) / 2e-6
            assert abs(found[at] - exact) < 1e-3 * abs(exact) + 2e-6, (name, at, found[at], exact)


def trained(net):
    """How many numbers are trained."""
    return sum(int(np.prod(p.shape)) for p in weights_of(net).values() if p.grad_req != "null")


def met(net):
    """The weights of layers in the order in which an image meets them."""
    seen = []

    def watch(block, path):
        for name, child in block._children.items():
            watch(child, f"{path}{name}.")
        if "weight" in block._reg_params:
            block.register_forward_hook(lambda *_: seen.append(f"{path}weight"))

    watch(net, "")
    net.initialize()
    net(mx.nd.zeros((1, 3, 32, 32)))
    return seen
