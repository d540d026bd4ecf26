"""`make setup` with Pythons, uv and pip played by small scripts; and the files that state versions agree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import claimbook

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
SYSTEM = ("sh", "cat", "cksum", "dirname", "flock", "mkdir", "mv", "rm", "cp", "make", "env")

# Plays a Python of version $VERSION: tells it, makes an environment that holds a copy of itself, and notes what pip is
# told to install. It fails at installing while a file `no-network` stands in the project's folder.
PYTHON = """#!{shell}
VERSION={version}
case "$*" in
  *sys.version_info*) echo $VERSION ;;
  *ensurepip*) {ensurepip} ;;
  *machine.py) [ ! -f lacks-library ] || {{ echo "apt install libgomp1" >&2; exit 1; }} ;;
  "-m venv .venv") mkdir -p .venv/bin; cp "$0" .venv/bin/python; echo "venv $VERSION" >>log ;;
  *"pip install"*) [ ! -f no-network ] || exit 1; echo "pip $*" >>log ;;
  *) exit 64 ;;
esac
"""
UV = """#!{shell}
case "$*" in
  --version) {works} ;;
  venv*) mkdir -p .venv/bin; cp "{bin}/python3" .venv/bin/python; echo "uv venv" >>log ;;
  "pip install"*) [ ! -f no-index ] || exit 1; echo "uv $*" >>log ;;
