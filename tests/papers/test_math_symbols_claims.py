"""The claims on handwritten symbols: all are there, and made-up records of every outcome lead to the right verdict."""

from __future__ import annotations

import pytest
from papers.made_runs import MadeRuns, noise

from claimbook.claims import Sample, judge
from claimbook.claims.ledger import paper_claims
from claimbook.experiment.registry import experiments
from claimbook.papers.math_symbols import printed
from claimbook.papers.math_symbols.quantities import by_class, split
from claimbook.papers.math_symbols.study import METRICS

SLUG = "math-symbols"
SETS = {"I": "dataset-1", "II": "dataset-2", "III": "dataset-3"}
TABLE_1 = [f"MS-T1.{row}" for row in range(1, 12)] + ["MS-T1.10b"]
ARITHMETIC = ["MS-A.4", *(name for name in TABLE_1 if name != "MS-T1.10"), "MS-P", "MS-AVG", "MS-F1"]
ROWS = [f"MS-{kind}" for kind in ("T2.{}", "T2.{}b", "F1.{}", "EP.{}")]
OF_SET = {numeral: [row.format(numeral) for row in ROWS] + [f"MS-A.{len(numeral)}"] for numeral in SETS}
ORDERED = ["MS-Q1", "MS-Q2", "MS-Q3", "MS-Q4", "MS-Q6", "MS-Q6b", "MS-Q6c"]
SET_ASIDE = {"MS-T3.1": "Quoted", "MS-T3.2": "Quoted", "MS-T3.3": "Quoted", "MS-T3.4": "Quoted"} | {
    "MS-Q5": "Not measurable",
    "MS-Q7": "Not measurable",
}
AT_REDUCED = {"MS-Q1", "MS-Q3", "MS-Q4", "MS-Q6b", "MS-Q6c"}
WORSE = {"none": 0.95, "side-25": 0.96, "normal-start": 0.97, "fixed-rate": 0.965, "sgd": 0.9, "side-75": 0.9871}
WITHOUT_COPIES = {"exact-1": 0.9871, "exact-3": 0.9985}


def claims():
    return {claim.id: claim for claim in paper_claims(SLUG).paper.claims}


def as_printed():
    """(arm, metric) → what the paper prints; and what its words would have of everything else."""
    means = {
        (leaf.predicate.arm, leaf.predicate.metric): leaf.predicate.printed
        for claim in claims().values()
        for leaf in claim.leaves()
        if leaf.kind == "value" and leaf.predicate is not None
    }
    means |= {(arm, "test-accuracy"): share for arm, share in (WORSE | WITHOUT_COPIES).items()}
    means |= {("set-1", "gap"): -0.003, ("set-1", "copied-share"): 0.0, ("set-3", "copied-share"): 0.0}
    return means


class Runs(MadeRuns):
    """Runs around means; seeds: preset → how many, for all arms or by arm."""

    judging, hours = ("paper", "reduced"), 3.0

    def __init__(self, means, seeds):
        self.means, self.seeds = means, seeds

    def values(self, preset, arm, metric):
        n = self.seeds.get(preset, 0)
        n = n if isinstance(n, int) else n.get(arm, 0)
        if (arm, metric) not in self.means or not n:
            return ()
        spread = noise(arm + metric, n)
        spread -= spread.mean()  # the mean over seeds is what is printed
        return self.means[arm, metric] + spread * (0.3 if metric == "epochs" else 0.0002)


def judged(changed=None, **presets):
    verdicts = judge(paper_claims(SLUG), Runs(as_printed() | (changed or {}), presets or {"paper": 5}))
    return {verdict.id: verdict for verdict in verdicts}


def parts(verdict):
    return {part.id.rpartition(".")[2]: part.verdict for part in verdict.parts}


def test_every_claim_is_there():
    rows = [name for own in OF_SET.values() for name in own]
    assert set(claims()) == {*ARITHMETIC, "MS-T1.10", *rows, *ORDERED, *SET_ASIDE}
    for claim in claims().values():
        assert claim.experiment is None or claim.seeds == (5 if claim.experiment == "dataset-1" else 3), claim.id


def test_the_numbers_are_those_that_the_paper_prints():
    for numeral, name in SETS.items():
        train, validation, test = (share / 100 for share in printed.ACCURACY[name])
        row, rest = claims()[f"MS-T2.{numeral}"], claims()[f"MS-T2.{numeral}b"]
        assert {row.experiment, rest.experiment} == {name} and row.predicate.arm == f"set-{len(numeral)}"
        assert row.predicate == claims()[f"MS-A.{len(numeral)}"].predicate
        found = [row.predicate.printed, *(part.predicate.printed for part in rest.parts)]
        assert found == pytest.approx([test, train, validation], abs=1e-12)
        assert claims()[f"MS-F1.{numeral}"].predicate.printed == printed.F1[name]
        assert claims()[f"MS-EP.{numeral}"].predicate.printed == printed.STOPPED[name]
    for claim, accuracy in zip(("MS-T3.1", "MS-T3.2", "MS-T3.3", "MS-T3.4"), printed.RELATED.values(), strict=True):
        assert float(claims()[claim].paper_value.removesuffix(" %")) == accuracy


