"""The recogniser on composed lines: what is held out, what is counted, and what is said where no net is published."""

from __future__ import annotations

import json
from types import SimpleNamespace

import numpy as np
import pytest
from apps.drawn import Told
from apps.test_network import weights as made_weights

from claimbook.apps import weights
from claimbook.apps.judged import Judged
from claimbook.apps.network import Layout
from claimbook.apps.recognise import Reading
from claimbook.data.symbol_stand_in import stand_in_symbols
from claimbook.data.symbol_vocabulary import CLASSES
from claimbook.data.symbols import load_symbols
from claimbook.errors import ClaimbookError, DataError, RunError, UsageError
from claimbook.experiment.registry import experiment_named
from claimbook.papers.math_symbols import line_scores
from claimbook.papers.math_symbols.runs import held_out, line_pictures
from claimbook.papers.math_symbols.runs.lines import LineRun
from claimbook.record.unfinished import Unfinished
from claimbook.study import reproduce

LINES = experiment_named("math-symbols/lines")
SEED = 3


def save(path, seed=SEED):
    layout = Layout(CLASSES, (2, 3, 4), 5)
    record = f"math-symbols/dataset-1/set-1-s{seed}-12345678"
    weights.save(path, weights.Weights(made_weights(layout), layout, record, "", weights.Measured(466, 0.9, 0.9), "x"))


