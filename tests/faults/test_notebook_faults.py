"""What can go wrong while a notebook is run: the previous output stays as it was, and the next run goes on."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import nbformat
import pytest
from notebooks.small import notebook, printed

from claimbook.errors import RunError, UsageError
from claimbook.notebook.run import execute, run_notebook

NAME = "overparameterization/depth-lp"
OLD = "the previous output"


@pytest.fixture
def target(tmp_path):
    path = tmp_path / "out.ipynb"
    path.write_text(OLD)
    return path


def left_alone(target: Path) -> bool:
    """The previous output is there, and beside it at most one unfinished notebook."""
    beside = {path.name for path in target.parent.glob("out*")} - {"out.ipynb"}
    return target.read_text() == OLD and beside <= {"out.partial.ipynb"}


def gone(pid: int, within_s: float = 10.0) -> bool:
    """Whether a process ends soon; one that nobody has waited for counts as ended."""
    until = time.monotonic() + within_s
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.1)
    return False


def test_a_cell_that_raises(tmp_path, target):
    source = notebook(tmp_path / "small.ipynb", "n = 1", "print('so far')", "1 / 0", "print('never')")
    with pytest.raises(RunError) as caught:
        execute(source, {}, target)
    message = str(caught.value)
    assert "small.ipynb failed in cell 3: `1 / 0`" in message and "ZeroDivisionError: division by zero" in message
    assert "is as it was before" in message and "out.partial.ipynb" in message and "the same command" in message
    assert left_alone(target) and printed(tmp_path / "out.partial.ipynb") == "so far\n"
    fixed = notebook(tmp_path / "small.ipynb", "n = 1", "print('so far')")
    assert printed(execute(fixed, {}, target)) == "so far\n"
    assert not (tmp_path / "out.partial.ipynb").exists(), "a whole output leaves no unfinished one beside it"


def test_a_mistake_found_in_the_notebook_is_said_in_its_own_words(tmp_path, target):
    code = f"from claimbook.notebook import check\ncheck({NAME!r}, globals())"
    source = notebook(tmp_path / "small.ipynb", "seeds = None", code)
    with pytest.raises(RunError) as caught:
        execute(source, {"seed": 3}, target)  # papermill itself only logs a parameter that the notebook does not have
    assert "There is no parameter named 'seed'." in str(caught.value) and "Did you mean 'seeds'?" in str(caught.value)
    assert "UsageError" not in str(caught.value) and left_alone(target)
    (error,) = nbformat.read(tmp_path / "out.partial.ipynb", as_version=4).cells[-1].outputs
    assert error.traceback == [f"UsageError: {error.evalue}"], "a user's mistake has no traceback"


def test_a_cell_that_leaves_early_with_exit_code_0_is_no_success(tmp_path, target):
    source = notebook(tmp_path / "small.ipynb", "n = 1", "import sys\nsys.exit(0)", "print('never')")
    with pytest.raises(RunError, match="cell 2"):
        execute(source, {}, target)
    assert left_alone(target)


def test_a_timeout(tmp_path, target):
    source = notebook(tmp_path / "small.ipynb", "", "import os, time\nprint(os.getpid())\ntime.sleep(600)")
    began = time.monotonic()
    with pytest.raises(RunError, match=r"cell 2: `import os, time`(.|\n)*after 15 s"):
        execute(source, {}, target, timeout=15)
    assert time.monotonic() - began < 45 and left_alone(target)
    text = printed(tmp_path / "out.partial.ipynb")
    assert text.strip().isdigit() and gone(int(text)), "its kernel has ended"


def test_a_timeout_within_code_that_holds_the_interpreter(tmp_path, target):
    """A kernel that cannot react to a friendly request is ended all the same."""
    code = "import os, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\nprint(os.getpid())\nwhile True: pass"
    source, lines = notebook(tmp_path / "small.ipynb", "", code), []
    with pytest.raises(RunError, match="after 30 s"):
        execute(source, {}, target, timeout=30, progress=lines.append)
    assert left_alone(target) and gone(int(lines[-1]))


def test_a_dying_kernel(tmp_path, target):
    source = notebook(tmp_path / "small.ipynb", "", "1", "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(RunError, match=r"cell 3: `import os, signal`(.|\n)*kernel died"):
        execute(source, {}, target, timeout=60)
    assert left_alone(target)


def test_a_worker_that_is_killed(tmp_path, target):
    """Papermill's own process dies: its notebook's metadata would say that nothing happened."""
    code = "import os, signal, time\nprint(os.getpid())\nos.kill(os.getppid(), signal.SIGKILL)\ntime.sleep(600)"
    source = notebook(tmp_path / "small.ipynb", "", code)
    with pytest.raises(RunError, match="ended by SIGKILL"):
        execute(source, {}, target, timeout=60)
    assert left_alone(target)


def test_full_disk_while_the_notebook_is_written(tmp_path, target):
    """A limit on the size of files stands for a full disk."""
    source = notebook(tmp_path / "small.ipynb", "", "print('x' * 300_000)")
    code = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        f"from claimbook.notebook.run import execute\nfrom pathlib import Path\n"
        f"execute(Path({str(source)!r}), {{}}, Path({str(target)!r}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120)
    assert done.returncode != 0 and "RunError" in done.stderr and "File too large" in done.stderr, done.stderr
    assert left_alone(target)


RUN = """
import json, sys
from pathlib import Path
from claimbook.errors import ClaimbookError
from claimbook.notebook.run import execute
try:
    execute(Path(sys.argv[1]), {}, Path(sys.argv[2]), progress=lambda line: print(line, flush=True))
