from __future__ import annotations

import pytest
from data.idx_toys import digit_arrays, digit_files, put
from engine.fakes import Walk

from claimbook.book.study_claims import judges
from claimbook.data.mnist import identity
from claimbook.data.own import is_own, own
from claimbook.engine.revalidate import revalidate
from claimbook.errors import DataError, RecordError
from claimbook.evidence import RecordEvidence
from claimbook.study import publish, reproduce, users
from claimbook.study.remaking import remake_command


@pytest.fixture
def mine(walk, tmp_path, monkeypatch):
    """`data` that names a folder of digits of one's own; the walk takes them and has them in its keys."""
    seen = []
    measure = Walk.measure
    monkeypatch.setattr(Walk, "own_files", ("mnist",))
    monkeypatch.setattr(Walk, "data_identity", lambda self, settings, stand_in: identity(stand_in))
    monkeypatch.setattr(Walk, "measure", lambda *given: (seen.append(own("mnist")), (yield from measure(*given)))[1])
    put(tmp_path / "my digits", digit_files())
    walk.seen = seen
    return f"mnist={tmp_path / 'my digits'}"


def test_a_study_on_own_files_has_records_of_its_own(walk, mine, tmp_path):
    study = reproduce("fake/walk", preset="paper", data=mine)
    assert (study.made, study.data, study.stand_in) == (6, "own", False)
    assert walk.seen[0].path == tmp_path / "my digits"
    assert any(mine in note and "nothing is judged" in note for note in study.notes)
    assert all(is_own(record.asked["data"]) for record in study.records.values())
    assert reproduce("fake/walk", preset="paper", data=mine).found == 6
    published = reproduce("fake/walk", preset="paper", make="never", data="real")
    assert published.found == 0 and len(published.gaps) == 6 and published.data == "real"
    arrays = digit_arrays()
    arrays["train-images-idx3-ubyte"][3] = 0
    put(tmp_path / "my digits", digit_files(arrays))
    changed = reproduce("fake/walk", preset="paper", make="never", data=mine)
    assert changed.found == 0 and changed.gaps[0].command.endswith(f"--data '{mine}'")


def test_nothing_is_judged_or_published_on_them(walk, mine):
    study = reproduce("fake/walk", preset="paper", data=mine)
    assert not judges(study) and study.parameters == walk.parameters("paper")
    for arm in ("up", "down"):
        assert not RecordEvidence().sample("fake/walk", "paper", arm, "end", {}).values
    with pytest.raises(RecordError, match="no finished record"):
        publish("fake/walk", "paper")


def test_how_to_make_one_again_names_no_place(walk, mine):
    study = reproduce("fake/walk", preset="quick", data=mine, seeds=1, steps=21)
    line = remake_command(walk, study.records["down", 0])
    words = "claimbook run fake/walk --preset quick -p steps=21 --arm down --seed 0"
    assert line == f"{words} --data mnist=FOLDER --refresh"


def test_revalidate_leaves_them_alone(walk, mine, monkeypatch):
    reproduce("fake/walk", preset="paper", data=mine, seeds=1)
    monkeypatch.setattr("claimbook.engine.revalidate.source_digest", lambda name: "f" * 64)
    results = revalidate(walk, users())
    assert {(result.outcome, "reader's own files" in result.detail) for result in results} == {("unchecked", True)}


def test_files_that_do_not_fit_are_said_before_anything_runs(walk, mine, tmp_path, monkeypatch):
    (tmp_path / "my digits/train-labels-idx1-ubyte.gz").unlink()
    with pytest.raises(DataError, match="cannot take the place of MNIST.*\nMissing: train-labels"):
        reproduce("fake/walk", preset="paper", data=mine)
    assert not walk.seen