@pytest.fixture(autouse=True)
def store(monkeypatch, tmp_path):
    monkeypatch.setenv("CLAIMBOOK_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("CLAIMBOOK_RECORDS", str(tmp_path / "records"))
    monkeypatch.setattr(weights, "PUBLISHED", tmp_path / "a.weights")


@pytest.fixture
def net(tmp_path):
    """A small net that learned nothing, published with the seed `SEED`."""
    save(tmp_path / "a.weights")


def task(seed=0, lines=4, stand_in=True, net="published"):
    return LINES.task(LINES.parameters("smoke", {"lines": lines, "net": net}), "recogniser", seed, stand_in)


def begun(seed=0):
    return LineRun(task().settings, seed, True)


def measured(asked, steps=None):
    steps = [] if steps is None else steps
    ((_, found),) = LINES.measure([asked], lambda done, of: steps.append((done, of)), Unfinished())
    return found


def read(run, lines, named):
    """Read so many lines with a classifier that is told `named(signs)`."""
    for number in range(lines):
        line, _ = run.written(number)
        run._classifier = Told(named(line.signs))
        run.read(number)
    return line_scores.metrics(run.lines)


def test_who_is_told_the_lines_reads_nearly_all_of_them(net):
    found = read(begun(), 15, "".join)
    assert found["symbol-accuracy"] == found["found-share"] > 0.97 and found["line-accuracy"] > 0.85
    assert found["value-accuracy"] >= found["line-accuracy"] and found["refused"] < 0.15


def test_who_always_errs_reads_nothing_of_them(net):
    found = read(begun(), 8, lambda signs: "".join(CLASSES[CLASSES.index(sign) - 1] for sign in signs))
    assert found["symbol-accuracy"] == found["line-accuracy"] == 0 < 0.9 < found["found-share"]
    assert found["doubted-right"] is None


def test_the_pictures_are_the_test_images_of_the_split_that_the_net_was_trained_with(net):
    run, split = begun(seed=1), load_symbols(seed=SEED, stand_in=True)
    held, trained = run._held, set(split.shas["train"])
    assert held.data.shas == split.shas != load_symbols(seed=1, stand_in=True).shas
    used = [split.shas["test"][row] for row in held.rows]
    assert used == [sha for sha in split.shas["test"] if sha not in trained] and len(used) < len(split.shas["test"])
    drawn = stand_in_symbols("math-symbols-1", held_out.SIDE)
    by_class = {sign: [] for sign in CLASSES}
    for sha, sign in zip(used, held.labels, strict=True):
        by_class[sign].append(drawn.x[drawn.shas.index(sha)])
    for sign, images in by_class.items():
        assert all(np.array_equal(*pair) for pair in zip(held.pictures[sign], np.moveaxis(images, 1, -1), strict=True))
    assert np.array_equal(held.images, split.test_x[held.rows].transpose(0, 2, 3, 1))


def test_lines_are_composed_of_these_pictures_and_no_others(net, monkeypatch):
    given = []

    def spied(signs, images, seed):
        given.append((images, seed))
        raise UsageError("seen")

    run = begun(seed=2)
    monkeypatch.setattr("claimbook.papers.math_symbols.runs.lines.compose", spied)
    with pytest.raises(UsageError, match="seen"):
        run.written(5)
    assert given == [(run._held.pictures, 2_000_005)]


@pytest.mark.parametrize(("images", "fits"), [("digest", True), ("other", False), ("", False)])
def test_images_that_the_net_was_not_trained_on_are_refused(monkeypatch, images, fits):
    """The stand-in in the place of the real data."""
    data = load_symbols(seed=SEED, stand_in=True)
    monkeypatch.setattr(held_out, "load_symbols", lambda *given, **named: data)
    net = SimpleNamespace(images=data.digest if images == "digest" else images)
    if fits:
        assert held_out.held_out(SEED, False, net).data is data
    else:
        with pytest.raises(DataError, match="not those that the net was trained on"):
            held_out.held_out(SEED, False, net)


def test_the_same_task_gives_the_same_measurement(net):
    steps = []
    first, again, other = measured(task(), steps), measured(task()), measured(task(seed=1))
    assert json.dumps(first.metrics) == json.dumps(again.metrics) and first.tables == again.tables
    assert first.first_losses == again.first_losses == LINES.first_losses(task()) != other.first_losses
    assert len(first.first_losses) == 4 and steps == [(1, 4), (2, 4), (3, 4), (4, 4)]
    assert set(first.metrics) == {metric.name for metric in LINES.metrics} and first.metrics["lines"] == 4
    assert first.metrics["symbols"] == sum(len(begun().written(number)[0].signs) for number in range(4))
    assert first.metrics["pictures"] == len(begun()._held.rows) and first.curves == {} and not first.diverged
    assert first.data["digest"] == load_symbols(seed=SEED, stand_in=True).digest


def test_what_a_record_depends_on(net, tmp_path):
    before = task()
    assert before.settings["split"] == SEED and before.settings["record"].endswith("-s3-12345678")
    assert before.data["split"].startswith("of each class") and before.data["stand_in"]
    assert len({before.key, task(seed=1).key, task(lines=5).key, task(stand_in=False).key}) == 4
    save(tmp_path / "a.weights", seed=4)
    assert task().key != before.key and task().settings["weights"] != before.settings["weights"]
    with pytest.raises(RunError, match="have changed"):
        measured(before)


def test_without_a_net_there_is_a_study_with_gaps_and_an_error_only_where_it_is_run(tmp_path):
    nothing = {"weights": "none", "record": "none", "split": 0}
    assert task().settings == {"lines": 4, "net": "published"} | nothing
    study = reproduce("math-symbols/lines", preset="smoke", make="never", net="published")
    assert len(study.gaps) == 2 and line_pictures.read_lines(study) == {}
    with pytest.raises(ClaimbookError, match="No trained net is published") as error:
        reproduce("math-symbols/lines", preset="smoke", net="published")
    assert "python -m claimbook.apps" in str(error.value)


@pytest.mark.parametrize("lines", [0, -1, 10**6, "many"])
def test_how_many_lines_there_can_be(lines):
    with pytest.raises(UsageError, match="lines = "):
        LINES.parameters("smoke", {"lines": lines})


def test_the_nearest_mean_needs_no_published_net_and_is_what_it_says(tmp_path):
    asked = task(net="nearest-mean")
    assert asked.settings == {"lines": 4, "net": "nearest-mean", "split": 0}
    run, data = LineRun(asked.settings, 0, True), load_symbols(seed=0, stand_in=True)
    images = data.test_x[:5].astype(float)
    means = [data.train_x[data.train_y == place].astype(float).mean(axis=0) for place in range(len(CLASSES))]
    far = np.array([[np.linalg.norm(image - mean) for mean in means] for image in images])
    found = run._classifier(data.test_x[:5].transpose(0, 2, 3, 1))
    assert found.shape == (5, 16) and found.argmax(axis=1).tolist() == far.argmin(axis=1).tolist()
    assert sorted(found.ravel().tolist()) == [0.0] * 75 + [1.0] * 5
    save(tmp_path / "a.weights")
    assert task(net="nearest-mean").key == asked.key
    assert measured(asked).metrics["symbol-accuracy"] > 4 / 16  # four times as good as a guess


@pytest.mark.parametrize("own", ["published", "nearest-mean"])
def test_the_pictures_of_a_study(net, own):
    study = reproduce("math-symbols/lines", preset="smoke", seeds=1, lines=3, net=own)
    (record,) = study.records.values()
    drawn = line_pictures.read_lines(study)
    numbers = dict.fromkeys([0, *(row["line"] for row in record.tables["wrong"][:1])])
    assert [heading.split(",")[0] for heading in drawn] == [f"Line {number} of the seed" for number in numbers]
    for picture in drawn.values():
        assert picture.dtype == np.uint8 and picture.shape[:2] == (1, 3) and picture.shape[3] <= line_pictures.WIDTH
        assert len(np.unique(picture[0].reshape(3, -1), axis=1).T) <= line_pictures.COLOURS
    assert all("composed of the stand-in" in heading for heading in drawn)
    assert isinstance(begun().read(0), Reading)


def line(written, read, named=None, extra="", doubts=(), refused="", value=False):
    named = tuple(read if named is None else named)
    return Judged(tuple(written), tuple(read), named, tuple(extra), doubts, refused, value)


BY_HAND = [
    line("1+2", "1+2", value=True),
    line("1+2", "1+2", doubts=("It may be 7.",), value=True),
    line("1+2", "7+2"),
    line("9-9", "4-4", doubts=("It may be 9.", "It may be 9.")),
    line("3×5", "3×", named=("3", "×", None), refused="The line ends with ×."),
    line("4=", "4-.", named=("4", None), extra="-.", doubts=("It stands high.",)),
    line("12.5", "1.25", named=("1", None, None, "5"), extra=".2"),
    line("6+6", "", named=(None,) * 3, refused="The 13 stands behind 2.5."),
]


def test_what_is_counted_by_hand():
    assert line_scores.metrics(BY_HAND) == {
        "symbol-accuracy": (3 + 3 + 2 + 1 + 2 + 1 + 2) / 24,
        "found-share": (4 * 3 + 2 + 1 + 2) / 24,
        "line-accuracy": 2 / 8,
        "value-accuracy": 2 / 8,
        "refused": 2 / 8,
        "unwarned": 2 / 8,
        "doubted-right": 1 / 2,
        "lines": 8.0,
        "symbols": 24.0,
    }


def test_what_was_taken_for_what():
    rows = [(row["truth"], row["read"], row["count"]) for row in line_scores.confused(BY_HAND)]
    assert rows[:3] == [("6", "not found", 2), ("9", "4", 2), ("nothing", ".", 2)]
    assert set(rows[3:]) == {
        ("+", "not found", 1), ("1", "7", 1), ("5", "not found", 1), ("=", "not found", 1), ("2", "not found", 1),
        (".", "not found", 1), ("nothing", "-", 1), ("nothing", "2", 1),
    }  # fmt: skip


def test_kinds_of_failure():
    rows = {(row["kind"], row["what"]): (row["lines"], row["unwarned"]) for row in line_scores.failures(BY_HAND)}
    assert rows == {
        ("naming", "all symbols are found, and some are taken for others"): (2, 1),
        ("refused", "The line ends with ×."): (1, 0),
        ("refused", "The n stands behind n."): (1, 0),
        ("segmentation", "more symbols are read than were written"): (1, 0),
        ("segmentation", "as many symbols, at other places, are read"): (1, 1),
    }
    no_number = line("1", "1", refused="2.50. is no number.")
    assert line_scores.failures([no_number])[0]["what"] == "n is no number."
    fewer = line("11", "1", named=(None, None), extra="1")
    assert line_scores.failures([fewer])[0]["what"] == "fewer symbols are read than were written"
    assert line_scores.failures(BY_HAND[:2]) == [] == line_scores.wrong(BY_HAND[:2])


def test_some_lines_that_failed_stand_in_the_record():
    rows = line_scores.wrong(BY_HAND)
    assert [row["line"] for row in rows] == [2, 6, 3, 4, 5, 7]
    assert rows[0] == {"line": 2, "written": "1+2", "read": "7+2", "said": "nothing"}
    assert rows[2]["said"] == "It may be 9." and rows[3]["said"] == "The line ends with ×."
    assert len(line_scores.wrong([BY_HAND[2]] * 20)) == 12
