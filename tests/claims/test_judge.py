"""The judge on made-up records: choice of preset, rule 5, scale, Holm, looks, faults, and rows as JSON."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from claims.fakes import ORDER, Records, book

from claimbook.claims import VERDICTS, judge
from claimbook.errors import ClaimError

NOISE = np.array([-0.2, 0.1, 0.0, 0.2, -0.1])
GOOD = {("paper", "a", "loss"): 1.0 + NOISE, ("paper", "b", "loss"): 4.0 - NOISE}
BAD = {("paper", "a", "loss"): 4.0 + NOISE, ("paper", "b", "loss"): 1.0 - NOISE}
REDUCED = ORDER + "    reduced: {margin: 0.5, reason: smaller runs}\n"
DECISIVE = ORDER.replace(
    "settings: {basis: stated}",
    "settings: {basis: our reading, read: [scaling]}\n    decisive: true\n    readings: [{scaling: x}, {scaling: y}]",
)
FIELDS = (
    "id paper experiment kind says where paper_value measured interval method n_seeds power preset data verdict reason "
    "stale records parts"
).split()


def one(tmp_path, claims, values, **options):
    (verdict,) = judge(book(tmp_path, claims), Records(values, **options))
    assert verdict.verdict in VERDICTS
    return verdict


def at(preset, values):
    return {(preset, *key[1:]): x for key, x in values.items()}


def read(scaling, values):
    return {(*key, scaling): x for key, x in values.items()}


def test_a_row_has_exactly_its_fields_and_is_json(tmp_path):
    verdict = one(tmp_path, ORDER, GOOD)
    row = verdict.row()
    assert list(row) == FIELDS and json.loads(json.dumps(row, allow_nan=False)) == row
    assert (row["verdict"], row["preset"], row["data"], row["n_seeds"]) == ("reproduced", "paper", "numbers", 5)
    assert row["experiment"] == "made-up/race" and row["measured"] == pytest.approx(3.0)
    assert row["interval"][0] == pytest.approx(3 - 2.776445 * np.std(2 * NOISE, ddof=1) / math.sqrt(5), rel=1e-5)
    assert row["records"] == sorted(f"made-up/race/{arm}-s{seed}-paper" for arm in "ab" for seed in range(5))
    assert verdict.measured_text == "3" and verdict.interval_text.startswith("[2.6")


def test_the_arms_are_paired_by_seed(tmp_path):
    wild = np.array([0.0, 100.0, -50.0, 30.0, 7.0])
    values = {("paper", "a", "loss"): wild, ("paper", "b", "loss"): wild + 3.0 + NOISE}
    assert one(tmp_path, ORDER, values).verdict == "reproduced"


def test_logs_compare_ratios(tmp_path):
    values = {("paper", "a", "loss"): np.exp(NOISE), ("paper", "b", "loss"): np.exp(NOISE + 2.0 + 0.1 * NOISE)}
    verdict = one(tmp_path, ORDER + "    transform: log\n", values)
    assert verdict.measured == pytest.approx(2.0) and "logs" in verdict.method
    with pytest.raises(ClaimError, match="no log"):
        one(tmp_path, ORDER + "    transform: log\n", {**GOOD, ("paper", "a", "loss"): -NOISE - 1})
    zero = {**values, ("paper", "a", "loss"): np.zeros(5)}  # a loss of nothing is the best, not a diverged run
    assert one(tmp_path, ORDER + "    transform: log\n", zero).verdict == "reproduced"


class TestWhichRuns:
    def test_nothing_at_all_is_not_tested_with_command_and_cost(self, tmp_path):
        verdict = one(tmp_path, ORDER, {})
        assert verdict.verdict == "not tested" and verdict.preset is None and verdict.records == []
        assert "claimbook run made-up/race --preset paper --seeds 5" in verdict.reason
        assert "5.0 h on 2 cores" in verdict.reason
        assert "unknown cost" in one(tmp_path, ORDER, {}, hours=None).reason

    def test_fewer_seeds_than_planned_are_told_and_judge_nothing(self, tmp_path):
        few = {**GOOD, ("paper", "b", "loss"): [4.0, 4.1]}
        verdict = one(tmp_path, ORDER, few)
        assert verdict.verdict == "undecided" and "a 5, b 2 of 5 seeds" in verdict.reason

    def test_the_planned_seeds_are_these_and_no_others(self, tmp_path):
        shifted = {key: dict(enumerate(x, 1)) for key, x in GOOD.items()}  # seeds 1 … 5
        assert one(tmp_path, ORDER, shifted).verdict == "undecided"

    def test_more_seeds_than_planned_are_not_counted(self, tmp_path):
        more = {key: [*x, 1e3] for key, x in GOOD.items()}
        verdict = one(tmp_path, ORDER, more)
        assert verdict.n_seeds == 5 and verdict.measured == pytest.approx(3.0)
        assert "1 more seed(s) exist and are not counted" in verdict.reason

    def test_paper_is_taken_before_reduced(self, tmp_path):
        assert one(tmp_path, REDUCED, {**GOOD, **at("reduced", BAD)}).verdict == "reproduced"

    @pytest.mark.parametrize(
        ("values", "verdict"),
        [
            (GOOD, "reproduced at reduced scale"),
            (BAD, "absent or opposite at reduced scale"),
            (
                {("paper", "a", "loss"): [1.0] * 5, ("paper", "b", "loss"): [1.0] * 5},
                "absent or opposite at reduced scale",
            ),
            ({("paper", "a", "loss"): 1.0 + NOISE, ("paper", "b", "loss"): 1.3 + 0.9 * NOISE}, "undecided"),  # partly
            ({("paper", "a", "loss"): 9 * NOISE, ("paper", "b", "loss"): -9 * NOISE}, "undecided"),
        ],
    )
    def test_reduced_says_only_three_things(self, tmp_path, values, verdict):
        found = one(tmp_path, REDUCED, at("reduced", values))
        assert found.verdict == verdict and found.preset == "reduced" and "cannot refute" in found.reason

    def test_reduced_judges_only_where_it_was_declared(self, tmp_path):
        assert one(tmp_path, ORDER, at("reduced", GOOD)).verdict == "not tested"

    def test_reduced_has_a_margin_of_its_own(self, tmp_path):
        near = {("paper", "a", "loss"): 1.0 + NOISE, ("paper", "b", "loss"): 1.6 + 0.8 * NOISE}  # 0.6 ± 0.05
        assert one(tmp_path, REDUCED, at("reduced", near)).verdict == "reproduced at reduced scale"
        assert one(tmp_path, REDUCED, near).verdict == "partly"

    def test_what_stands_at_paper_is_told_when_reduced_judges(self, tmp_path):
        values = {("paper", "a", "loss"): [1.0], ("paper", "b", "loss"): [4.0], **at("reduced", GOOD)}
        assert "At paper there are a 1, b 1 of 5 seeds." in one(tmp_path, REDUCED, values).reason

    def test_smoke_and_quick_never_judge(self, tmp_path):
        for preset in ("smoke", "quick"):
            found = one(tmp_path, REDUCED, at(preset, GOOD), presets=("paper", "reduced", preset))
            assert found.verdict == "not tested"

    def test_nothing_is_judged_on_a_stand_in(self, tmp_path):
        assert one(tmp_path, ORDER, GOOD, data="numbers (stand-in)").verdict == "not tested"


class TestRuns:
    def test_diverged_runs_are_counted_and_shown(self, tmp_path):
        values = {**GOOD, ("paper", "a", "loss"): [1.0, math.nan, 1.1, 0.9, 1.0]}
        verdict = one(tmp_path, ORDER, values)
        assert verdict.verdict == "undecided" and verdict.n_seeds == 5
        assert "1 run(s) diverged and are counted: a seed 1" in verdict.reason
        assert verdict.row()["interval"] is None

    def test_stale_records_are_used_and_marked(self, tmp_path):
        verdict = one(tmp_path, ORDER, GOOD, stale=[2])
        assert verdict.verdict == "reproduced" and "2 of its records are stale" in verdict.reason
        assert verdict.stale == ["made-up/race/a-s2-paper", "made-up/race/b-s2-paper"]

    def test_faults_are_named(self, tmp_path):
        verdict = one(tmp_path, ORDER, GOOD, faults=["x.json: corrupt", "y.json: edited", "z: foreign", "w: twice"])
        assert "4 record(s) are not counted: x.json: corrupt; y.json: edited; z: foreign and 1 more" in verdict.reason
        assert "x.json" in one(tmp_path, ORDER, {}, faults=["x.json: corrupt"]).reason


class TestReadings:
    """Rule 5: settings that the paper never states."""

    def test_reproduced_needs_no_other_reading(self, tmp_path):
        verdict = one(tmp_path, DECISIVE, GOOD)
        assert verdict.verdict == "reproduced" and "With scaling = x: not run." in verdict.reason

    def test_not_reproduced_alone_is_undecided(self, tmp_path):
        verdict = one(tmp_path, DECISIVE, BAD)
        assert verdict.verdict == "undecided" and "Settings not stated" in verdict.reason

    def test_one_other_reading_is_not_enough(self, tmp_path):
        assert one(tmp_path, DECISIVE, {**BAD, **read("x", BAD)}).verdict == "undecided"

    def test_two_that_agree_are(self, tmp_path):
        verdict = one(tmp_path, DECISIVE, {**BAD, **read("x", BAD), **read("y", BAD)})
        assert verdict.verdict == "not reproduced under our reading"
        assert "With scaling = y: not reproduced." in verdict.reason

    def test_one_that_differs_leaves_it_open(self, tmp_path):
        assert one(tmp_path, DECISIVE, {**BAD, **read("x", BAD), **read("y", GOOD)}).verdict == "undecided"

    def test_a_reading_may_be_run_at_reduced(self, tmp_path):
        text = DECISIVE + "    reduced: {margin: 0.5, reason: smaller runs}\n"
        values = {**BAD, **read("x", BAD), **read("y", at("reduced", BAD))}
        assert one(tmp_path, text, values).verdict == "not reproduced under our reading"
        assert one(tmp_path, DECISIVE, values).verdict == "undecided"

    def test_agreeing_readings_at_reduced_scale_still_refute_nothing(self, tmp_path):
        text = DECISIVE + "    reduced: {margin: 0.5, reason: smaller runs}\n"
        values = at("reduced", BAD) | read("x", at("reduced", BAD)) | read("y", at("reduced", BAD))
        assert one(tmp_path, text, values).verdict == "absent or opposite at reduced scale"


class TestLooks:
    TWO = ORDER.replace("seeds: 5", "seeds: 3\n    looks: 2")

    def test_both_looks_are_at_97_5_percent(self, tmp_path):
        assert "97.5 % interval" in one(tmp_path, self.TWO, GOOD).method

    def test_the_top_up_counts_when_it_is_declared_and_complete(self, tmp_path):
        assert one(tmp_path, self.TWO, GOOD).n_seeds == 3
        declared = self.TWO.replace("looks: 2", "looks: 2\n    top_up: 5")
        assert one(tmp_path, declared, GOOD).n_seeds == 5
        assert one(tmp_path, declared, {key: x[:4] for key, x in GOOD.items()}).n_seeds == 3

    def test_an_undecided_study_says_how_many_seeds_would_decide_and_their_cost(self, tmp_path):
        wide = {("paper", "a", "loss"): 3 * NOISE, ("paper", "b", "loss"): -3 * NOISE}
        verdict = one(tmp_path, self.TWO, wide)
        assert verdict.verdict == "undecided" and "seeds (" in verdict.reason and "80 %" in verdict.reason
        assert 0 < verdict.power < 0.8


class TestFamily:
    """Holm runs over everything that the file declares."""

    EDGE = {("paper", "a", "loss"): 0.0 * NOISE, ("paper", "b", "loss"): 1.0 + 4.4 * NOISE}  # p about 0.015

    def test_an_untested_claim_costs_what_a_tested_one_does(self, tmp_path):
        assert one(tmp_path, ORDER, self.EDGE).verdict == "reproduced"
        plan = ORDER.replace("M-1", "M-2").replace("    experiment: race\n", "")
        plan += "    not_tested: {reason: quoted, detail: elsewhere}\n"
        first, second = judge(book(tmp_path, ORDER + plan), Records(self.EDGE))
        assert (first.verdict, second.verdict) == ("undecided", "not tested")
        assert "correction for all orderings" in first.reason and "the paper's 2 orderings" in first.method

    def test_a_record_joining_the_family_changes_no_other_verdict(self, tmp_path):
        other = ORDER.replace("M-1", "M-2").replace("metric: loss", "metric: score")
        before = judge(book(tmp_path, ORDER + other), Records(self.EDGE))
        noise = {("paper", "a", "score"): 9 * NOISE, ("paper", "b", "score"): -9 * NOISE}
        after = judge(book(tmp_path, ORDER + other), Records({**self.EDGE, **noise}))
        assert before[0] == after[0] and after[1].verdict == "undecided"

    def test_a_threshold_is_in_the_family_too(self, tmp_path):
        text = ORDER.replace("kind: ordering", "kind: threshold")
        text = text.replace(
            "{winner: a, loser: b, metric: loss, better: lower}", "{arm: a, metric: score, side: above, limit: 0}"
        ).replace("M-1", "M-2")
        verdicts = judge(book(tmp_path, ORDER + text), Records({**self.EDGE, ("paper", "a", "score"): 5 + NOISE}))
        assert [verdict.verdict for verdict in verdicts] == ["reproduced", "reproduced"]
        assert "2 orderings" in verdicts[1].method


class TestAsGoodAs:
    """a is no worse than b by more than 1: a threshold on the difference of two arms of one seed."""

    NO_WORSE = ORDER.replace("kind: ordering", "kind: threshold").replace(
        "{winner: a, loser: b, metric: loss, better: lower}", "{arm: a, minus: b, metric: loss, side: below, limit: 1}"
    )
    WILD = np.array([0.0, 100.0, -50.0, 30.0, 7.0])

    def against(self, tmp_path, gap, claims=NO_WORSE):
        return one(tmp_path, claims, {("paper", "a", "loss"): gap + self.WILD, ("paper", "b", "loss"): self.WILD})

    def test_the_difference_is_held_against_the_limit(self, tmp_path):
        right, wrong, edge = (self.against(tmp_path, gap + NOISE) for gap in (-0.5, 3.0, 1.0))
        assert (right.verdict, wrong.verdict, edge.verdict) == ("reproduced", "not reproduced", "not reproduced")
        assert right.measured == pytest.approx(1.5) and "over 5 seeds, paired" in right.method
        assert len(right.records) == 10

    def test_of_logs_it_is_a_ratio(self, tmp_path):
        text = self.NO_WORSE.replace("limit: 1}", "limit: 2}\n    transform: log").replace("value: 1.0", "value: 0.1")
        b = 1.0 + NOISE
        verdict = one(tmp_path, text, {("paper", "a", "loss"): 1.5 * b, ("paper", "b", "loss"): b})
        assert verdict.verdict == "reproduced" and verdict.measured == pytest.approx(math.log(2 / 1.5))

    @pytest.mark.parametrize("arm", ["a", "b"])
    def test_a_run_of_either_arm_that_diverged_counts_against_it(self, tmp_path, arm):
        values = {("paper", "a", "loss"): 0.0 * NOISE, ("paper", "b", "loss"): 0.0 * NOISE}
        assert one(tmp_path, self.NO_WORSE, values).verdict == "reproduced"
        values["paper", arm, "loss"] = np.array([0, np.nan, 0, np.nan, 0])
        assert one(tmp_path, self.NO_WORSE, values).verdict == "undecided"


PARTS = """\
  - id: M-1
    says: a row of a table
    where: Table 1
    experiment: race
    kind: value
    margin: {value: 2.0, reason: the paper's rounding}
    seeds: 5
    settings: {basis: stated}
    parts:
      - {id: test, kind: value, essential: true, predicate: {arm: a, metric: score, printed: 90, rounding: 0.5}}
      - {id: train, kind: value, predicate: {arm: a, metric: late, printed: 99, rounding: 0.5}}
"""


class TestParts:
    ROW = {("paper", "a", "score"): 90 + NOISE, ("paper", "a", "late"): 99 + NOISE}

    def test_parts_share_the_error_and_stand_below(self, tmp_path):
        verdict = one(tmp_path, PARTS, self.ROW)
        assert verdict.verdict == "reproduced" and [part.id for part in verdict.parts] == ["M-1.test", "M-1.train"]
        assert all("97.5 %" in part.method for part in verdict.parts) and "97.5 %" in verdict.method
        assert verdict.row()["parts"][0]["measured"] == pytest.approx(90.0)

    def test_the_essential_part_decides(self, tmp_path):
        assert one(tmp_path, PARTS, {**self.ROW, ("paper", "a", "score"): 80 + NOISE}).verdict == "not reproduced"
        assert one(tmp_path, PARTS, {**self.ROW, ("paper", "a", "late"): 80 + NOISE}).verdict == "partly"

    def test_one_run_borrows_the_spread_of_its_own_arms_at_reduced(self, tmp_path):
        values = {key: x[:1] for key, x in self.ROW.items()} | at("reduced", self.ROW)
        verdict = one(tmp_path, PARTS, values)
        assert verdict.verdict == "reproduced" and verdict.preset == "paper" and verdict.n_seeds == 1
        assert "borrowed from preset reduced (4 df)" in verdict.parts[0].method
        assert "At paper there are a 1 of 5 seeds." in verdict.reason

    def test_diverged_runs_and_arms_at_chance_lend_nothing(self, tmp_path):
        values = {key: x[:1] for key, x in self.ROW.items()} | at("reduced", self.ROW)
        values["reduced", "a", "score"] = [90.0, 90.2, math.nan, math.nan, 90.1]
        assert "(2 df)" in one(tmp_path, PARTS, values).parts[0].method
        chance = PARTS.replace("metric: score,", "metric: score, chance: 90,")
        assert one(tmp_path, chance, values).parts[0].verdict == "undecided"

    def test_three_runs_of_five_are_told_and_judge_no_value(self, tmp_path):
        verdict = one(tmp_path, PARTS, {key: x[:3] for key, x in self.ROW.items()} | at("reduced", self.ROW))
        assert verdict.verdict == "undecided" and "a 3 of 5 seeds" in verdict.reason

    def test_a_misprinted_part_falls_alone(self, tmp_path):
        misprint = "{id: count, kind: equality, inconsistent: {erratum: M-ERR.1, supports: four.}}"
        verdict = one(tmp_path, PARTS + f"      - {misprint}\n", self.ROW)
        assert verdict.verdict == "reproduced" and verdict.parts[2].verdict == "inconsistent"
        assert "M-ERR.1" in verdict.parts[2].reason


class TestWithoutRuns:
    def claim(self, **fields):
        text = ORDER.replace("    experiment: race\n", "").replace("kind: ordering", "kind: equality")
        predicate = fields.pop("predicate", "{quantity: six, printed: 6, rounding: 0}")
        text = text.replace("{winner: a, loser: b, metric: loss, better: lower}", predicate)
        return text + "".join(f"    {name}: {value}\n" for name, value in fields.items())

    def test_equality_needs_no_records(self, tmp_path):
        verdict = one(tmp_path, self.claim(), {})
        assert (verdict.verdict, verdict.preset, verdict.n_seeds) == ("reproduced", None, 0)
        wrong = self.claim(predicate="{quantity: six, printed: 7, rounding: 0}")
        assert one(tmp_path, wrong, {}).verdict == "not reproduced"
        rounded = self.claim(predicate="{quantity: third, printed: 0.33, rounding: 0.005}")
        assert one(tmp_path, rounded, {}).verdict == "reproduced"

    def test_inconsistent_links_to_its_erratum(self, tmp_path):
        verdict = one(tmp_path, self.claim(inconsistent="{erratum: M-ERR.1, supports: four.}"), {})
        assert verdict.verdict == "inconsistent" and "M-ERR.1" in verdict.reason and "four" in verdict.reason

    def test_inconsistent_is_refused_where_the_arithmetic_holds(self, tmp_path):
        with pytest.raises(ClaimError, match="bears it out"):
            one(tmp_path, self.claim(inconsistent="{erratum: M-ERR.2, supports: five.}"), {})

    @pytest.mark.parametrize(
        ("why", "says"),
        [
            ("{reason: no data, detail: set II; ask its author}", "No data: set II; ask"),
            ("{reason: cost, detail: five nets., cpu_hours: 90, gpu_hours: 2}", "about 90 h on 2 cores, 2 h on a GPU"),
            ("{reason: quoted, detail: from elsewhere}", "Quoted: from elsewhere"),
            ("{reason: not measurable, detail: no size is given}", "Not measurable: no size"),
        ],
    )
    def test_not_tested_says_why(self, tmp_path, why, says):
        verdict = one(tmp_path, ORDER + f"    not_tested: {why}\n", {} if "no data" in why else GOOD)
        assert verdict.verdict == "not tested" and says in verdict.reason

    def test_a_claim_without_data_is_judged_by_who_has_them(self, tmp_path):
        claim = ORDER + "    not_tested: {reason: no data, detail: set II; ask its author}\n"
        assert one(tmp_path, claim, GOOD).verdict == one(tmp_path, ORDER, GOOD).verdict == "reproduced"
        some = {place: values[:2] for place, values in GOOD.items()}
        few = one(tmp_path, claim, some)
        assert few.verdict == "not tested" and few.reason.startswith("No data") and "2 of 5 seeds" in few.reason


def test_other_kinds_reach_their_rules(tmp_path):
    def of(kind, predicate):
        text = ORDER.replace("kind: ordering", f"kind: {kind}")
        return text.replace("{winner: a, loser: b, metric: loss, better: lower}", predicate)

    full = of("count", "{arm: a, metric: score, printed: 97, of: 100, tolerance: 2}")
    assert one(tmp_path, full, {("paper", "a", "score"): [98] * 5}).verdict == "reproduced"
    assert one(tmp_path, full, {("paper", "a", "score"): [98, 97, 98, 98, 98]}).verdict == "undecided"
    sampled = of("count", "{arm: a, metric: score, printed: 700, of: 1000, tried: late}")
    tries = {("paper", "a", "late"): [200] * 5}
    assert one(tmp_path, sampled, {("paper", "a", "score"): [140] * 5, **tries}).verdict == "reproduced"
    some_failed = {("paper", "a", "score"): [140, 140, math.nan, math.nan, 140], **tries}
    assert one(tmp_path, sampled, some_failed).verdict == "not reproduced"  # their cases stay in the count
    path = of("property", "{arms: [a, b], metric: share, share: 0.99}")
    shares = {("paper", "a", "share"): [1.0] * 5, ("paper", "b", "share"): [0.995] * 5}
    assert one(tmp_path, path, shares).verdict == "reproduced"
    unseen = (
        "{winner: a, loser: b, metric: score, better: higher, test_set: "
        "{kind: unseen, size: 100, unit: percent, only_winner: share, only_loser: late}}"
    )
    values = {("paper", "a", "score"): 90 + NOISE, ("paper", "b", "score"): 87 - NOISE}
    rows = {("paper", "a", "share"): [9.0] * 5, ("paper", "a", "late"): [6.0] * 5}
    assert one(tmp_path, of("ordering", unseen), values | rows).verdict == "undecided"  # ± 7.6 points
    fixed = of("ordering", "{winner: a, loser: b, metric: score, better: higher, test_set: {kind: fixed}}")
    assert one(tmp_path, fixed, values).verdict == "reproduced"
    sized = of("ordering", "{winner: a, loser: b, metric: score, better: higher, size: 5.0}")
    assert one(tmp_path, sized, values).verdict == "partly"


def test_steps_of_a_trend_stand_below_it(tmp_path):
    text = ORDER.replace("kind: ordering", "kind: trend")
    text = text.replace("winner: a, loser: b,", "arms: [a, b, c],")
    values = {**GOOD, ("paper", "c", "loss"): 8.0 + NOISE}
    verdict = one(tmp_path, text, values)
    assert verdict.verdict == "reproduced" and [part.id for part in verdict.parts] == ["M-1.1", "M-1.2"]
    assert [part.says for part in verdict.parts] == ["a ahead of b", "b ahead of c"]
    assert verdict.parts[1].measured == pytest.approx(4.0) and "2 orderings" in verdict.method
