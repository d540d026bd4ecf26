"""Claims files: what is right loads, and every mistake is named with file, line and the nearest right name."""

from __future__ import annotations

import pytest
from claims.fakes import FACTS, HEAD, ORDER, SLUG, book

from claimbook.claims.load import load_claims
from claimbook.claims.marks import read_marked
from claimbook.errors import ClaimError

PART = """\
    parts:
      - id: first
        kind: ordering
        predicate: {winner: a, loser: b, metric: loss, better: lower}
"""


def refused(tmp_path, claims, **files):
    with pytest.raises(ClaimError) as caught:
        book(tmp_path, claims, **files)
    return str(caught.value)


def line_of(text, needle):
    return next(number for number, line in enumerate((HEAD + text).splitlines(), 1) if needle in line)


def test_a_right_file_loads(tmp_path):
    made = book(tmp_path, ORDER)
    claim = made.paper.claims[0]
    assert made.paper.slug == SLUG and claim.predicate.winner == "a" and claim.margin.value == 1.0
    assert claim.leaves() == [claim] and not claim.at_reduced


def test_parts_take_over_what_they_do_not_say(tmp_path):
    text = ORDER.replace("    predicate: {winner: a, loser: b, metric: loss, better: lower}\n", PART)
    leaf = book(tmp_path, text + "    transform: log\n").paper.claims[0].leaves()[0]
    assert (leaf.id, leaf.margin.value, leaf.transform) == ("M-1.first", 1.0, "log")


@pytest.mark.parametrize(
    ("right", "wrong", "says", "guess"),
    [
        ("winner: a", "winner: aa", "no arm named 'aa' in race", "'a'"),
        ("metric: loss", "metric: los", "no metric named 'los' in race", "'loss'"),
        ("experiment: race", "experiment: rase", "no experiment named 'rase'", "'race'"),
        ("seeds: 5", "seeds: 5\n    readings: [{skaling: x}]", "no parameter named 'skaling' in race", "'scaling'"),
        ("seeds: 5", "seads: 5", "no field named 'seads'", "'seeds'"),
        ("better: lower", "beter: lower", "no field named 'beter'", "'better'"),
        ("value: 1.0, reason", "valu: 1.0, reason", "no field named 'valu'", "'value'"),
        ("kind: ordering", "kind: order", "kind", ""),
        ("better: lower", "better: worse", "better", ""),
        ("value: 1.0", "value: -1.0", "greater than 0", ""),
        ("value: 1.0", "value: '1.0'", "valid number", ""),
        ("value: 0.01", "value: 1.5", "epsilon must be below the margin", ""),
        ("seeds: 5", "erratum: M-ERR.9\n    seeds: 5", "no erratum named 'M-ERR.9'", "'M-ERR.2'"),
        ("basis: stated", "basis: our reading", "list what was read", ""),
        ("    where: Table 1\n", "", "'where' is missing", ""),
        ("    seeds: 5\n", "", "planned `seeds`", ""),
        ("seeds: 5", "seeds: 5\n    top_up: 9", "looks: 2", ""),
        ("seeds: 5", "seeds: 5\n    looks: 2\n    top_up: 5", "exceeds `seeds`", ""),
        ("seeds: 5", "seeds: 5\n    decisive: true", "a stated setting", ""),
        ("seeds: 5", "seeds: 5\n    readings: [{}]", "at least one parameter", ""),
        ("    epsilon: {value: 0.01, reason: drift}\n", "", "needs an `epsilon`", ""),
        ("    margin: {value: 1.0, reason: half of what the paper has}\n", "", "needs a `margin`", ""),
        (", reason: half of what the paper has", "", "'reason' is missing", ""),
        ("    predicate: {winner: a, loser: b, metric: loss, better: lower}\n", "", "nothing to be judged by", ""),
        ("    experiment: race\n", "", "judged from an experiment", ""),
        ("seeds: 5", "seeds: 5\n    not_tested: {reason: lazy, detail: x}", "not_tested.reason", ""),
        ("seeds: 5", "seeds: 5\n    not_tested: {reason: cost, detail: x}", "cpu_hours", ""),
    ],
)
def test_a_mistake_is_named_with_file_line_and_the_nearest_right_name(tmp_path, right, wrong, says, guess):
    assert right in ORDER
    message = refused(tmp_path, ORDER.replace(right, wrong, 1))
    assert f"{tmp_path / 'claims.yaml'}:" in message and "M-1: " in message
    assert says in message and guess in message


