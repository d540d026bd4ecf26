"""A net and its copy: which weights exist twice, where both start from, and the cross-entropies as one graph."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from claimbook.compat import mxnet
from claimbook.models.cifar_vgg import CifarVGG, start
from claimbook.papers.homotopy.nets import ALL, HEAD, RELEASED, TRUNK
from claimbook.train.weights import set_values, weights_of

mx = mxnet()
ARGUMENTS = ("depth", "batch_norm", "width", "units", "dropout")
PARTS = {ALL: ("trunk.", "head."), TRUNK: ("trunk.",), HEAD: ("head.",)}


@dataclasses.dataclass(frozen=True)
class Copies:
    """θ and η as nets with weights.

    theta, eta: the nets; eta is None where nothing exists twice, and shares with theta what exists once.
    weights: all that a run has, "theta.head.linear1.weight" …, each once, running statistics among them.
    pairs: name → (parameter of θ, parameter of η), of what is trained and exists twice, in the order of the layers.
    """

    theta: Any
    eta: Any
    weights: Mapping[str, Any]
    pairs: Mapping[str, tuple[Any, Any]]


def copies_of(settings: Mapping[str, Any], classes: int, seed: int) -> Copies:
    """The nets of these settings, at their start.

    Two passes through one trunk, as the released code takes them, give the same outputs and the same gradients; they
    differ from one pass in the running statistics alone, which they move twice by 1 − m: one pass with momentum m² does
    the same. So a shared trunk is passed once.

    η starts where θ does, but for the released code's heads, each of which PyTorch starts by itself.
    """
    copied = settings.get("copied")
    given = {name: settings[name] for name in ARGUMENTS} | {"classes": classes}
    theta = CifarVGG(**given, running=0.81 if copied == HEAD else 0.9)
    theta.initialize(mx.init.Zero())
    set_values(weights_of(theta), start(theta, seed))
    if copied is None:
        return Copies(theta, None, _named("theta", weights_of(theta)), {})
    eta = CifarVGG(**given, trunk=theta.trunk if copied == HEAD else None)
    if copied == TRUNK:
        eta.head = theta.head
    for part in PARTS[copied]:
        getattr(eta, part[:-1]).initialize(mx.init.Zero())
    own = {name: each for name, each in _in_order(eta).items() if name.startswith(PARTS[copied])}
    begun = start(eta, seed, copy="-eta" if settings["way"] == RELEASED else "")
    set_values(own, {name: begun[name] for name in own})
    first = _in_order(theta)
    pairs = {name: (first[name], each) for name, each in own.items() if each.grad_req != "null"}
    return Copies(theta, eta, _named("theta", first) | _named("eta", own), pairs)


class CrossEntropies(mx.gluon.HybridBlock):
    """f(θ), or f(θ) + f(η), of a minibatch, and the share of it that θ gets right, as it trains.

    Each copy has dropout masks of its own. What both share is passed once.

    Shapes: x (batch, 3, 32, 32), y (batch,) class numbers; out (1,) and (1,).
    """

    def __init__(self, copies: Copies, **kwargs):
        super().__init__(**kwargs)
        self.theta, self.eta = copies.theta, copies.eta

    def hybrid_forward(self, F, x, y):
        """Mean over the batch of −log softmax(θ(x))[y], with that of η(x) added; and of [argmax θ(x) = y]."""
        inside = self.theta.trunk(x)
        logs = F.log_softmax(self.theta.head(inside))
        loss, right = -F.mean(F.pick(logs, y)), F.mean(F.broadcast_equal(F.argmax(F.BlockGrad(logs), axis=1), y))
        if self.eta is None:
            return loss, right
        inside = inside if self.eta.trunk is self.theta.trunk else self.eta.trunk(x)
        return loss - F.mean(F.pick(F.log_softmax(self.eta.head(inside)), y)), right


class Objective:
    """What `train.loop.train` takes the gradients of: f(θ), or f(θ) + f(η). The homotopy's terms are `nets_terms`'.

    Attributes:
        accuracy: of θ, of the last step. cross_entropy: of the last step, the mean of the copies'; (1,), on the device.
    """

    def __init__(self, copies: Copies):
        self._graph, self._alone = CrossEntropies(copies), copies.eta is None
        self._graph.hybridize(static_alloc=True, static_shape=True)
        self.accuracy: Any = None
        self.cross_entropy: Any = None

    def __call__(self, *inputs: Any) -> Any:
        """The loss of a minibatch, (1,)."""
        loss, self.accuracy = self._graph(*inputs)
        self.cross_entropy = loss if self._alone else 0.5 * loss
        return loss


def _in_order(net: Any) -> dict[str, Any]:
    """The weights by name, in the order of the layers."""
    return dict(net._collect_params_with_prefix())


def _named(prefix: str, weights: Mapping[str, Any]) -> dict[str, Any]:
    return {f"{prefix}.{name}": each for name, each in sorted(weights.items())}
