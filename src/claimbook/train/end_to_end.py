"""The end-to-end rule as an MXNet optimizer: one matrix that moves as the product of a deep linear network would.

Source: overparameterization slides, "Proposed Solution" (general matrices) and "Single-output Case"; Arora, Cohen and
Hazan, "On the Optimization of Deep Networks" (ICML 2018), Theorem 1 and Claim 2.
"""

from __future__ import annotations

import numpy as np

from claimbook.compat import mxnet
from claimbook.errors import UsageError
from claimbook.models.deep_linear import DeepLinear, LpLoss
from claimbook.train.lp_blocks import TINY

mx = mxnet()


@mx.optimizer.register
class EndToEnd(mx.optimizer.Optimizer):
    """W ← (1 − η λ N) W − η Σ_{j=1..N} [W Wᵀ]^((j−1)/N) g [Wᵀ W]^((N−j)/N), g = dL/dW at W.

    How the end-to-end matrix of a linear network of depth N moves under gradient descent on its N factors, in the limit
    of small η, where the factors start balanced: W_{j+1}ᵀ W_{j+1} = W_j W_jᵀ. Unlike SGD, the step depends on where W
    stands: directions that W has already taken get larger steps. N = 1 is SGD. Known to `mx.optimizer.create` and to
    `gluon.Trainer` as "endtoend".

    Args:
        depth: N ≥ 1. learning_rate: η. wd: λ, the weight decay of each factor.
        general: compute a single row in the general form too, not in the closed one.

    Raises:
        UsageError: depth is no whole number ≥ 1; at the first update, for a weight that is no matrix (a bias).
    """

    def __init__(self, depth: int, general: bool = False, **kwargs):
        if isinstance(depth, bool) or int(depth) != depth or depth < 1:
            raise UsageError(
                f"depth = {depth!r} is out of range.", "It is the number of matrices in the product.", "Give 1, 2, 3 …"
            )
        super().__init__(**kwargs)
        self.depth, self.general = int(depth), general

    def create_state(self, index, weight):
        """None: the rule remembers nothing but W."""

    def update(self, index, weight, grad, state):
        """One step of one matrix (k, d), in place."""
        if weight.ndim != 2:
            raise UsageError(
                f"EndToEnd cannot update a weight of shape {weight.shape}.",
                "The rule is that of a product of matrices; a bias or a convolution has none.",
                "Use it for dense layers without bias.",
            )
        self._update_count(index)
        rate, decay = self._get_lr(index), self._get_wd(index)
        gradient = grad * self.rescale_grad
        if self.clip_gradient is not None:
            gradient = mx.nd.clip(gradient, -self.clip_gradient, self.clip_gradient)
        form = general_form if self.general or weight.shape[0] > 1 else single_output_form
        weight[:] = (1 - rate * decay * self.depth) * weight - rate * form(weight, gradient, self.depth)


def general_form(weight, gradient, depth: int):
    """Σ_{j=1..N} [W Wᵀ]^((j−1)/N) g [Wᵀ W]^((N−j)/N), with 0⁰ = 1.

    With W = U S Vᵀ the terms 1 < j < N are U (K ∘ Uᵀ g V) Vᵀ, K_rs = Σ_j σ_r^(2(j−1)/N) σ_s^(2(N−j)/N). The first and
    the last are taken apart, because their zeroth power is the whole identity and not only the part that W spans.

    Args:
        weight, gradient: NDArrays (k, d). depth: N ≥ 1.

    Returns:
        An NDArray (k, d). Singular values below the rounding of the largest count as 0: a small power of them would not
        be small.
    """
    if depth == 1:
        return gradient.copy()
    if weight.shape[0] > weight.shape[1]:  # MXNet's svd asks for k ≤ d; the sum is the same from the other side
        return general_form(weight.T, gradient.T, depth).T
    left, singular, right = (part.as_nd_ndarray() for part in mx.np.linalg.svd(weight.as_np_ndarray()))
    rounding = float(np.finfo(weight.dtype).eps) * max(weight.shape)
    singular = mx.nd.broadcast_greater(singular, rounding * singular.max()) * singular
    powers = [(singular ** (2 * j / depth)).expand_dims(1) for j in range(depth)]
    spanned = mx.nd.dot(mx.nd.dot(left.T, gradient), right.T)
    eigenvalues = sum((mx.nd.dot(powers[j], powers[depth - 1 - j].T) for j in range(1, depth - 1)), spanned * 0)
    first = mx.nd.dot(mx.nd.dot(gradient, right.T), powers[-1] * right)
    last = mx.nd.dot(left, powers[-1] * mx.nd.dot(left.T, gradient))
    return first + last + mx.nd.dot(mx.nd.dot(left, eigenvalues * spanned), right)


def single_output_form(weight, gradient, depth: int):
    """‖W‖^(2−2/N) (g + (N − 1) Proj_W g) for one row: NDArrays (1, d) to (1, d). At W = 0 it is 0, or g for N = 1."""
    square = mx.nd.dot(weight, weight.T)
    size = square ** (1 - 1 / depth)
    along = (depth - 1) * size / mx.nd.maximum(square, TINY) * mx.nd.dot(weight, gradient.T)
    return mx.nd.broadcast_mul(size, gradient) + mx.nd.broadcast_mul(along, weight)


def emulate(
    x: np.ndarray,
    y: np.ndarray,
    start: np.ndarray,
    depth: int,
    p: int,
    rate: float,
    iterations: int,
    weight_decay: float = 0.0,
    dtype: str = "float32",
    general: bool = False,
) -> tuple[list[float], np.ndarray]:
    """The slides' `emulate` (Experiment 1 code), the readable way: one dense layer, a Trainer, this optimizer.

    Args:
        x: (n, d) features. y: (n,) targets. start: W (1, d).
        depth: N of the network that is emulated. p: even, the loss Σ (prediction − y)^p / (p n).

    Returns:
        The loss before each step (`iterations` numbers), and the final W (1, d).
    """
    net = DeepLinear(1, x.shape[1])
    net.start_from([start], dtype)
    rule = EndToEnd(depth, general, learning_rate=rate, wd=weight_decay)
    trainer = mx.gluon.Trainer(net.collect_params(), rule, kvstore=None)
    features, target = mx.nd.array(x, dtype=dtype), mx.nd.array(y.reshape(-1, 1), dtype=dtype)
    loss_of, losses = LpLoss(p), []
    for _ in range(iterations):
        with mx.autograd.record():
            loss = loss_of(net(features), target)
        loss.backward()
        trainer.step(1)
        losses.append(float(loss.asscalar()))
    return losses, net[0].weight.data().asnumpy()
