"""What the benchmarks share: ratios of one round, and that a contender which trains something else is not timed."""

from __future__ import annotations

import json

import pytest


@pytest.fixture(scope="module")
def side_by_side(benchmark_named):
    return benchmark_named("side_by_side")


def test_a_ratio_is_taken_within_a_round(side_by_side):
    times = [(1.0, 3.0), (10.0, 20.0), (2.0, 8.0)]  # the machine was ten times slower in the second round
    rounds = [
        {"ours": {"row_step": a, "first_call": 0.5}, "peer": {"row_step": b, "first_call": 0.1}} for a, b in times
    ]
    peer = side_by_side.ratios(rounds)["peer"]
    assert peer == {"ratio": 3.0, "spread": [2.0, 4.0], "microseconds": 8e6, "first_call_seconds": 0.1}
    assert side_by_side.ratios(rounds)["ours"]["spread"] == [1.0, 1.0]
    assert side_by_side.ratios(rounds, to="peer")["ours"]["spread"] == [0.25, 0.5]


def test_a_difference_is_a_share_of_the_fall(side_by_side):
    losses = {"ours": {"first": [1.0, 1.0], "last": [0.5, 0.9]}, "peer": {"last": [0.5, 0.900001]}}
    assert side_by_side.same_losses(losses, 1e-4) == {"peer": pytest.approx(1e-5, rel=1e-6)}


@pytest.mark.parametrize("last", [[1.0, 1.0], [0.5, 0.91], [0.5, float("nan")]])
def test_a_contender_that_trains_something_else_is_not_timed(side_by_side, last):
    losses = {"ours": {"first": [1.0, 1.0], "last": [0.5, 0.9]}, "peer": {"last": last}}
    with pytest.raises(SystemExit, match="peer trains something else"):
        side_by_side.same_losses(losses, 1e-4)


@pytest.mark.parametrize("module, folder, table", [
    ("overparameterization", "overparameterization", "CONTENDERS"), ("students", "teacher_student", "CONTENDERS"),
    ("mnist_net", "nets", "CONTENDERS"), ("nets", "nets", "CONVOLVING"), ("vgg_copies", "nets", "COPIES"),
    ("levy_minima", "levy", "CONTENDERS"), ("symbol_net", "nets", "CONTENDERS"),
])  # fmt: skip
def test_every_contender_is_a_program_that_knows_its_options(benchmark_named, side_by_side, module, folder, table):
    contenders = getattr(benchmark_named(module), table)
    field = side_by_side.Field(None, folder, contenders)
    assert side_by_side.OURS in contenders
    for name, contender in contenders.items():
        text = field.program(name).read_text()
        assert all(f"{option}: bool = False" in text for option in contender.options)


def test_the_result_says_where_it_was_measured(side_by_side, monkeypatch, tmp_path):
    monkeypatch.setattr("sys.argv", ["benchmark", "--rounds", "2"])
    found = {"says": "A", "contenders": {}}
    side_by_side.main("says", tmp_path / "result.json", ["a"], lambda *_: "data", lambda *_: found)
    written = json.loads((tmp_path / "result.json").read_text())
    processor = side_by_side.cpu()
    assert (written["processor"], written["features"]) == (processor.model, list(processor.features))
    assert (written["rounds"], written["data"], written["workloads"]) == (2, "data", {"a": found})
    assert any(peer.startswith("torch==") for peer in written["peers"])


@pytest.mark.parametrize("wrong", [["--rounds", "0"], ["--seconds", "0"], ["--seconds", "nan"]])
def test_a_measurement_of_nothing_is_refused(side_by_side, monkeypatch, tmp_path, capsys, wrong):
    monkeypatch.setattr("sys.argv", ["benchmark", *wrong])
    with pytest.raises(SystemExit):
        side_by_side.main("says", tmp_path / "result.json", ["a"], lambda *_: "data", lambda *_: {})
    assert "the ratios need a timing" in capsys.readouterr().err and not list(tmp_path.iterdir())
