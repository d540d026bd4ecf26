"""`claimbook list` tells what the registry and the claims files say, all of it."""

from __future__ import annotations

from claimbook.claims.ledger import paper_claims
from claimbook.experiment.parameters import describe
from claimbook.experiment.registry import experiments, papers

DEPTH = "overparameterization/depth-lp"


def test_the_document_has_everything(claimbook):
    listed = claimbook("list", "--json").document["papers"]
    assert [paper["slug"] for paper in listed] == list(papers())
    for paper in listed:
        assert [claim["id"] for claim in paper["claims"]] == [c.id for c in paper_claims(paper["slug"]).paper.claims]
        for row in paper["experiments"]:
            own = experiments()[row["id"]]
            assert [arm["id"] for arm in row["arms"]] == [arm.id for arm in own.arms]
            assert [(p["name"], p["type"], p["unit"], p["range"], p["help"]) for p in row["parameters"]] == [
                (info.name, info.type, info.unit, info.range, info.help) for info in describe(own.Parameters)
            ]
            assert [(p["name"], p["seeds"]) for p in row["presets"]] == [(p.name, p.seeds) for p in own.presets]


def test_a_preset_tells_its_cost_and_what_it_changes(claimbook):
    (paper,) = claimbook("list", DEPTH, "--json").document["papers"]
    presets = {preset["name"]: preset for preset in paper["experiments"][0]["presets"]}
    own = experiments()[DEPTH]
    by_hand = sum(own.cost(own.settings(own.parameters("paper"), arm), 5) for arm in own.arms)
    assert abs(presets["paper"]["cost_s"] - by_hand) < 1e-9 and presets["paper"]["changes"] == {}
    assert presets["quick"]["changes"]["final_iterations"] == {"paper": 700_000, "here": 20_000}
    assert presets["smoke"]["data"] == "stand-in" and presets["quick"]["data"] == "real"


def test_only_what_is_named(claimbook):
    (paper,) = claimbook("list", DEPTH, "--json").document["papers"]
    assert [row["id"] for row in paper["experiments"]] == [DEPTH]
    assert {claim["experiment"] for claim in paper["claims"]} == {"depth-lp"}


def test_people_see_names_ranges_costs_and_claims(claimbook, monkeypatch):
    for columns in ("40", "80", "120"):
        monkeypatch.setenv("COLUMNS", columns)
        out = claimbook("list").out
        assert max(map(len, out.splitlines())) <= int(columns)
        for word in (
            DEPTH,
            "n3-l4",
            "final_iterations",
            "10,000,000",
            "smoke",
            "stand-in",
            "OP-2.2",
            "trend",
        ):
            assert word in out, (columns, word)
