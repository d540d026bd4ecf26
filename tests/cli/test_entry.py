"""From arguments to an exit code: mistakes are said in words, defects are not hidden."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from claimbook import __version__
from claimbook.cli import app, main, output
from claimbook.errors import ClaimbookError

VERBS = "doctor list data run judge errata show notebook publish revalidate book recognise".split()


def test_version(claimbook):
    said = claimbook("--version")
    assert (said.code, said.out) == (0, f"claimbook {__version__}\n")


def test_every_verb_is_there_and_has_help_with_examples(claimbook):
    helped = claimbook("--help")
    assert helped.code == 0 and all(f" {verb} " in helped.out for verb in VERBS)
    for verb in VERBS:
        said = claimbook(verb, "--help")
        assert said.code == 0 and "--json" in said.out and "Examples" in said.out and f"claimbook {verb}" in said.out
        assert claimbook(verb, "-h").out == said.out


def test_no_verb_at_all_shows_the_help(claimbook):
    said = claimbook()
    assert "Commands" in said.out + said.err and said.code in (0, 2)


@pytest.mark.parametrize(
    ("words", "what", "guess"),
    [
        (["jugde"], "no command named 'jugde'", "'judge'"),
        (["judge", "overparametrization"], "no paper or claim named", "'overparameterization'"),
        (["judge", "OP-2.9"], "no paper or claim named 'OP-2.9'", "'OP-2."),
        (["errata", "overparameterisation"], "no paper named", "'overparameterization'"),
        (["revalidate", "overparameterisation"], "no paper or experiment named", "'overparameterization'"),
        (["list", "overparameterization/depth"], "no paper or experiment named", "'overparameterization/depth-lp'"),
        (["data", "fetc"], "no action of `claimbook data` named", "'fetch'"),
        (["data", "fetch", "gas-sensors"], "no data set named", "'gas-sensor'"),
        (["run", "overparameterization/depth-pl"], "no experiment named", "'overparameterization/depth-lp'"),
        (["run", "overparameterization"], "is a paper, not an experiment", "overparameterization/depth-lp"),
        (["run", "overparameterization/depth-lp", "--preset", "quik"], "no preset", "'quick'"),
        (["run", "overparameterization/depth-lp", "--arm", "n3-l3"], "no arm", "'n3-l"),
        (["run", "overparameterization/depth-lp", "--data", "reel"], "no kind of data", "'real'"),
        (["run", "overparameterization/depth-lp", "--presett", "quick"], "no option '--presett'", "'--preset'"),
        (["publish", "overparameterization/depth-lp", "--preset", "papr"], "no preset", "'paper'"),
        (["notebook", "overparameterization/deth-lp", "-o", "x.ipynb"], "no experiment named", "depth-lp"),
        (["show", "OP-2-1"], "no claim or record named", "'OP-2.1'"),
    ],
)
def test_an_unknown_name_is_answered_with_the_nearest(claimbook, words, what, guess):
    said = claimbook(*words)
    text = " ".join(said.err.split())
    assert said.code == 2 and said.out == "" and what in text and guess in text and "Traceback" not in text
    told = claimbook(*words, "--json").document["error"]
    assert what in told["what"] and guess in told["do"] and set(told) == {"what", "why", "do"}


@pytest.mark.parametrize(
    "words",
    [
        ["run"],
        ["run", "overparameterization/depth-lp", "--seeds", "0"],
        ["run", "overparameterization/depth-lp", "--seeds", "many"],
        ["run", "overparameterization/depth-lp", "--seeds", "1000000000"],
        ["run", "overparameterization/depth-lp", "--seeds", "2", "--seed", "1"],
        ["run", "overparameterization/depth-lp", "--jobs", "-1"],
        ["run", "overparameterization/depth-lp", "--preset"],
        ["notebook", "overparameterization/depth-lp"],
        ["publish", "overparameterization/depth-lp"],
        ["publish", "overparameterization/depth-lp", "--preset", "smoke"],
        ["judge", "--readme", "no-such-file.md"],
        ["show"],
    ],
)
def test_a_wrong_call_exits_2_without_a_traceback(claimbook, words):
    said = claimbook(*words)
    assert said.code == 2 and said.err.startswith("Error: ") and "Traceback" not in said.err and said.out == ""
    assert claimbook(*words, "--json").document["error"]["what"]


def test_an_error_says_what_why_and_what_to_do(capsys):
    with output.streams(False):
        output.error(ClaimbookError("It [broke].", "It was [red]old[/red].", "Buy one."))
    assert capsys.readouterr() == ("", "Error: It [broke].\nIt was [red]old[/red].\n→ Buy one.\n")


def test_a_fault_has_its_own_exit_code(claimbook, monkeypatch):
    class Odd(ClaimbookError):
        exit_code = 7

    monkeypatch.setattr("claimbook.doctor.examine", lambda: (_ for _ in ()).throw(Odd("Odd.")))
    assert claimbook("doctor").code == 7


def test_ctrl_c_anywhere_exits_130_without_a_traceback(claimbook, monkeypatch):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("claimbook.doctor.examine", interrupted)
    said = claimbook("doctor", "--json")
    assert said.code == 130 and "Traceback" not in said.err and said.document["error"]["what"] == "Stopped."


def test_a_defect_keeps_its_traceback_and_says_that_it_is_ours(capsys, monkeypatch):
    monkeypatch.setattr("claimbook.doctor.examine", lambda: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["doctor", "--json"])
    out, err = capsys.readouterr()
    assert "defect of Claimbook: ZeroDivisionError" in json.loads(out)["error"]["what"] and "defect" in err


def test_json_is_all_of_stdout_whatever_else_is_printed(home):
    script = home / "noisy.py"
    script.write_text(
        "import os, sys\nfrom claimbook import doctor\nfrom claimbook.cli import main\n"
        "report = doctor.examine(probe=False)\n"
        "def noisy():\n    print('by python'); os.system('echo by a child'); os.write(1, b'by C')\n    return report\n"
        "doctor.examine = noisy\nsys.exit(main(['doctor', '--json']))\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=120)
    assert "can_run" in json.loads(done.stdout)
    assert all(noise in done.stderr for noise in ("by python", "by a child", "by C"))


@pytest.mark.parametrize("words", [["list"], ["list", "--json"], ["errata"]])
def test_a_reader_that_has_gone_is_no_traceback(home, words):
    command = [sys.executable, "-m", "claimbook", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as done:
        done.stdout.close()
        err = done.stderr.read()
        assert done.wait(60) == 141 and err == ""


def test_exit_codes_of_real_processes(process):
    assert process("list").code == 0
    assert process("nothing").code == 2
    said = process("run", "nowhere", "--json")
    assert said.code == 2 and said.document["error"]["what"] == "There is no experiment named 'nowhere'."


def test_a_terminal_without_our_letters_gets_marks_not_a_traceback(process):
    said = process("list", PYTHONIOENCODING="ascii:strict", PYTHONUTF8="0", LC_ALL="C")
    assert said.code == 0 and "OP-2.1" in said.out and "?" in said.out


def test_no_colour_goes_into_a_pipe_nor_where_none_is_wanted(process):
    assert "\x1b" not in process("judge").out
    assert "\x1b[3" not in process("judge", NO_COLOR="1", FORCE_COLOR="1").out


def test_a_shell_gets_its_completions(process):
    said = process(_CLAIMBOOK_COMPLETE="complete_bash", COMP_WORDS="claimbook jud", COMP_CWORD="1")
    assert said.out.split() == ["judge"]


def test_the_verbs_hold_no_others():
    assert [command.name for command in app.app.registered_commands] == VERBS
