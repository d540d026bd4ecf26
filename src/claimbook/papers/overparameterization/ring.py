"""A closed curve for line integrals: the edge of a segment of a ring in a plane through the origin."""

from __future__ import annotations

import dataclasses
import math

import numpy as np


@dataclasses.dataclass(frozen=True)
class Ring:
    """The segment inner ≤ |W| ≤ outer over an angle, in a plane of a space of d dimensions.

    Its edge goes out along the first direction of the plane, on along the outer arc, in, and back along the inner arc.

    plane: (2, d), two orthonormal directions. angle: in radians, from the first direction towards the second.
    """

    plane: np.ndarray
    inner: float = 1.0
    outer: float = 2.0
    angle: float = math.pi / 2

    def directions(self, angles: np.ndarray) -> np.ndarray:
        """Unit vectors (…, d) at angles (…,)."""
        return np.stack([np.cos(angles), np.sin(angles)], -1) @ self.plane

    def walk(self, nodes: int, pieces: int = 1) -> tuple[np.ndarray, np.ndarray]:
        """Nodes of the Gauss–Legendre rule once around the edge, in order.

        Args:
            nodes: of each piece. pieces: equal parts of each of the four legs.

        Returns:
            points and steps, both (4 · pieces, nodes, d): Σ field(points) · steps is the field's line integral.
        """
        node, weight = np.polynomial.legendre.leggauss(nodes)
        share = (np.arange(pieces)[:, None] + (node + 1) / 2) / pieces
        weight = np.broadcast_to(weight / (2 * pieces), share.shape)[..., None]
        points, steps = [], []
        for at, length, back in ((0.0, self.outer, False), (self.angle, self.inner, True)):
            along = 1 - share if back else share
            sign = -1 if back else 1
            ray = self.directions(np.full_like(share, at))
            points.append((self.inner + (self.outer - self.inner) * along)[..., None] * ray)
            steps.append(sign * weight * (self.outer - self.inner) * ray)
            angles = self.angle * along
            points.append(length * self.directions(angles))
            steps.append(sign * weight * self.angle * length * self.directions(angles + math.pi / 2))
        return np.concatenate(points), np.concatenate(steps)