def test_test_sets_have_the_sizes_of_the_splits():
    sizes = {numeral: claims()[f"MS-T2.{numeral}"].predicate.test_set.size for numeral in SETS}
    held = {numeral: claims()[f"MS-T2.{numeral}b"].parts[1].predicate.test_set.size for numeral in SETS}
    assert (held["I"], sizes["I"]) == split(by_class())[1:]
    assert held["II"] == printed.FOLDERS_II["eval"] and sizes["II"] == 605  # 8 % of 7,557, rounded up
    from claimbook.papers.math_symbols.intervals import HELD_III

    assert (held["III"], sizes["III"]) == split(HELD_III)[1:]


def test_values_are_judged_with_and_without_copies_and_flips():
    """Whether copies were removed, and which flips there were, decides, and the paper does not state it."""
    others = [{"deduplicate": "exact"}, {"deduplicate": "near"}, {"flips": "none"}]
    for numeral in ("I", "III"):
        for name in OF_SET[numeral]:
            assert claims()[name].decisive and claims()[name].readings == others
    deviations = {deviation.id: deviation for deviation in paper_claims(SLUG).paper.deviations}
    for name in ("copies-1", "copies-3"):
        assert [reading["deduplicate"] for reading in deviations[name].readings] == ["exact", "near"]


def test_arithmetic_is_judged_without_records():
    found = judged(paper=0)
    assert {found[name].verdict for name in ARITHMETIC} == {"reproduced"}
    assert found["MS-T1.10"].verdict == "inconsistent" and "MS-ERR.1" in found["MS-T1.10"].reason
    for name, reason in SET_ASIDE.items():
        assert found[name].verdict == "not tested" and found[name].reason.startswith(reason)


def test_what_the_paper_prints_is_reproduced():
    found = judged()
    others = {name: verdict for name, verdict in found.items() if name not in {*SET_ASIDE, "MS-T1.10"}}
    assert {name: row.verdict for name, row in others.items() if row.verdict != "reproduced"} == {}
    assert {row.preset for name, row in others.items() if name not in ARITHMETIC} == {"paper"}


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("MS-A.1", {("set-1", "test-accuracy"): 0.97}),
        ("MS-A.2", {("set-2", "test-accuracy"): 0.97}),
        ("MS-A.3", {("set-3", "test-accuracy"): 0.99}),
        ("MS-T2.I", {("set-1", "test-accuracy"): 0.999}),
        ("MS-T2.Ib", {("set-1", "train-accuracy"): 0.96, ("set-1", "validation-accuracy"): 0.97}),
        ("MS-T2.IIIb", {("set-3", "train-accuracy"): 0.98, ("set-3", "validation-accuracy"): 0.99}),
        ("MS-F1.I", {("set-1", "macro-f1"): 0.96}),
        ("MS-F1.III", {("set-3", "macro-f1"): 0.98}),
        ("MS-EP.I", {("set-1", "epochs"): 50}),
        ("MS-EP.III", {("set-3", "epochs"): 20}),
        ("MS-Q1", {("none", "test-accuracy"): 0.99}),
        ("MS-Q2", {("set-1", "gap"): -0.06}),
        ("MS-Q2", {("set-1", "gap"): 0.06}),
        ("MS-Q3", {("side-25", "test-accuracy"): 0.99}),
        ("MS-Q4", {(arm, "test-accuracy"): 0.99 for arm in ("normal-start", "fixed-rate", "sgd")}),
        ("MS-Q6", {("set-1", "copied-share"): 0.075}),
        ("MS-Q6b", {("set-3", "copied-share"): 0.75}),
        ("MS-Q6c", {("exact-1", "test-accuracy"): 0.96, ("exact-3", "test-accuracy"): 0.98}),
    ],
)
def test_the_contrary_is_not(name, changed):
    under = " under our reading" if claims()[name].decisive else ""
    assert judged(changed)[name].verdict == f"not reproduced{under}"


