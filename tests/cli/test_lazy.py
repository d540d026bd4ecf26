"""What only looks never loads MXNet, and the help loads nothing that computes."""

from __future__ import annotations

import subprocess
import sys

import pytest
from made_records import made_records, saved

LOOK = """
import sys
from claimbook.cli import main
code = main(sys.argv[2:])
print("loaded:", [name for name in sys.argv[1].split(",") if name in sys.modules], code, file=sys.stderr)
"""
RUN = ["run", "overparameterization/depth-lp", "--preset", "paper", "--data", "real"]


def loaded(names, words):
    command = [sys.executable, "-c", LOOK, ",".join(names), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    return done.stderr.rpartition("loaded: ")[2].strip()


@pytest.mark.parametrize(
    "words",
    [["judge"], ["list"], ["errata"], ["show", "OP-2.1"], ["show", "RECORD"], ["run"], ["publish"], ["data"]],
    ids=lambda words: " ".join(words),
)
def test_looking_imports_no_mxnet(home, words):
    made = made_records()
    saved(home / "records", made)
    words = RUN if words == ["run"] else [made[0].id if word == "RECORD" else word for word in words]
    if words == ["publish"]:
        saved(home / "store", made)
        words = ["publish", "overparameterization/depth-lp", "--preset", "paper"]
    assert loaded(["mxnet", "gluoncv"], words) == "[] 0"


def test_the_help_loads_nothing_that_computes():
    heavy = ["mxnet", "numpy", "scipy", "pandas", "yaml", "matplotlib", "papermill", "nbformat", "claimbook.experiment"]
    assert loaded([*heavy, "pydantic"], ["--help"]) == "[] 0"
    assert loaded(heavy, ["run", "--help"]) == "[] 0"
    assert loaded(heavy, ["nothing"]) == "[] 2"