@pytest.mark.parametrize(
    ("right", "wrong", "needle"),
    [
        ("winner: a", "winner: aa", "winner: aa"),
        ("seeds: 5", "seads: 5", "seads: 5"),
        ("value: 1.0", "value: -1.0", "value: -1.0"),
        ("better: lower", "beter: lower", "beter"),
        ("experiment: race", "experiment: rase", "experiment: rase"),
    ],
)
def test_the_line_is_the_very_one(tmp_path, right, wrong, needle):
    text = ORDER + ORDER.replace("M-1", "M-2").replace(right, wrong, 1)
    assert f"claims.yaml:{line_of(text, needle)}: M-2: " in refused(tmp_path, text)


def test_a_wrong_name_in_a_part_is_found_on_its_line(tmp_path):
    text = ORDER.replace("    predicate: {winner: a, loser: b, metric: loss, better: lower}\n", PART)
    text = text.replace("loser: b", "loser: bb")
    assert f"claims.yaml:{line_of(text, 'loser: bb')}: M-1: there is no arm named 'bb'" in refused(tmp_path, text)


def test_several_mistakes_are_all_told(tmp_path):
    message = refused(tmp_path, ORDER.replace("winner: a", "winner: aa").replace("loser: b", "loser: bb"))
    assert "'aa'" in message and "1 more" in message and "'bb'" in message


def test_names_of_a_claim_that_is_not_tested_are_a_plan(tmp_path):
    text = ORDER.replace("    experiment: race\n", "").replace("winner: a", "winner: planned")
    made = book(tmp_path, text + "    not_tested: {reason: quoted, detail: from elsewhere}\n")
    assert made.paper.claims[0].predicate.winner == "planned"


