"""Real processes are killed while they write checkpoints: what was saved is there, whole, and nothing is refused."""

from __future__ import annotations

import subprocess
import sys
import time
import warnings

import numpy as np

from claimbook import seeds
from claimbook.record.unfinished import FOLDER, Unfinished

KEY = "a" * 64
KILLS = 6
# Every array is filled with the number of the state, so that a mixture of two states would show.
CHILD = """
import sys
import numpy as np
from claimbook.record.unfinished import Unfinished
unfinished = Unfinished(sys.argv[1], "source")
state = unfinished.load(sys.argv[2])
at = 0 if state is None else state["at"]
print(at, flush=True)
while True:
    at += 1
    arrays = {f"w{i}": np.full((100, 50 * i), at, np.float32) for i in range(1, 5)}
    unfinished.save({sys.argv[2]: {"at": at, "weights": arrays}})
    print(at, flush=True)
"""


def killed(root, saves, wait_s):
    """A process that goes on with the run, and is killed so long after so many saves: the numbers that it said."""
    command = [sys.executable, "-W", "error", "-c", CHILD, str(root), KEY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        said = [int(process.stdout.readline()) for _ in range(saves + 1)]
        time.sleep(wait_s)
        process.kill()
        return said + [int(line) for line in process.stdout.read().splitlines()]


def test_a_kill_at_any_moment_of_a_save_loses_no_saved_state(tmp_path):
    draw, saved = seeds.stream(0, "kills"), 0
    for _ in range(KILLS):
        said = killed(tmp_path, int(draw.integers(1, 4)), float(draw.uniform(0, 0.02)))
        assert said[0] >= saved, "the next process found an older state than one that was saved"
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            state = Unfinished(tmp_path, "source").load(KEY)
        saved = said[-1]
        assert state["at"] in (saved, saved + 1)  # the last one was perhaps saved, and not yet said
        assert all(np.all(array == state["at"]) for array in state["weights"].values())
    Unfinished(tmp_path, "source").save({KEY: {"at": 0, "weights": {"w1": np.zeros(1)}}})
    assert len(list((tmp_path / FOLDER).iterdir())) == 4, "what the kills left is swept, and two generations stay"