esac
"""


class Machine:
    """A project folder with a space in its name, and a PATH that holds only what the test puts there."""

    def __init__(self, folder: Path):
        self.project, self.bin = folder / "a project", folder / "bin"
        (self.project / ".ci").mkdir(parents=True)
        self.bin.mkdir()
        for name in (".ci/setup", "Makefile"):
            shutil.copy2(ROOT / name, self.project / name)
        (self.project / "requirements.lock").write_text("thing==1.0 --hash=sha256:00\n")
        (self.project / "pyproject.toml").write_text("[project]\n")
        for name in SYSTEM:
            if found := shutil.which(name):
                (self.bin / name).symlink_to(found)
        self.shell = shutil.which("sh")

    def add(self, name: str, text: str, **fields: str) -> None:
        (self.bin / name).write_text(text.format(shell=self.shell, bin=self.bin, **fields))
        (self.bin / name).chmod(0o755)

    def python(self, name: str = "python3", version: str = "3.11", ensurepip: str = "true") -> None:
        self.add(name, PYTHON, version=version, ensurepip=ensurepip)

    def setup(self, **variables: str) -> subprocess.CompletedProcess:
        command = ["make", "setup", *(f"{key}={value}" for key, value in variables.items())]
        environment = {"PATH": str(self.bin)}  # nothing else: no HOME, no locale
        return subprocess.run(
            command,
            cwd=self.project,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            stdin=subprocess.DEVNULL,
        )

    def log(self) -> list[str]:
        file = self.project / "log"
        rows = file.read_text().splitlines() if file.exists() else []
        file.unlink(missing_ok=True)
        return rows


@pytest.fixture
def box(tmp_path) -> Machine:
    return Machine(tmp_path)


def test_it_is_made_once_and_the_second_call_is_quick(box):
    box.python()
    assert box.setup().returncode == 0
    venv, packages, own = box.log()
    assert venv == "venv 3.11"
    assert "--require-hashes -r requirements.lock" in packages and "-e" not in packages.split()
    assert "--no-deps --no-build-isolation -e ." in own and "--require-hashes" not in own
    start = time.monotonic()
    again = box.setup()
    assert (again.returncode, again.stdout, again.stderr, box.log()) == (0, "", "", [])
    assert time.monotonic() - start < 2


def test_a_python_that_is_on_the_path_but_does_not_run_is_passed_over(box):
    box.add("python3.11", "#!{shell}\necho 'pyenv: python3.11: command not found' >&2; exit 127\n")
    box.python("python3.12", "3.12")
    box.python("python3", "3.13")
    assert box.setup().returncode == 0 and box.log()[0] == "venv 3.12"


def test_python_3_11_is_preferred_then_3_12_then_3_10(box):
    for version in ("3.10", "3.12", "3.11"):
        box.python(f"python{version}", version)
        shutil.rmtree(box.project / ".venv", ignore_errors=True)
        assert box.setup().returncode == 0 and box.log()[0] == f"venv {version}"


def test_without_a_fitting_python_it_says_what_to_install(box):
    box.python("python3", "3.9")
    done = box.setup()
    assert done.returncode != 0 and "apt install python3 python3-venv" in done.stderr and "PYTHON=" in done.stderr
    assert not (box.project / ".venv").exists()


def test_without_the_venv_module_it_says_which_package_has_it(box):
    box.python(ensurepip="false")
    done = box.setup()
    assert done.returncode != 0 and "apt install python3-venv" in done.stderr


def test_without_a_system_library_nothing_is_installed(box):
    box.python()
    (box.project / "lacks-library").touch()
    done = box.setup()
    assert done.returncode != 0 and "apt install libgomp1" in done.stderr and box.log() == []


def test_PYTHON_chooses_and_another_version_makes_it_anew(box):
    box.python()
    box.python("other python", "3.12")
    assert box.setup().returncode == 0 and box.log()[0] == "venv 3.11"
    assert box.setup(PYTHON=str(box.bin / "other python")).returncode == 0 and box.log()[0] == "venv 3.12"
    assert box.setup().returncode == 0 and box.log() == []  # without PYTHON, what is there serves
    done = box.setup(PYTHON="python3.99")
    assert done.returncode != 0 and "python3.99 does not run" in done.stderr
    box.python("python3.13", "3.13")
    done = box.setup(PYTHON="python3.13")
    assert done.returncode != 0 and "3.11, 3.12 or 3.10" in done.stderr
    assert (box.project / ".venv/bin/python").exists() and box.log() == []  # a slip of the pen removes nothing


def test_an_interrupted_set_up_counts_as_none(box):
    box.python()
    (box.project / "no-network").touch()
    done = box.setup()
    assert done.returncode != 0 and "run the same command again" in done.stderr
    assert box.log() == ["venv 3.11"] and (box.project / ".venv/bin/python").exists()
    (box.project / "no-network").unlink()
    assert box.setup().returncode == 0 and len(box.log()) == 3


def test_a_new_lock_or_a_moved_folder_makes_it_anew_and_a_new_pyproject_only_ourselves(box):
    box.python()
    box.setup(), box.log()
    (box.project / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert box.setup().returncode == 0
    (own,) = box.log()
    assert "-e ." in own
    (box.project / "requirements.lock").write_text("thing==2.0 --hash=sha256:00\n")
    assert box.setup().returncode == 0 and len(box.log()) == 3
    box.project = box.project.rename(box.project.with_name("moved"))  # scripts in .venv/bin name the old folder
    assert box.setup().returncode == 0 and len(box.log()) == 3


def test_uv_is_used_where_it_works(box):
    box.python(ensurepip="false")  # which uv can do without
    box.add("uv", UV, works="echo uv 0.5")
    assert box.setup().returncode == 0
    venv, packages, own = box.log()
    assert venv == "uv venv" and "--require-hashes -r requirements.lock" in packages and "-e ." in own


@pytest.mark.parametrize("fault", ["shim", "index"])
def test_pip_is_used_where_uv_fails(box, fault):
    box.python()
    box.add("uv", UV, works="exit 127" if fault == "shim" else "echo uv 0.5")
    if fault == "index":
        (box.project / "no-index").touch()
    assert box.setup().returncode == 0
    assert [row.split()[0] for row in box.log()][-3:] == ["venv", "pip", "pip"]


def locked(python: str) -> dict[str, str]:
    """Package -> version, as requirements.lock says for `python` ("3.11") on Linux."""
    rows = re.findall(r"^([^\s#][^\\\n]*?)\s*\\?$", (ROOT / "requirements.lock").read_text(), flags=re.MULTILINE)
    where = {"python_version": python, "python_full_version": f"{python}.2", "sys_platform": "linux", "extra": ""}
    pins = [Requirement(row) for row in rows]
    assert all(str(pin.specifier).startswith("==") for pin in pins) and len(pins) > 100
    return {
        canonicalize_name(pin.name): str(pin.specifier)[2:]
        for pin in pins
        if pin.marker is None or pin.marker.evaluate(where)
    }


def asked(python: str) -> list[Requirement]:
    """The direct dependencies, those of `dev` included, as pyproject.toml states them for `python`."""
    texts = PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]
    return [r for r in map(Requirement, texts) if r.marker is None or r.marker.evaluate({"python_version": python})]


@pytest.mark.parametrize("python", ["3.10", "3.11", "3.12"])
def test_the_lock_holds_every_dependency_at_a_version_that_is_asked_for(python):
    pins = locked(python)
    for requirement in asked(python):
        version = pins.get(canonicalize_name(requirement.name))
        assert version and requirement.specifier.contains(version), f"{requirement} is locked at {version}: make lock"


def test_the_lock_has_hashes_and_no_addresses():
    text = (ROOT / "requirements.lock").read_text()
    pins = re.findall(r"^[a-z0-9].*", text, flags=re.MULTILINE)
    assert all(row.endswith("\\") for row in pins) and text.count("--hash=sha256:") >= len(pins)
    assert "://" not in text and "--" not in text.replace("--hash", "")


def test_the_conda_environment_has_the_pins_of_the_lock():
    environment = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    assert "python=3.11" in environment["dependencies"]
    (rows,) = [entry["pip"] for entry in environment["dependencies"] if isinstance(entry, dict)]
    assert rows[-1] == "-e ."
    pins = locked("3.11")
    expected = [f"{r.name}=={pins[canonicalize_name(r.name)]}" for r in asked("3.11")]
    assert rows[:-1] == expected, "the pip section of environment.yml must read:\n" + "\n".join(expected)


def test_the_version_is_the_same_everywhere():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert PROJECT["version"] == citation["version"] == claimbook.__version__
    assert PROJECT["license"] == citation["license"] == "Apache-2.0"
    assert "Version 2.0, January 2004" in (ROOT / "LICENSE").read_text()


def test_every_target_of_the_makefile_is_explained():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.findall(r"^([a-z]+):", makefile, flags=re.MULTILINE)
    help_text = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, env=os.environ | {"MAKEFLAGS": ""}
    ).stdout
    assert set(targets) >= {"setup", "book", "test", "bench", "lock", "format", "clean"}
    assert all(f"make {target} " in help_text for target in targets)
