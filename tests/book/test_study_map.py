"""Sweeps as maps, from a made study whose sweeps are written down here."""

import pytest

from claimbook.book import show
from claimbook.errors import UsageError
from claimbook.study import reproduce


class Swept:
    """A study with these sweeps, arm → seed → columns."""

    def __init__(self, study, sweeps):
        self._study, self._sweeps = study, sweeps

    def __getattr__(self, name):
        return getattr(self._study, name)

    def sweep(self, arm):
        return self._sweeps.get(arm, {})


def sweep(*converged):
    return {"d": [10, 10, 30, 30], "norm": [0.5, 2.0, 0.5, 2.0], "converged": list(converged)}


@pytest.fixture
def published(made):
    return reproduce("overparameterization/depth-lp", preset="published")


def test_a_cell_tells_in_how_many_seeds_it_happened(published):
    study = Swept(published, {"n1-l2": {0: sweep(1, 0, 1, 0), 1: sweep(1, 0, 0, 0), 2: sweep(1, 0, 1, 0)}})
    lines = show.share_map(study, "converged", across="norm", down=["d"]).text.splitlines()
    assert lines[1].split() == ["d", "norm", "0.5", "norm", "2"]
    assert [line.split() for line in lines[3:5]] == [["10", "●", "·"], ["30", "2", "of", "3", "·"]]
    assert "● in all seeds" in lines[-1].replace(":", "") and "Preset paper" in lines[-1]


def test_a_setting_that_no_sweep_has_stays_empty(published):
    short = {"d": [10, 30, 30], "norm": [0.5, 0.5, 2.0], "converged": [1, 1, 1]}
    lines = show.share_map(Swept(published, {"n1-l2": {0: short}}), "converged", "norm", ["d"]).text.splitlines()
    assert [line.split() for line in lines[3:5]] == [["10", "●"], ["30", "●", "●"]]


def test_without_sweeps_it_says_so_and_a_wrong_column_is_named(published):
    assert "No record with a sweep" in show.share_map(Swept(published, {}), "converged", "norm", ["d"]).text
    study = Swept(published, {"n1-l2": {0: sweep(1, 0, 1, 0)}})
    with pytest.raises(UsageError, match="column of the sweep"):
        show.share_map(study, "arrived", "norm", ["d"])
    with pytest.raises(UsageError, match="arm"):
        show.share_map(study, "converged", "norm", ["d"], arms=["n9"])
