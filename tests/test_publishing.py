"""The way to the book: which notebooks are run again, and in which order things happen."""

import pytest

from claimbook import publishing
from claimbook.errors import UsageError

NAME = "overparameterization/depth-lp"


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with one notebook, whose run is replaced by writing a file; `ran` lists the runs."""
    root = tmp_path / "checkout"
    (root / "notebooks" / "overparameterization").mkdir(parents=True)
    (root / "notebooks" / f"{NAME}.ipynb").write_text("source")
    ran = []

    def published(name, output):
        ran.append(name)
        output.parent.mkdir(parents=True, exist_ok=True)
        output.write_text("executed")

    monkeypatch.setattr(publishing, "published", published)
    monkeypatch.setattr(publishing, "names", lambda: [NAME])
    monkeypatch.setattr(publishing, "root", lambda: root)
    return root, ran


def test_a_published_notebook_is_run_again_only_when_something_changed(checkout):
    root, ran = checkout
    assert publishing.run_published(root) == {NAME: root / "build" / "published" / f"{NAME}.ipynb"}
    publishing.run_published(root)
    assert len(ran) == 1
    (root / "records" / NAME).mkdir(parents=True)
    (root / "records" / NAME / "n1-l2-s0-00000000.json").write_text("{}")
    publishing.run_published(root)
    assert len(ran) == 2
    (root / "notebooks" / f"{NAME}.ipynb").write_text("changed")
    publishing.run_published(root)
    assert len(ran) == 3
    (root / "build" / "published" / f"{NAME}.ipynb").unlink()
    publishing.run_published(root)
    assert len(ran) == 4


def test_a_damaged_report_costs_a_run_and_nothing_else(checkout):
    root, ran = checkout
    publishing.run_published(root)
    (root / "build" / "published.json").write_text("[1")
    publishing.run_published(root)
    assert len(ran) == 2


def test_a_wrong_output_folder_is_refused_before_anything_runs(checkout, tmp_path, monkeypatch):
    monkeypatch.setattr(publishing, "rehearse", lambda **kwargs: pytest.fail("it was rehearsed"))
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x").write_text("")
    with pytest.raises(UsageError):
        publishing.build_book(tmp_path / "mine")


def test_steps_of_single_runs_are_not_told(checkout, tmp_path, monkeypatch):
    def rehearse(jobs, progress):
        for line in (
            "a/b: cell 2: study",
            "a/b:   [1/6] n1-l2, seeds 0–1: 10 %, 4 s",
            "a/b:   [1/6] n1-l2: done in 4 s",
        ):
            progress(line)
        return []

    monkeypatch.setattr(publishing, "rehearse", rehearse)
    monkeypatch.setattr(publishing, "gather", lambda checkout: None)
    monkeypatch.setattr(publishing, "stage", lambda *args: args[3])
    monkeypatch.setattr(publishing, "build", lambda source, place, log, progress: place)
    told = []
    publishing.build_book(tmp_path / "site", told.append)
    assert "a/b: cell 2: study" in told and "a/b:   [1/6] n1-l2: done in 4 s" in told
    assert not any("10 %" in line for line in told)


def test_rehearse_publish_stage_build_in_this_order(checkout, tmp_path, monkeypatch):
    root, ran = checkout
    calls = []
    monkeypatch.setattr(publishing, "rehearse", lambda **kwargs: calls.append("rehearse") or [])
    monkeypatch.setattr(publishing, "gather", lambda checkout: "content")
    monkeypatch.setattr(publishing, "stage", lambda *args: calls.append(("stage", ran[:], args[1])) or args[3])
    monkeypatch.setattr(
        publishing, "build", lambda source, place, log, progress: calls.append("build") or place / "index.html"
    )
    assert publishing.build_book(tmp_path / "site") == tmp_path / "site" / "index.html"
    assert calls == ["rehearse", ("stage", [NAME], "content"), "build"]
