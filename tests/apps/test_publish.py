"""Weights and record are of one training, and the file reads what the net would."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.apps import __main__ as command
from claimbook.apps import classifier, publish, weights
from claimbook.errors import RecordError, UsageError
from claimbook.papers.math_symbols.runs.symbols import SymbolRun
from claimbook.study import reproduce, users

SMALL = {"side": 50, "filters": 2, "epochs": 2, "each": 8}


@pytest.fixture(autouse=True)
def store(monkeypatch, tmp_path):
    monkeypatch.setenv("CLAIMBOOK_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("CLAIMBOOK_RECORDS", str(tmp_path / "records"))
    return tmp_path / "store"


def test_the_run_is_trained_once_and_recorded_from_where_it_stands(store, tmp_path, monkeypatch):
    steps, train = [], SymbolRun.train

    def counted(run, *given, **named):
        before = run._training.step
        train(run, *given, **named)
        steps.append((given[:1] != (None,), run._training.step - before))

    monkeypatch.setattr(SymbolRun, "train", counted)
    lines = []
    made = publish.trained(preset="smoke", tell=lines.append, **SMALL)
    assert [kept for kept, _ in steps] == [False, True] and len(lines) == 2 and "validation accuracy" in lines[0]
    study = reproduce("math-symbols/dataset-1", preset="smoke", seeds=1, make="never", **SMALL)
    (record,) = study.records.values()
    assert made.record == record.id and made.accuracy.images == 16 and "stand-in" in made.data
    assert made.accuracy.float32 == pytest.approx(record.metrics["test-accuracy"]) and not list(
        (store / ".unfinished").glob("*")
    )
    weights.save(tmp_path / "a.weights", made)
    again = classifier.from_file(tmp_path / "a.weights")
    assert again.weights.layout.filters == (2, 4, 8) and again.classes[10] == "+"
    run = study.experiment.begun(record.asked["settings"], 0, True)
    assert made.images == run.data.digest == record.data.digest
    run.train()
    outputs = run.outputs(run.data.test_x).astype(np.float64)
    expected = np.exp(outputs) / np.exp(outputs).sum(axis=1, keepdims=True)
    np.testing.assert_allclose(again(run.data.test_x.transpose(0, 2, 3, 1)), expected, atol=0.02)


def test_weights_of_another_training_are_refused(monkeypatch):
    study = reproduce("math-symbols/dataset-1", preset="smoke", seeds=1, **SMALL)
    (record,) = study.records.values()
    run = study.experiment.begun(record.asked["settings"], 1, True)
    run.train()
    with pytest.raises(RecordError, match="not those of math-symbols/dataset-1/set-1-s0"):
        publish._same(record, run)
    assert not list((users().root / ".unfinished").glob("*"))


@pytest.mark.parametrize("name", ["math-symbols/architecture", "math-symbols/dataset-1"])
def test_a_run_without_such_a_net_is_refused(name, capsys):
    with pytest.raises(UsageError, match="50 × 50"):
        publish.trained(name, "16-classes" if "arch" in name else "set-1", preset="smoke")
    assert command.main([name, "--arm", "none", "--preset", "smoke"]) == 2 and "no arm" in capsys.readouterr().err