def test_ids_stand_once(tmp_path):
    assert "'M-1' stands twice" in refused(tmp_path, ORDER + ORDER)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("slug: [", "not YAML"),
        ("slug: a\nslug: b\n", "claims.yaml:2: 'slug' stands twice here, first on line 1"),
        ("slug: &x [*x]\n", "contains itself"),
        ("!!python/object/apply:os.system [ls]", "not YAML"),
        ("", "claims.yaml:1"),
        ("- a\n- b\n", "claims.yaml:1"),
        ("slug: \x00", "not YAML"),
    ],
)
def test_a_file_that_is_no_claims_file(tmp_path, text, says):
    (tmp_path / "claims.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ClaimError, match="claims.yaml") as caught:
        load_claims(tmp_path / "claims.yaml", FACTS)
    assert says in str(caught.value)


def test_an_absent_file_and_one_that_is_not_text(tmp_path):
    with pytest.raises(ClaimError, match="cannot be read"):
        load_claims(tmp_path / "claims.yaml", FACTS)
    (tmp_path / "claims.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(ClaimError, match="cannot be read"):
        load_claims(tmp_path / "claims.yaml", FACTS)


def test_lines_of_entries(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_text("a:\n  - b: 1\n    c: 2\n  - {d: 3}\n", encoding="utf-8")
    marked = read_marked(path)
    assert marked.line(("a", 0, "c")) == 3 and marked.line(("a", 1, "d")) == 4
    assert marked.line(("a", 0, "model", "c")) == 3  # a step that is not in the file is skipped
    assert marked.line(("nowhere",)) == 1 and marked.data == {"a": [{"b": 1, "c": 2}, {"d": 3}]}


KINDS = {
    "equality": "{quantity: six, printed: 6, rounding: 0}",
    "count": "{arm: a, metric: score, printed: 10, of: 100, tolerance: 1}",
    "value": "{arm: a, metric: score, printed: 10, rounding: 0.5}",
    "threshold": "{arm: a, metric: score, side: above, limit: 1}",
    "trend": "{arms: [a, b, c], metric: loss, better: lower}",
    "property": "{arms: [a], metric: share, share: 0.99}",
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_loads_and_forbids_strange_fields(tmp_path, kind):
    text = ORDER.replace("kind: ordering", f"kind: {kind}")
    text = text.replace("{winner: a, loser: b, metric: loss, better: lower}", KINDS[kind])
    assert book(tmp_path, text).paper.claims[0].predicate.kind == kind
    assert "no field named 'strange'" in refused(
        tmp_path, text.replace(KINDS[kind], KINDS[kind][:-1] + ", strange: 1}")
    )


@pytest.mark.parametrize(
    ("kind", "predicate", "says"),
    [
        ("count", "{arm: a, metric: score, printed: 10, of: 100}", "either `tolerance`"),
        ("count", "{arm: a, metric: score, printed: 10, of: 1000, tolerance: 1}", "at least 1 %"),
        ("trend", "{arms: [a, b], metric: loss, better: lower}", "at least 3"),
        ("property", "{arms: [a], metric: share, share: 0.9, later: late}", "go together"),
        ("threshold", "{arm: a, minus: d, metric: loss, side: below, limit: 1}", "no arm named 'd'"),
        ("equality", "{quantity: sicks, printed: 6, rounding: 0}", "no quantity named 'sicks'"),
        (
            "value",
            "{arm: a, metric: score, printed: 1, rounding: 1, test_set: {kind: random split}}",
            "needs its `size`",
        ),
        ("value", "{arm: a, metric: score, printed: 1, rounding: 1, test_set: {kind: unseen, size: 9}}", "only_winner"),
    ],
)
def test_predicates_that_make_no_sense(tmp_path, kind, predicate, says):
    text = ORDER.replace("kind: ordering", f"kind: {kind}")
    assert says in refused(tmp_path, text.replace("{winner: a, loser: b, metric: loss, better: lower}", predicate))


ERRATA = """
    errata:
      - {id: M-ERR.3, where: p. 2, says: teh, correct: the, reason: a slip}
"""
INVENTORY = """
    slug: made-up
    items:
      - {id: table-1, kind: table, where: p. 1, says: the race, claims: [M-1], cell: made-up/race#claims}
      - {id: later, kind: future work, where: p. 9, says: more races, why_not: not planned}
"""


def test_errata_and_inventory(tmp_path):
    made = book(tmp_path, ORDER, errata=ERRATA, inventory=INVENTORY)
    assert [(erratum.id, erratum.kind, erratum.holds) for erratum in made.errata] == [
        ("M-ERR.1", "arithmetic", False),
        ("M-ERR.2", "arithmetic", True),
        ("M-ERR.3", "text", None),
    ]
    assert made.errata[0].working == ("2 + 2 = 4",) and made.inventory.items[0].claims == ["M-1"]


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("claims: [M-1]", "claims: [M-11]", "inventory.yaml:4: table-1: there is no claim named 'M-11'"),
        (", why_not: not planned", "", "or `why_not`"),
        ("why_not: not planned", "why_not: never, cell: made-up/race#x", "both"),
        ("made-up/race#claims", "made-up/race", "pattern"),
        ("id: later", "id: table-1", "stands twice"),
        ("slug: made-up", "slug: other", "inventory of 'other'"),
        ("kind: table,", "kind: tabel,", "kind"),
    ],
)
def test_mistakes_in_the_inventory(tmp_path, right, wrong, says):
    assert says in refused(tmp_path, ORDER, inventory=INVENTORY.replace(right, wrong, 1))


@pytest.mark.parametrize(
    ("right", "wrong", "says"),
    [
        ("M-ERR.3", "M-ERR.1", "errata.yaml:3: the erratum 'M-ERR.1' stands twice"),
        ("correct: the", "corect: the", "no field named 'corect'"),
        (", reason: a slip", "", "'reason' is missing"),
    ],
)
def test_mistakes_in_the_errata(tmp_path, right, wrong, says):
    assert says in refused(tmp_path, ORDER, errata=ERRATA.replace(right, wrong, 1))