except KeyboardInterrupt:
    print("interrupted", flush=True)
    sys.exit(130)
"""


def running(source: Path, target: Path) -> tuple[subprocess.Popen, int, int]:
    """A process that runs a notebook whose cell 2 prints the pids of its kernel and of the worker, and waits."""
    process = subprocess.Popen([sys.executable, "-c", RUN, source, target], stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        pids = line.split()
        if len(pids) == 2 and all(pid.isdigit() for pid in pids):
            return process, int(pids[0]), int(pids[1])
    raise AssertionError("the notebook did not start")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_stopped_from_outside_and_run_again(tmp_path, target, number):
    code = "import os, time\nprint(os.getpid(), os.getppid())\ntime.sleep(600)"
    source = notebook(tmp_path / "small.ipynb", "", code)
    process, kernel, worker = running(source, target)
    process.send_signal(number)
    said, _ = process.communicate(timeout=30)
    assert process.returncode == (130 if number == signal.SIGINT else -number)
    assert number != signal.SIGINT or said.endswith("interrupted\n")
    assert gone(kernel) and gone(worker), "nothing is left running"
    assert target.read_text() == OLD
    notebook(tmp_path / "small.ipynb", "", "print('again')")
    assert printed(execute(source, {}, target)) == "again\n"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.ipynb", "small.ipynb"], "what was left is swept"


def test_a_study_that_was_killed_in_a_notebook_goes_on(tmp_path):
    """SIGKILL in the middle of the real notebook's study: the records finished so far are found by the next run."""
    store, target = tmp_path / "store", tmp_path / "out.ipynb"
    environment = {**os.environ, "CLAIMBOOK_STORE": str(store)}
    command = [sys.executable, "-c", STUDY, str(target)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment)
    for line in process.stdout:
        if "[1/6]" in line and "done in" in line:
            break
    process.kill()
    process.wait()
    assert not target.exists()
    kept = {path: path.read_bytes() for path in store.rglob("*.json")}
    assert kept, "the first batch is in the store"
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=240)
    assert done.returncode == 0, done.stderr
    assert {path: path.read_bytes() for path in kept} == kept and len(list(store.rglob("*-s*.json"))) == 12
    assert "12 runs at hand" in json.dumps(nbformat.read(target, as_version=4))
    found = int(json.dumps(nbformat.read(target, as_version=4)).split(" found, ")[0].rsplit("(", 1)[1])
    assert found >= len(kept) >= 2


STUDY = f"""
import sys
from claimbook.notebook import run_notebook
run_notebook({NAME!r}, {{}}, sys.argv[1], progress=lambda line: print(line, flush=True))
"""


@pytest.mark.parametrize(
    "given",
    [
        {"learning_rate": 0.1},
        {"seeds": "many"},
        {"seeds": -1},
        {"rates_l2": [float("nan")]},
        {"seeds = 1\nimport os; os.system('true') #": 1},
        {"scaling": '"; raise SystemExit #'},
        {"preset": "smoke'\n'"},
    ],
)
def test_a_wrong_parameter_runs_nothing(tmp_path, target, given):
    with pytest.raises(UsageError):
        run_notebook(NAME, given, target)
    assert left_alone(target) and [path.name for path in tmp_path.iterdir()] == ["out.ipynb"]


def test_quotes_newlines_and_braces_in_a_value_are_text_and_nothing_else(tmp_path):
    value = '\'"\\\n{n}%s`$(touch x)`"""\nimport os\nos._exit(3)\n#é€'
    source = notebook(tmp_path / "small.ipynb", "word = ''", "print(ascii(word))")
    assert printed(execute(source, {"word": value}, tmp_path / "out.ipynb")) == ascii(value) + "\n"


def test_two_dots_in_the_output_path_are_refused(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(UsageError, match=r"`\.\.`"):
        run_notebook(NAME, {}, "../out.ipynb")
    assert not (tmp_path.parent / "out.ipynb").exists()
