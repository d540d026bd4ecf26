"""`claimbook run` on the toy experiment: found or made, asked first, watched, and told."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from data.idx_toys import digit_files, put

from claimbook.data.mnist import identity
from claimbook.gpu import Gpu
from claimbook.record.store import Store

TESTS = str(Path(__file__).parents[1])
RUN = ("run", "fake/walk", "--preset", "paper")
SCRIPT = """
import sys
from claimbook.cli import main
from claimbook.experiment import registry
from engine.fakes import Walk
registry.experiments = lambda: {"fake/walk": Walk()}
import claimbook.study.found_or_made as found
found._have = lambda names: True
sys.exit(main(sys.argv[1:]))
"""


def made(home):
    return sorted(record.id for record in Store(home / "store").scan("fake/walk").records)


def test_the_second_time_everything_is_found(claimbook, walk, home):
    first = claimbook(*RUN, "--json")
    (study,) = first.document["studies"]
    assert first.code == 0 and (study["found"], study["made"]) == (0, 6) and study["data"] == "real"
    assert sorted(row["id"] for row in study["records"]) == made(home)
    (study,) = claimbook(*RUN, "--json").document["studies"]
    assert (study["found"], study["made"]) == (6, 0) and study["gaps"] == []


def test_seeds_arms_and_parameters_reach_the_study(claimbook, walk):
    words = ("--seeds", "2", "--arm", "down", "-p", "steps=7", "-p", "drift=1e-1", "--json")
    (study,) = claimbook(*RUN, *words).document["studies"]
    assert [(row["arm"], row["seed"]) for row in study["records"]] == [("down", 0), ("down", 1)]
    assert study["parameters"]["steps"] == 7 and study["parameters"]["drift"] == 0.1
    (study,) = claimbook(*RUN, "--seed", "4", "--seed", "2", "--arm", "up", "--json").document["studies"]
    assert [row["seed"] for row in study["records"]] == [2, 4]


def test_refresh_makes_them_again(claimbook, walk, monkeypatch, home):
    monkeypatch.setenv("FAKE_LOG", str(home / "log"))
    claimbook(*RUN, "--seeds", "1")
    claimbook(*RUN, "--seeds", "1")
    (study,) = claimbook(*RUN, "--seeds", "1", "--refresh", "--json").document["studies"]
    assert study["made"] == 2 and len((home / "log").read_text().splitlines()) == 4


def test_the_stand_in_is_called_so(claimbook, walk):
    (study,) = claimbook(*RUN, "--data", "stand-in", "--seeds", "1", "--json").document["studies"]
    assert study["data"] == "stand-in" and any("nothing is judged" in note for note in study["notes"])
    assert "stand-in data" in claimbook("run", "fake/walk", "--preset", "smoke").out


def test_own_files_take_the_place_of_a_data_set(claimbook, walk, home, monkeypatch):
    put(home / "mine", digit_files())
    monkeypatch.setattr(type(walk), "own_files", ("mnist",))
    monkeypatch.setattr(type(walk), "data_identity", lambda self, settings, stand_in: identity(stand_in))
    words = (*RUN, "--data", f"mnist={home / 'mine'}", "--seeds", "1")
    (study,) = claimbook(*words, "--json").document["studies"]
    assert study["data"] == "own" and study["made"] == 2
    assert "preset paper, own data" in claimbook(*words).out
    said = claimbook(*RUN, "--data", "mnist=nowhere")
    assert said.code == 2 and "no folder" in said.err
    said = claimbook(*RUN, "--data", f"gas-sensor={home}")
    assert said.code == 2 and "takes no files of your own" in said.err


def test_a_device_that_cannot_be_is_refused_before_anything_runs(claimbook, walk, home, monkeypatch):
    said = claimbook(*RUN, "--device", "gpu")
    assert said.code == 2 and "computes on the CPU only" in said.err
    monkeypatch.setattr(type(walk), "devices", ("cpu", "gpu"))
    monkeypatch.setattr("claimbook.gpu.gpus", lambda: [Gpu("NVIDIA H200", (9, 0), "570.86.15")])
    said = claimbook(*RUN, "--device", "gpu")
    assert said.code == 2 and "NVIDIA H200" in said.err and "9.0" in said.err and made(home) == []
    assert claimbook(*RUN, "--seeds", "1", "--device", "auto").code == 0 and len(made(home)) == 2


def test_above_ten_minutes_it_asks_first(claimbook, walk, home):
    words = (*RUN, "-p", "steps=500000", "--arm", "up", "--seeds", "2")
    said = claimbook(*words)
    assert said.code == 1 and "17 min" in said.err and "--yes" in said.err and made(home) == []
    assert "--yes" in claimbook(*words, "--json").document["error"]["do"]


def test_yes_is_an_answer(claimbook, walk, home, monkeypatch):
    monkeypatch.setattr("claimbook.study.found_or_made.ASK_ABOVE_S", 0.0)
    assert claimbook(*RUN, "--seeds", "1").code == 1
    assert claimbook(*RUN, "--seeds", "1", "--yes").code == 0 and len(made(home)) == 2
    assert claimbook(*RUN, "--seeds", "1").code == 0  # what is found asks for nothing


def test_an_unknown_second_experiment_stops_all_before_anything_runs(claimbook, walk, home):
    said = claimbook("run", "fake/walk", "fake/wolk")
    assert said.code == 2 and "'fake/walk'" in said.err and made(home) == []


@pytest.mark.parametrize("name", ["seeds", "preset", "jobs", "data", "device", "Seeds"])
def test_an_option_given_as_a_parameter_is_pointed_to(claimbook, walk, name):
    said = claimbook(*RUN, "-p", f"{name}=3")
    assert said.code == 2 and f"--{name.lower()}" in said.err


def test_a_parameter_of_pythons_own_call_is_no_way_in(claimbook, walk):
    for name in ("make", "on_event", "confirm", "arms", "name", "self"):
        said = claimbook(*RUN, "-p", f"{name}=always")
        assert said.code == 2 and "no parameter named" in " ".join(said.err.split())


def test_people_see_means_in_any_width(claimbook, walk, monkeypatch):
    for columns in ("40", "80"):
        monkeypatch.setenv("COLUMNS", columns)
        said = claimbook(*RUN)
        assert max(map(len, said.out.splitlines())) <= int(columns)
        ends = [row["metrics"]["end"] for row in claimbook(*RUN, "--json").document["studies"][0]["records"]]
        for mean in (sum(ends[:3]) / 3, sum(ends[3:]) / 3):
            assert f"{mean:.4g}" in said.out
        assert "6 runs at hand" in " ".join(said.out.split()) and "claimbook judge fake" in " ".join(said.out.split())


def test_off_a_terminal_progress_is_plain_lines_on_stderr(claimbook, walk):
    said = claimbook(*RUN, "--json")
    assert "fake/walk [1/2] up, seeds 0–2: started" in said.err and "\x1b" not in said.err
    assert claimbook(*RUN, "--json").err == ""


def test_a_batch_that_fails_is_named_and_the_rest_is_kept(claimbook, walk, home, monkeypatch):
    monkeypatch.setenv("FAKE_FAIL", "up")
    said = claimbook(*RUN)
    assert said.code == 1 and "The toy data are absent" in said.err and "Traceback" not in said.err
    assert [name for name in made(home) if "/down-" in name] == made(home) != []


def start(home, *words, **environment):
    return subprocess.Popen(
        [sys.executable, "-c", SCRIPT, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=home,
        env=os.environ | {"PYTHONPATH": TESTS, "FAKE_GATE": str(home / "gate")} | environment,
    )


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_keeps_what_is_finished_and_says_how_to_go_on(walk, home, jobs):
    words = (*RUN, "--arm", "up", "--jobs", jobs, "--json")
    running = start(home, *words)
    until = time.monotonic() + 60
    while not made(home):
        assert time.monotonic() < until and running.poll() is None
        time.sleep(0.05)
    running.send_signal(2)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130 and "1 of 3 runs are finished and kept" in err and "Traceback" not in err
    assert "Run the same command again" in out and len(made(home)) == 1
    (home / "gate").touch()
    again = start(home, *words)
    out, err = again.communicate(timeout=60)
    assert again.returncode == 0 and '"found": 1,' in out and '"made": 2,' in out, err
