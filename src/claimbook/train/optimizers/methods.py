"""The methods by their names."""

from __future__ import annotations

import dataclasses
from typing import Any

from claimbook.errors import unknown
from claimbook.train.optimizers.adam import Adam, AdamW, AMSGrad
from claimbook.train.optimizers.adaptive import AdaDelta, AdaGrad, RMSProp
from claimbook.train.optimizers.base import Method
from claimbook.train.optimizers.descent import Momentum, Nesterov, Sgd

METHODS = {
    "sgd": Sgd,
    "momentum": Momentum,
    "nesterov": Nesterov,
    "adagrad": AdaGrad,
    "adadelta": AdaDelta,
    "rmsprop": RMSProp,
    "adam": Adam,
    "adamw": AdamW,
    "amsgrad": AMSGrad,
}


def method_named(name: str, **options: Any) -> Method:
    """The method with its options, checked; MXNet is not loaded.

    Raises:
        UsageError: no such method, an option that it does not have, or one that is out of range.
    """
    if name not in METHODS:
        raise unknown("optimizer", name, METHODS)
    known = [field.name for field in dataclasses.fields(METHODS[name]) if field.init]
    for given in options:
        if given not in known:
            raise unknown(f"option of {name}", given, known)
    return METHODS[name](**options)
