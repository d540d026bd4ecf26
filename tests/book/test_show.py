"""What notebooks show, from made records."""

import dataclasses
import re

import pytest

from claimbook.book import show
from claimbook.book.text import number
from claimbook.claims.ledger import verdicts
from claimbook.evidence import RecordEvidence
from claimbook.study import committed, reproduce

NAME = "overparameterization/depth-lp"


@pytest.fixture
def published(made):
    return reproduce(NAME, preset="published")


@pytest.fixture
def unjudged(made, tmp_path, monkeypatch):
    """The same measurements, as those of a study that does not judge."""
    return dataclasses.replace(reproduce(NAME, preset="published"), preset="smoke", stand_in=True)


def test_the_study_names_its_records_and_links_to_each(published, made):
    shown = show.study(published)
    assert "preset paper, committed records: 30 runs at hand" in shown.text.lower()
    for record in made:
        anchor = "record-" + record.id.replace("/", "-")
        assert f'href="../../records/{NAME}.html#{anchor}">{record.seed}</a>' in shown.html


def test_a_gap_is_named_with_the_command_that_fills_it(made, monkeypatch):
    study = reproduce(NAME, preset="paper", seeds=7, make="never", data="real")
    shown = show.study(study)
    assert "12 runs missing" in shown.text
    assert f"claimbook run {NAME} --preset paper --seeds 7 fills that (about" in shown.text
    assert "5, 6" in shown.html


def test_networks_are_counted_from_the_live_blocks(published):
    lines = show.networks(published).text.splitlines()
    totals = [int(line.split()[-1]) for line in lines if "in all" in line]
    assert totals == [128, 129, 130]
    assert any("n3-l2, n3-l4" in line and "1 × 128" in line for line in lines)


def test_curves_have_a_panel_for_each_loss_and_a_line_for_each_depth(published):
    shown = show.curves(published)
    assert shown.html.count("<svg") == 2
    assert "p = 2: loss over iteration: depth 1 from" in shown.text and "p = 4:" in shown.text
    assert "mean of the logs over 5 seeds" in shown.text
    assert "preset paper, committed records" in shown.text.lower()
    assert show.curves(published) == shown


def test_curves_of_nothing_say_so(made, tmp_path, monkeypatch):
    study = reproduce(NAME, preset="paper", make="never", data="real", seeds=[9])
    assert "No record with a curve" in show.curves(study).text


def test_rates_count_what_was_chosen_and_what_was_discarded(published):
    text = show.rates(published).text
    row = next(line for line in text.splitlines() if line.startswith("0.005 "))
    assert row.split()[1:4] == ["0.25", "✓", "5"]
    row = next(line for line in text.splitlines() if line.startswith("0.5 "))
    assert row.split() == ["0.5"] + ["✗", "5"] * 3


def test_claims_show_the_judges_verdicts_and_numbers(published):
    shown = show.claims(published)
    own = [v for v in verdicts(RecordEvidence([committed()]), ["overparameterization"]) if v.experiment == NAME]
    assert own and shown.text.count("OP-2.1") == 1
    badges = re.findall(r'class="verdict v-[a-z-]*">([a-z ]*)<', shown.html)
    expected = []
    for verdict in own:
        expected.append(verdict.verdict)
        for part in verdict.parts:
            expected += [part.verdict, *(step.verdict for step in part.parts)]
    assert badges == expected
    for part in own[0].parts:
        assert f">{part.measured:.4g}</a>" in shown.html
    assert 'href="../../ledger.html#claim-op-2-1"' in shown.html


def test_smoke_never_judges_and_still_shows_what_it_measured(published, unjudged):
    shown = show.claims(unjudged)
    assert "Smoke never judges" in shown.text
    assert set(re.findall(r'class="verdict v-[a-z-]*">([a-z ]*)<', shown.html)) == {"not judged"}
    assert "<a " not in shown.html
    judged = re.findall(r"0\.0\d+", show.claims(published).text)
    assert judged and judged == re.findall(r"0\.0\d+", shown.text)


def test_a_study_with_other_settings_does_not_judge(made):
    study = reproduce(NAME, preset="paper", make="never", data="real", final_iterations=800_000)
    shown = show.claims(study)
    assert "does not judge" in shown.text and "reproduced" not in shown.text


def test_a_curve_by_seed_has_a_column_for_each_record_and_the_curves_beside(published, made):
    from claimbook.errors import UsageError

    own = [record for record in made if record.arm == "n1-l2"]
    name, curve = next(iter(own[0].curves.items()))
    x, y = list(curve)[:2]
    shown = show.by_seed(published, "n1-l2", name, x, y, beside={name: "once more"})
    for record in own:
        assert f">{record.seed}</a>" in shown.html and f"seed {record.seed}" in shown.text
    lines = [line.split() for line in shown.text.splitlines()]
    last = next(line for line in lines if line and line[0] == number(curve[x][-1]))
    assert last[1:] == [number(record.curves[name][y][-1]) for record in [*own, own[0]]]
    for wrong in (("n9", name, x, y), ("n1-l2", "nothing", x, y), ("n1-l2", name, x, "nothing")):
        with pytest.raises(UsageError):
            show.by_seed(published, *wrong)
    nothing = dataclasses.replace(published, records={})
    assert show.by_seed(nothing, "n1-l2", name, x, y).text.startswith("No record of")
