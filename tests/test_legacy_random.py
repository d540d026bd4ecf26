from __future__ import annotations

from claimbook import legacy_random


def test_the_draw_that_the_vgg_reports_code_makes():
    drawn = legacy_random.choice(0, 50_000, 47_500)
    assert drawn[:5].tolist() == [11841, 19602, 45519, 25747, 42642]
    assert len(set(drawn.tolist())) == 47_500 and drawn.min() >= 0 and drawn.max() < 50_000
    assert legacy_random.choice(1, 50_000, 5).tolist() != drawn[:5].tolist()
