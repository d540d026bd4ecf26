"""Real processes that train a net are killed at random moments; the record that comes out in the end must be the same.

    python tests/faults/kills.py 60    # sixty kills; what came of them is printed, and written to campaign.json

The moments are drawn from a named stream, and fall into steps, into saves, and between them.
"""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from claimbook import files, machine, seeds
from claimbook.record.provenance import git_state

TESTS = Path(__file__).resolve().parent.parent
RESULT = TESTS / "faults" / "campaign.json"
CHILD = """
import sys
from claimbook.engine.run import run
from claimbook.record.store import Store
from faults.trained import Trained
trained = Trained()
run([trained.task(trained.parameters("paper"), "net", int(sys.argv[2]), False)], Store(sys.argv[1]), jobs=1)
"""
EACH = 3  # kills of one run before it may come to its end


@dataclasses.dataclass
class Campaign:
    """What came of it: kills that hit a training, records compared, those that differed, and steps lost by kills."""

    kills: int = 0
    records: int = 0
    differing: int = 0
    steps_lost: int = 0


def campaign(folder: Path, kills: int, draw_seed: int = 0) -> Campaign:
    """Kill `kills` trainings in all, each run some times; compare each record with that of an undisturbed run."""
    draw, found = seeds.stream(draw_seed, "kills"), Campaign()
    seed = 0
    while found.kills < kills:
        whole, killed = folder / f"whole-{seed}", folder / f"killed-{seed}"
        _train(whole, seed)
        step = 0
        for _ in range(min(EACH, kills - found.kills)):
            begun, step = _train(killed, seed, int(draw.integers(1, 9)), float(draw.uniform(0, 0.03)), step)
            found.kills += 1
            found.steps_lost += begun
        _train(killed, seed)
        found.records += 1
        found.differing += measured(whole) != measured(killed)
        seed += 1
    return found


def measured(root: Path) -> str:
    """All that the store's only record says, without who made it, when, and in what time."""
    ((path),) = [path for path in root.rglob("*.json") if ".unfinished" not in path.parts]
    record = json.loads(path.read_text(encoding="utf-8"))
    return json.dumps({name: value for name, value in record.items() if name not in ("provenance", "digest")})


def _train(root: Path, seed: int, steps: int | None = None, wait_s: float = 0.0, reached: int = 0) -> tuple[int, int]:
    """Train to the end, or kill the process `wait_s` after so many steps.

    Returns:
        Steps that the last kill had lost (`reached` less where this process went on), and the last step that it told.
    """
    path = os.pathsep.join([str(TESTS), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, "-c", CHILD, str(root), str(seed)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": path}) as child:
        began, told = None, 0
        for line in child.stdout:
            word, _, number = line.partition(" ")
            if word == "at":
                began = told = int(number)
            elif word == "step":
                told = int(number)
                if steps is not None and told - began >= steps:
                    time.sleep(wait_s)
                    child.kill()
                    break
        told = max([told, *(int(line.split()[1]) for line in child.stdout if line.startswith("step "))])
    if began is None or (steps is None and child.returncode != 0):
        raise RuntimeError(f"the training process ended with {child.returncode}")
    return max(0, reached - began), told


def main(kills: int, result: Path = RESULT) -> int:
    """Run a campaign, say what came of it, and write it down for the book; 1 where a record differed."""
    with tempfile.TemporaryDirectory() as folder:
        found = dataclasses.asdict(campaign(Path(folder), kills))
    git = git_state()
    commit = "" if git is None else git.commit + (" with changes" if git.dirty else "")
    made = {"processor": machine.cpu().model, "mxnet": version("mxnet"), "commit": commit}
    print(json.dumps(found))
    files.write_text(result, json.dumps(found | made, indent=1) + "\n")
    return int(found["differing"] > 0)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
