"""The convolutional net of TensorFlow's MNIST tutorial (tensorflow/models, tutorials/image/mnist/convolutional.py).

And its factored twin, in which each dense matrix is a product of two with no activation in between. The tutorial
flattens rows × columns × channels and MXNet channels × rows × columns: this permutes the rows of the first dense
matrix, whose entries are independent and of one distribution, so the nets are the same.
"""

from __future__ import annotations

import math

import numpy as np

from claimbook import seeds
from claimbook.compat import mxnet

mx = mxnet()
nn = mx.gluon.nn

SD = 0.1  # tutorial: tf.truncated_normal(…, stddev=0.1)
CUT = 2.0  # tf.truncated_normal draws again what is further than two standard deviations from the mean
BIASES = {"conv1": 0.0, "conv2": 0.1, "dense1": 0.1, "dense2": 0.1}  # tutorial: conv1_biases … fc2_biases


class MnistTutorial(mx.gluon.HybridBlock):
    """Conv 5×5×32, ReLU, pool, conv 5×5×64, ReLU, pool, dense 512, ReLU, dropout, dense 10: 1,663,370 parameters.

    Args:
        factored: each dense matrix is a product of two: (3136×512)(512×512) and (512×10)(10×10), 1,925,614 parameters.
            The bias comes after the product. The product itself is never formed: x·A·B is cheaper.
        side: height and width of an image, a multiple of 4. channels: of the two convolutions. hidden: units.
        classes: number of outputs.

    Shapes: in (batch, 1, side, side), pixel values 0 … 255 of any type, and for training a dropout mask (batch,
    hidden) that multiplies the hidden layer; out (batch, classes), the logits.
    """

    def __init__(
        self,
        factored: bool = False,
        side: int = 28,
        channels: tuple[int, int] = (32, 64),
        hidden: int = 512,
        classes: int = 10,
        **kwargs,
    ):
        super().__init__(**kwargs)
        flat = channels[1] * (side // 4) ** 2
        with self.name_scope():
            self.conv1 = nn.Conv2D(channels[0], 5, padding=2, in_channels=1)
            self.conv2 = nn.Conv2D(channels[1], 5, padding=2, in_channels=channels[0])
            self.relu1, self.relu2, self.relu3 = (nn.Activation("relu") for _ in range(3))
            self.pool1, self.pool2 = nn.MaxPool2D(2), nn.MaxPool2D(2)
            self.dense1 = nn.Dense(hidden, in_units=flat, use_bias=not factored)
            self.added1 = nn.Dense(hidden, in_units=hidden) if factored else None
            self.dense2 = nn.Dense(classes, in_units=hidden, use_bias=not factored)
            self.added2 = nn.Dense(classes, in_units=classes) if factored else None

    def hybrid_forward(self, F, x, mask=None):
        """The logits; without a mask nothing is dropped, as in evaluation."""
        x = (F.cast(x, "float32") - 127.5) / 255  # tutorial: (data - PIXEL_DEPTH / 2) / PIXEL_DEPTH
        x = self.pool1(self.relu1(self.conv1(x)))
        x = self.dense1(self.pool2(self.relu2(self.conv2(x))))
        x = self.relu3(x if self.added1 is None else self.added1(x))
        x = self.dense2(x if mask is None else x * mask)
        return x if self.added2 is None else self.added2(x)

    def weights(self) -> dict[str, mx.gluon.Parameter]:
        """The parameters by name: "conv1" … "dense2" and, where factored, "added1", "added2"; with "-bias" the biases.

        A dense layer's bias has the layer's name, also where it comes after the added factor.
        """
        found = {name: getattr(self, name).weight for name in ("conv1", "conv2", "dense1", "dense2")}
        found |= {f"conv{i}-bias": getattr(self, f"conv{i}").bias for i in (1, 2)}
        for i, dense, added in ((1, self.dense1, self.added1), (2, self.dense2, self.added2)):
            if added is not None:
                found[f"added{i}"] = added.weight
            found[f"dense{i}-bias"] = (added or dense).bias
        return dict(sorted(found.items()))

    def start_from(self, start: dict[str, np.ndarray]) -> None:
        """Set every parameter, in MXNet's layout (a dense matrix is (out, in)).

        Raises:
            ValueError: a name is missing or too many, or a shape does not fit.
        """
        weights = self.weights()
        if set(start) != set(weights):
            raise ValueError(f"weights {sorted(start)} for a network of {sorted(weights)}")
        self.initialize(mx.init.Zero(), force_reinit=True)
        for name, parameter in weights.items():
            if parameter.shape != start[name].shape:
                raise ValueError(f"{name} is {start[name].shape} and should be {parameter.shape}")
            parameter.set_data(mx.nd.array(start[name], dtype="float32"))


class CrossEntropy(mx.gluon.HybridBlock):
    """The mean cross-entropy of a minibatch, with the net inside its graph.

    Shapes: x as the net's, y (batch,) class numbers, mask as the net's; out (1,).
    """

    def __init__(self, net: mx.gluon.HybridBlock, **kwargs):
        super().__init__(**kwargs)
        self.net = net

    def hybrid_forward(self, F, x, y, mask):
        """Mean over the batch of −log softmax(logits)[y]."""
        return -F.mean(F.pick(F.log_softmax(self.net(x, mask)), y))


def start(net: MnistTutorial, seed: int, equal_variance: bool = False) -> dict[str, np.ndarray]:
    """Where `net` starts from with this seed, in MXNet's layout, float64; nets of one seed share what both have.

    Matrices and kernels are truncated normal with nominal standard deviation 0.1, cut at two of them, which leaves
    0.088. The plain and the factored net draw a matrix of one name from one stream.

    Args:
        equal_variance: rescale each added factor so that the entries of the product have exactly the standard deviation
            of the plain layer's matrix, its first factor.
    """
    made = {}
    for name, parameter in net.weights().items():
        if name.endswith("-bias"):
            made[name] = np.full(parameter.shape, BIASES[name.removesuffix("-bias")])
        else:
            made[name] = truncated_normal(seeds.stream(seed, f"start/{name}"), parameter.shape)
    for i in (1, 2) if equal_variance and "added1" in made else ():
        made[f"added{i}"] *= made[f"dense{i}"].std() / product(made, i).std()
    return made


def product(weights: dict[str, np.ndarray], i: int) -> np.ndarray:
    """The matrix of dense layer i (1 or 2), (out, in): its own, or the product of its two factors."""
    added = weights.get(f"added{i}")
    return weights[f"dense{i}"] if added is None else added @ weights[f"dense{i}"]


def truncated_normal(random: np.random.Generator, shape: tuple[int, ...]) -> np.ndarray:
    """Normal numbers of standard deviation SD; what is further than CUT · SD from 0 is drawn again."""
    values = random.standard_normal(math.prod(shape))
    while (outside := np.abs(values) > CUT).any():
        values[outside] = random.standard_normal(int(outside.sum()))
    return SD * values.reshape(shape)
