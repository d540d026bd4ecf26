"""What the benchmarks of nets share: how curves are compared, and the table that comes of the times."""

from __future__ import annotations

import numpy as np
import pytest

from claimbook.book.page_checks import benchmarks
from claimbook.machine import Cpu


@pytest.fixture(scope="module")
def nets(benchmark_named):
    return benchmark_named("nets")


@pytest.fixture
def bounds(nets):
    return nets.Bounds(1.0, fp32=1e-2, bf16=6e-2)


@pytest.fixture
def ours():
    """A curve that moves from 5 to 4."""
    return np.linspace(5.0, 4.0, 30)


def test_curves_are_compared_early_step_by_step_and_as_a_whole(nets, ours, bounds):
    losses = {"ours": ours, "ours_bf16": ours + 0.001, "pytorch": ours * (1 + 1e-5)}
    found = nets.compared(losses, {"ours": 5.0, "ours_bf16": 5.5, "pytorch": 5.0 * (1 - 1e-5)}, bounds)
    assert found["pytorch"]["steps"] == pytest.approx(1e-5) == found["pytorch"]["full"]
    assert found["ours_bf16"]["full"] == pytest.approx(0.1)
    assert found["ours_bf16"]["curve"] == pytest.approx(0.001 / np.std(ours)) and set(found) == {"ours_bf16", "pytorch"}


@pytest.mark.parametrize("name, curve", [
    ("pytorch", lambda ours: ours + np.where(np.arange(30) == 3, 0.01, 0.0)),  # an early step
    ("pytorch_compile", lambda ours: np.append(ours[:5], ours[5:] + 0.01)),
    ("pytorch_bf16", lambda ours: np.append(ours[:10], ours[10:] + 0.05)),
    ("ours_bf16", lambda ours: np.full(30, ours[0])),  # learns nothing
    ("pytorch_bf16", lambda ours: ours * float("nan")),
])  # fmt: skip
def test_who_trains_something_else_is_not_timed(nets, ours, bounds, name, curve):
    with pytest.raises(SystemExit, match=f"{name} trains something else"):
        nets.compared({"ours": ours, name: curve(ours)}, {"ours": 5.0, name: 5.0}, bounds)


def test_fp32_must_agree_at_full_size(nets, ours, bounds):
    with pytest.raises(SystemExit, match="pytorch trains something else: the first loss at full size"):
        nets.compared({"ours": ours, "pytorch": ours}, {"ours": 5.0, "pytorch": 5.02}, bounds)


def test_copies_that_are_apart_are_compared_with_each_other(nets, ours, bounds):
    losses = {"ours": ours, "ours_apart": 2 * ours, "pytorch_apart": 2 * ours}
    full = {"ours": 5.0, "ours_apart": 10.0, "pytorch_apart": 10.0}
    assert set(nets.compared(losses, full, bounds)) == {"pytorch_apart"}
    with pytest.raises(SystemExit, match="pytorch_apart trains something else"):
        nets.compared({**losses, "pytorch_apart": ours}, full, bounds)


@pytest.fixture
def table(nets):
    """Of two rounds, in which ours takes 4 and 8 ms an image, half in bf16, PyTorch in bf16 a quarter more."""
    shares = {"ours": (1.0, 300.0), "ours_bf16": (0.5, 301.0), "pytorch_bf16": (0.625, 302.0)}
    rounds = [
        {who: {"row_step": a * share, "first_call": 1.0, "peak_megabytes": mb} for who, (share, mb) in shares.items()}
        for a in (4e-3, 8e-3)
    ]
    return nets.tabulated(rounds, nets.CONVOLVING)


def test_the_table_has_images_per_second_and_memory(nets, table, capsys):
    assert table["ours"]["images_per_second"] == pytest.approx(1 / 6e-3)
    assert table["pytorch_bf16"]["ratio"] == 0.625 and table["pytorch_bf16"]["to_ours_bf16"]["ratio"] == 1.25
    assert table["pytorch_bf16"]["megabytes"] == 302.0
    nets.print_table("says", table)
    line = capsys.readouterr().out.splitlines()[3]
    assert "Claimbook, bf16" in line and "333.3" in line and "301 MB" in line
    assert "0.50 × (0.50 to 0.50)" in line and "1.00 × (1.00 to 1.00)" in line


@pytest.mark.parametrize("features, notes", [((), 0), (("avx512f",), 1), (("avx512f", "avx512_bf16"), 0)])
def test_a_processor_that_emulates_bf16_is_noted(nets, table, capsys, features, notes):
    said = nets.notes_on(Cpu("P", "x86_64", features, 2, 2))
    nets.print_table("says", table, said)
    assert len(said) == notes == capsys.readouterr().out.count("the libraries emulate it")


def test_the_page_of_checks_shows_it(table):
    about = {"data": "CIFAR-100, real", "processor": "P", "threads": 1, "rounds": 2, "peers": ["torch==2"]}
    text = benchmarks({"vgg_depth": {**about, "workloads": {"vgg-08": {"says": "VGG_08", "contenders": table}}}})
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if "PyTorch eager" in line
    ]
    assert "### VGG depth" in text and rows == [
        ["PyTorch eager, bf16 by autocast", "0.625 ×", "0.625 × to 0.625 ×", "3,750", "266.7", "302"]
    ]
