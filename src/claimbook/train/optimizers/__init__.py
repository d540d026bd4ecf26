"""Optimizers by their field's names, in PyTorch's forms and with PyTorch's defaults.

    Optimizer(weights_of(net), "adam", rate=1e-3, l2=5e-4)

MXNet's fused update operators serve where they compute the textbook's update; each method's docstring says where they
do not. Of MXNet's own classes for dense weights, `AdaGrad` adds ε under the root and decays apart from the gradient,
`AdaDelta` ignores the learning rate, `RMSProp` adds ε under the root, `NAG` (through `nag_mom_update`) takes the
decay of the momentum from the weights that it has just changed, and there is no AMSGrad.

Nothing here loads MXNet before an `Optimizer` is made: experiments may ask for the names and check options.
"""

from claimbook.train.optimizers.methods import METHODS, method_named
from claimbook.train.optimizers.optimizer import Optimizer

__all__ = ["METHODS", "Optimizer", "method_named"]
