"""Parameters on the command line that nobody should give: refused before anything runs, in words, with exit code 2."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from claimbook.cli import main

DEPTH = "overparameterization/depth-lp"
BAD = {
    "unknown": ("learning_rate=0.1", "no parameter named 'learning_rate'"),
    "nearly right": ("final_iteration=10", "'final_iterations'"),
    "in other letters": ("Final_Iterations=10", "no parameter named"),
    "no number": ("final_iterations=many", "not of the right type"),
    "no whole number": ("final_iterations=1.5", "not of the right type"),
    "empty": ("final_iterations=", "not of the right type"),
    "a truth for a number": ("final_iterations=true", "not of the right type"),
    "too small": ("final_iterations=0", "out of range"),
    "too large": ("final_iterations=100000000000000000000", "out of range"),
    "NaN": ("rates_l2=nan", "out of range"),
    "infinite": ("rates_l2=0.1,inf", "out of range"),
    "negative": ("rates_l2=-0.1", "out of range"),
    "one value twice": ("rates_l2=0.1,0.1", "not of the right type"),
    "a list cut short": ("rates_l2=[0.1,", "not of the right type"),
    "nested": ("rates_l2=[[0.1]]", "not of the right type"),
    "no such choice": ("precision=float16", "no value of precision"),
    "one against another": ("search_iterations=1000000", "more than final_iterations"),
    "code in the name": ("__import__('os').system('touch pwned')=1", "no parameter named"),
    "a statement in the name": ("steps; import os; os.system('touch pwned') #=1", "no parameter named"),
    "code in the value": ("precision=__import__('os').system('touch pwned')", "no value of precision"),
    "single quote": ("precision=float32'", "no value of precision"),
    "both quotes": ('precision=\'"""', "no value of precision"),
    "a newline in the value": ("precision=float32\nimport os; os.system('touch pwned')", "no value of precision"),
    "a newline in the name": ("precision\nimport os=1", "no parameter named"),
    "a backslash": ("precision=\\", "no value of precision"),
    "a null": ("precision=\0", "no value of precision"),
    "a brace": ("precision={0.__class__}", "no value of precision"),
    "markup": ("precision=[red]x[/red]", "[red]x[/red]"),
    "an emoji": ("precision=:smile:🐍", ":smile:🐍"),
    "no name": ("=1", "no name"),
    "no equals sign": ("final_iterations", "no ="),
    "very long": ("precision=" + "x" * 100_000, "no value of precision"),
}


@pytest.fixture(autouse=True)
def home(monkeypatch, tmp_path):
    """An empty home, which is also the working folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CLAIMBOOK_STORE", str(tmp_path / "store"))
    monkeypatch.setenv("CLAIMBOOK_RECORDS", str(tmp_path / "records"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.delenv("CLAIMBOOK_DATA", raising=False)
    monkeypatch.setenv("COLUMNS", "100000")
    return tmp_path


@pytest.mark.parametrize("verb", ["run", "notebook", "publish"])
@pytest.mark.parametrize(("given", "said"), BAD.values(), ids=BAD)
def test_it_is_refused_before_anything_runs(home, capsys, verb, given, said):
    words = {
        "run": ["run", DEPTH, "--preset", "paper"],
        "notebook": ["notebook", DEPTH, "-o", "out.ipynb", "-p", "preset=paper"],
        "publish": ["publish", DEPTH, "--preset", "paper"],
    }[verb]
    assert main([*words, "-p", given]) == 2
    out, err = capsys.readouterr()
    assert out == "" and err.startswith("Error: ") and said in err and "Traceback" not in err
    assert main([*words, "-p", given, "--json"]) == 2
    error = json.loads(capsys.readouterr().out)["error"]
    assert error["what"] and error["do"]
    assert list(home.iterdir()) == []


@pytest.mark.parametrize("verb", ["run", "notebook"])
def test_one_name_twice_is_refused(home, capsys, verb):
    words = [verb, DEPTH, "-p", "final_iterations=10", "-p", "final_iterations=20"]
    assert main([*words, "-o", "out.ipynb"] if verb == "notebook" else words) == 2
    err = capsys.readouterr().err
    assert "given twice" in err and "'10'" in err and "'20'" in err and list(home.iterdir()) == []


@pytest.mark.parametrize("output", ["../out.ipynb", "a/../../out.ipynb", "out.txt", "", "{0}.ipynb"])
def test_an_output_that_leads_elsewhere_is_refused(home, capsys, output):
    (home / "inside").mkdir()
    os.chdir(home / "inside")
    code = main(["notebook", DEPTH, "-p", "seeds=0", "-o", output])  # seeds=0: nothing may run in any case
    assert code == 2 and "Traceback" not in capsys.readouterr().err
    assert [path.name for path in home.rglob("*")] == ["inside"]


def test_a_real_process_says_it_too(home):
    words = ["run", DEPTH, "-p", "final_iterations=nan", "-p", "precision='; touch pwned #"]
    done = subprocess.run([sys.executable, "-m", "claimbook", *words], capture_output=True, text=True, timeout=120)
    assert done.returncode == 2 and done.stdout == "" and "Traceback" not in done.stderr
    assert "final_iterations = 'nan' is not of the right type" in done.stderr and list(home.iterdir()) == []


@pytest.mark.parametrize("place", ["/proc/nowhere/store", "file/store"])
def test_a_store_that_cannot_be_written_is_named(home, capsys, monkeypatch, place):
    (home / "file").write_text("a file, no folder")
    monkeypatch.setenv("CLAIMBOOK_STORE", place if place.startswith("/") else str(home / place))
    assert main(["run", DEPTH, "--preset", "smoke"]) == 1
    err = capsys.readouterr().err
    assert "store" in err and "CLAIMBOOK_STORE" in err and "Traceback" not in err


@pytest.mark.parametrize("threads", ["0", "many", "-1"])
def test_a_wrong_number_of_threads_is_a_mistake_of_the_call(home, capsys, monkeypatch, threads):
    monkeypatch.setenv("CLAIMBOOK_THREADS", threads)
    assert main(["run", DEPTH, "--preset", "smoke", "--json"]) == 2
    assert "CLAIMBOOK_THREADS" in json.loads(capsys.readouterr().out)["error"]["what"]