@pytest.mark.parametrize(
    ("run", "verdict"),
    [
        ((), "undecided"),
        (("deduplicate",), "not reproduced under our reading"),  # exact and near
        (("deduplicate", "flips"), "undecided"),  # without flips it comes out as printed
    ],
)
def test_what_is_not_reproduced_is_read_otherwise(run, verdict):
    class Otherwise(Runs):
        """As printed without flips, below it in every other reading that was run."""

        def sample(self, experiment, preset, arm, metric, reading):
            if any(name not in run for name in reading):
                return Sample()
            means = {("set-1", "test-accuracy"): 0.9871 if "flips" in reading else 0.96}
            return Runs(as_printed() | means, {"paper": 5}).sample(experiment, preset, arm, metric, {})

    found = {row.id: row for row in judge(paper_claims(SLUG), Otherwise({}, {}))}
    assert found["MS-T2.I"].verdict == found["MS-A.1"].verdict == verdict
    assert found["MS-T2.Ib"].verdict == "reproduced"


@pytest.mark.parametrize(
    ("name", "changed", "wrong"),
    [
        ("MS-T2.Ib", {("set-1", "train-accuracy"): 0.96}, "train-acc"),
        ("MS-Q3", {("side-75", "test-accuracy"): 0.999}, "higher"),
        ("MS-Q4", {("normal-start", "test-accuracy"): 0.99}, "xavier"),
        ("MS-Q4", {("fixed-rate", "test-accuracy"): 0.99}, "plateau"),
        ("MS-Q4", {("sgd", "test-accuracy"): 0.99}, "adam"),
        ("MS-Q6c", {("exact-3", "test-accuracy"): 0.98}, "set-3"),
    ],
)
def test_each_part_is_judged_by_itself(name, changed, wrong):
    found = judged(changed)[name]
    assert found.verdict == "partly"
    assert {part for part, verdict in parts(found).items() if verdict != "reproduced"} == {wrong}


def test_without_set_2_its_claims_say_how_to_get_it_and_one_run_of_it_decides_nothing():
    everything_else = {arm: 5 for arm, _ in as_printed() if arm != "set-2"}
    found, few = judged(paper=everything_else), judged(paper=everything_else | {"set-2": 1})
    for name in OF_SET["II"]:
        for row in (found[name], few[name]):
            assert row.verdict == "not tested" and row.reason.startswith("No data: data set II")
            assert "claimbook data fetch math-symbols-2" in row.reason and "math-symbols/dataset-2" in row.reason
        assert "set-2 1 of 3 seeds" in few[name].reason
    assert {found[name].verdict for name in OF_SET["I"]} == {"reproduced"}


def test_without_runs_at_paper_orderings_alone_are_judged():
    found = judged(reduced=3)
    assert {claim.id for claim in claims().values() if claim.at_reduced} == AT_REDUCED
    assert {name for name, verdict in found.items() if verdict.preset == "reduced"} == AT_REDUCED
    assert {found[name].verdict for name in AT_REDUCED} == {"reproduced at reduced scale"}
    for name in (*OF_SET["I"], *OF_SET["III"]):
        assert found[name].verdict == "not tested" and "--preset paper" in found[name].reason


def test_a_small_study_refutes_nothing():
    found = judged({("none", "test-accuracy"): 0.999, ("set-3", "copied-share"): 0.75}, reduced=3)
    assert found["MS-Q1"].verdict == found["MS-Q6b"].verdict == "absent or opposite at reduced scale"


def test_one_run_on_set_3_is_held_against_the_spread_of_the_reduced_runs():
    found = judged(paper={"set-3": 1}, reduced=3)
    for name in OF_SET["III"]:
        assert (found[name].verdict, found[name].preset, found[name].n_seeds) == ("reproduced", "paper", 1), name
    assert "raised to the binomial error" in found["MS-A.3"].method


def test_more_seeds_of_the_augmentation_are_a_second_look():
    claim = claims()["MS-Q1"]
    assert (claim.seeds, claim.looks, claim.top_up) == (3, 2, 5)
    assert [judged(reduced=n)["MS-Q1"].n_seeds for n in (3, 4, 5)] == [3, 3, 5]


def test_an_arm_means_the_same_in_all_experiments_that_share_runs():
    found, shared = {}, [own for own in experiments().values() if own.runs_of == f"{SLUG}/nets"]
    for experiment in shared:
        for arm in experiment.arms:
            assert found.setdefault(arm.id, arm) == arm, (experiment.name, arm.id)
    assert len(shared) > 5 and "gap" in {metric.name for metric in METRICS}


def test_the_inventory_covers_the_paper():
    inventory = paper_claims(SLUG).inventory
    names = {item.id for item in inventory.items}
    assert {f"table-{i}" for i in range(1, 4)} | {f"fig-{i}" for i in range(1, 7)} < names
    notebooks = {item.cell.split("#")[0] for item in inventory.items if item.cell}
    assert notebooks == {own.id for own in experiments().values() if own.paper == SLUG}
