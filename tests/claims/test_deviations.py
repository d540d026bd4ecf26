"""Deviations: declared with every mistake named, and the other way judged by the same rules."""

from __future__ import annotations

import pytest
from claims.fakes import ORDER, Records, book

from claimbook.claims.judge import judge
from claimbook.claims.sensitivity import IN_SIZE, IN_VERDICT, NO, NOT_RUN, OPEN, Way, sensitivity
from claimbook.claims.words import NOT_REPRODUCED, REPRODUCED, UNDECIDED
from claimbook.errors import ClaimError

DEVIATION = """\
deviations:
  - id: the-scaling
    what: The paper names two scalings; we take one.
    experiment: race
    claims: [M-1]
    readings: [{scaling: other}]
  - id: the-figure
    what: The figure could not be read.
    why_not: There is only one.
"""
# a − b is 3 with a spread of 0.1: reproduced with the margin of 1.
A, B = [1.0, 1.1, 0.9, 1.05, 0.95], [4.0, 4.0, 4.1, 3.9, 4.0]


def tried(tmp_path, values, text=DEVIATION):
    mains = {("paper", "a", "loss"): A, ("paper", "b", "loss"): B}
    found = sensitivity(book(tmp_path, ORDER + text), Records(mains | values), "race")
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("a", "verdict", "matters"),
    [
        ([x + 0.05 for x in A], REPRODUCED, NO),
        ([x - 9 for x in A], REPRODUCED, IN_SIZE),
        ([x + 9 for x in A], NOT_REPRODUCED, IN_VERDICT),
        ([-30, 40, 1, -20, 30], UNDECIDED, OPEN),
    ],
)
def test_the_other_way_is_judged_and_compared(tmp_path, a, verdict, matters):
    found = tried(tmp_path, {("paper", "a", "loss", "other"): a, ("paper", "b", "loss", "other"): B})
    assert found.way == Way({"scaling": "other"})
    assert (found.main.verdict, found.other.verdict, found.matters) == (REPRODUCED, verdict, matters)
    assert found.other.measured == pytest.approx(sum(B) / 5 - sum(a) / 5)


def test_what_was_not_run_says_so(tmp_path):
    found = tried(tmp_path, {("paper", "a", "loss", "other"): A})
    assert found.matters == NOT_RUN and found.other.measured is None and found.arms == ["a", "b"]


def test_other_arms_and_metrics_stand_in(tmp_path):
    text = DEVIATION.replace("readings: [{scaling: other}]", "instead: [{b: c, loss: score}]")
    found = tried(tmp_path, {("paper", "a", "score"): B, ("paper", "c", "score"): A}, text)
    assert (found.other.verdict, found.matters, found.arms) == (NOT_REPRODUCED, IN_VERDICT, ["a", "c"])


def test_a_part_that_reads_none_of_the_other_names_is_left_out(tmp_path):
    text = DEVIATION.replace("readings: [{scaling: other}]", "instead: [{score: late}]")
    mains = {("paper", "a", "loss"): A, ("paper", "b", "loss"): B}
    assert sensitivity(book(tmp_path, ORDER + text), Records(mains)) == []


def test_verdicts_do_not_depend_on_deviations(tmp_path):
    mains = {("paper", "a", "loss"): A, ("paper", "b", "loss"): B}
    without = judge(book(tmp_path, ORDER), Records(mains))
    assert judge(book(tmp_path, ORDER + DEVIATION), Records(mains)) == without


def test_another_experiments_deviations_are_left_out(tmp_path):
    assert sensitivity(book(tmp_path, ORDER + DEVIATION), Records({}), "walk") == []


@pytest.mark.parametrize(
    ("right", "wrong", "says", "do"),
    [
        ("experiment: race\n    claims", "experiment: rase\n    claims", "there is no experiment named", "'race'"),
        ("claims: [M-1]", "claims: [M-2]", "there is no claim named 'M-2' in race", "'M-1'"),
        ("{scaling: other}", "{skaling: other}", "no parameter named 'skaling' in race", "'scaling'"),
        ("readings: [{scaling: other}]", "instead: [{aa: b}]", "no arm or metric named 'aa' in race", "'a'"),
        ("readings: [{scaling: other}]", "instead: [{a: loss}]", "no arm named 'loss' in race", "a, b, c"),
        ("readings: [{scaling: other}]", "instead: [{loss: a}]", "no metric named 'a' in race", "score"),
        ("readings: [{scaling: other}]", "readings: [{}]", "at least one parameter, arm or metric", ""),
        ("    readings: [{scaling: other}]\n", "", "or says `why_not`", ""),
        ("readings: [{scaling: other}]", "readings: [{scaling: x}]\n    why_not: x", "one of the two", ""),
        ("    claims: [M-1]\n", "", "judged by `claims`", ""),
        ("what: The paper", "wat: The paper", "no field named 'wat'", "'what'"),
        ("id: the-figure", "id: the-scaling", "stands twice", ""),
        ("id: the-figure", "id: The figure", "pattern", ""),
    ],
)  # fmt: skip
def test_a_mistake_is_named_with_file_and_line(tmp_path, right, wrong, says, do):
    assert right in DEVIATION
    with pytest.raises(ClaimError) as caught:
        book(tmp_path, ORDER + DEVIATION.replace(right, wrong, 1))
    message = str(caught.value)
    assert f"{tmp_path / 'claims.yaml'}:" in message and says in message and do in message


def test_the_line_is_the_very_one(tmp_path):
    with pytest.raises(ClaimError) as caught:
        book(tmp_path, ORDER + DEVIATION.replace("{scaling: other}", "{skaling: other}"))
    text = (tmp_path / "claims.yaml").read_text()
    line = next(n for n, row in enumerate(text.splitlines(), 1) if "skaling" in row)
    assert f"claims.yaml:{line}: the-scaling: " in str(caught.value)
