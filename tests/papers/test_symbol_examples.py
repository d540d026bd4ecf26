"""The pictures of what the augmentation does: the same everywhere, and what their headings say."""

from __future__ import annotations

import numpy as np

from claimbook.papers.math_symbols.examples import SIGNS, examples


def test_rows_show_what_their_headings_say():
    rows = examples(30)
    drawn, turned, *changed = rows.values()
    assert all(images.shape == (len(SIGNS), 3, 30, 30) and images.dtype == np.uint8 for images in rows.values())
    assert np.array_equal(turned, np.rot90(drawn, 2, axes=(2, 3))) and len(changed) == 4
    for heading, images in rows.items():
        assert np.array_equal(images, examples(30)[heading])
        assert np.isclose(images.mean(), drawn.mean(), rtol=0.1)
    assert all(not np.array_equal(images, drawn) for images in changed)
