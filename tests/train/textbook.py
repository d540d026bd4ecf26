"""The optimizers in NumPy float64, written from the textbooks' formulas, each whole and apart from the package.

A method is a generator: it yields weights (a dictionary of arrays) and is sent the gradients at them. `narrow` is what
MXNet's fused operators do to the scalars they are given; it is needed only where float64 weights are compared.
"""

from __future__ import annotations

import numpy as np


def exact(number):
    """No rounding."""
    return number


def float32(number):
    """The nearest float32."""
    return float(np.float32(number))


def _coupled(w, g, l2):
    return {name: g[name] + l2.get(name, 0.0) * w[name] for name in w}


def _zeros(w):
    return {name: np.zeros_like(w[name]) for name in w}


def sgd(w, rate, l2, narrow):
    """w ← w − η g."""
    for step in range(10**6):
        g = _coupled(w, (yield w), l2)
        w = {n: w[n] - rate(step) * g[n] for n in w}


def momentum(w, rate, l2, narrow, momentum=0.9):
    """v ← μ v + g; w ← w − η v."""
    v = _zeros(w)
    for step in range(10**6):
        g = _coupled(w, (yield w), l2)
        v = {n: momentum * v[n] + g[n] for n in w}
        w = {n: w[n] - rate(step) * v[n] for n in w}


def nesterov(w, rate, l2, narrow, momentum=0.9):
    """v ← μ v + g; w ← w − η (g + μ v)."""
    v = _zeros(w)
    for step in range(10**6):
        g = _coupled(w, (yield w), l2)
        v = {n: momentum * v[n] + g[n] for n in w}
        w = {n: w[n] - rate(step) * (g[n] + momentum * v[n]) for n in w}


def adagrad(w, rate, l2, narrow, epsilon=1e-10):
    """s ← s + g²; w ← w − η g / (√s + ε)."""
    s = _zeros(w)
    for step in range(10**6):
        g = _coupled(w, (yield w), l2)
        s = {n: s[n] + g[n] ** 2 for n in w}
        w = {n: w[n] - rate(step) * g[n] / (np.sqrt(s[n]) + epsilon) for n in w}


def rmsprop(w, rate, l2, narrow, rho=0.99, epsilon=1e-8):
    """s ← ρ s + (1 − ρ) g²; w ← w − η g / (√s + ε)."""
    s = _zeros(w)
    for step in range(10**6):
        g = _coupled(w, (yield w), l2)
        s = {n: rho * s[n] + (1 - rho) * g[n] ** 2 for n in w}
        w = {n: w[n] - rate(step) * g[n] / (np.sqrt(s[n]) + epsilon) for n in w}


def adadelta(w, rate, l2, narrow, rho=0.9, epsilon=1e-6):
    """u = √(d + ε) / √(s + ε) · g, with moving means s of g² and d of u²; w ← w − η u."""
    s, d = _zeros(w), _zeros(w)
    for step in range(10**6):
        g = _coupled(w, (yield w), l2)
        s = {n: rho * s[n] + (1 - rho) * g[n] ** 2 for n in w}
        u = {n: np.sqrt(d[n] + epsilon) / np.sqrt(s[n] + epsilon) * g[n] for n in w}
        d = {n: rho * d[n] + (1 - rho) * u[n] ** 2 for n in w}
        w = {n: w[n] - rate(step) * u[n] for n in w}


def adam(w, rate, l2, narrow, beta1=0.9, beta2=0.999, epsilon=1e-8, form="pytorch", decay=None, amsgrad=False):
    """Kingma and Ba's algorithm 1; "keras" is the end of their section 2. decay: AdamW's. amsgrad: Reddi's maximum."""
    m, v, most = _zeros(w), _zeros(w), _zeros(w)
    for step in range(10**6):
        g = _coupled(w, (yield w), l2)
        t, rate_t = step + 1, rate(step)
        root = np.sqrt(1 - beta2**t)
        size = rate_t * root / (1 - beta1**t)  # of m / (√v + ε̂), the same as of m̂ / (√v̂ + ε) with ε̂ = ε √(1 − β₂ᵗ)
        hat = epsilon if form == "keras" else epsilon * root
        if not amsgrad:
            size, hat = narrow(size), narrow(hat)
        for n in w:
            m[n] = beta1 * m[n] + (1 - beta1) * g[n]
            v[n] = beta2 * v[n] + (1 - beta2) * g[n] ** 2
            most[n] = np.maximum(most[n], v[n]) if amsgrad else v[n]
        kept = {n: 1 - rate_t * (decay or {}).get(n, 0.0) for n in w}
        w = {n: kept[n] * w[n] - size * m[n] / (np.sqrt(most[n]) + hat) for n in w}


def adamw(w, rate, l2, narrow, **options):
    """Adam, where l2 is the decoupled decay."""
    return adam(w, rate, {}, narrow, decay=l2, **options)


def amsgrad(w, rate, l2, narrow, **options):
    """Adam with the maximum."""
    return adam(w, rate, l2, narrow, amsgrad=True, **options)


METHODS = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adadelta": adadelta,
    "adam": adam,
    "adamw": adamw,
    "amsgrad": amsgrad,
}
