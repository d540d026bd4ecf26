"""The verbs that hand on: they check names, hand over what was asked, and tell what came of it."""

from __future__ import annotations

import pytest
from made_records import made_records, saved

from claimbook.claims.ledger import paper_claims
from claimbook.data.catalogue import catalogue
from claimbook.errors import RunError
from claimbook.experiment.registry import papers
from claimbook.record.store import Store

DEPTH = "overparameterization/depth-lp"


def test_doctor_tells_the_report_and_exits_1_where_claimbook_cannot_run(claimbook, monkeypatch):
    from claimbook import doctor

    report = doctor.examine(probe=False)
    monkeypatch.setattr(doctor, "examine", lambda: report)
    said = claimbook("doctor", "--json")
    assert said.document["can_run"] is report.can_run and said.code == (0 if report.can_run else 1)
    report.problems.append(doctor.Problem("A [thing] is broken.", "Mend it.", fatal=True))
    said = claimbook("doctor")
    assert said.code == 1 and "A [thing] is broken." in said.out and "Mend it." in said.out
    assert "Claimbook cannot run here" in said.out and report.python in said.out
    assert claimbook("doctor", "--json").document["can_run"] is False


def test_errata_are_all_there_with_their_working(claimbook, monkeypatch):
    errata = paper_claims("overparameterization").errata
    rows = claimbook("errata", "--json").document["errata"]
    assert [row["id"] for row in rows] == [erratum.id for slug in papers() for erratum in paper_claims(slug).errata]
    for columns in ("40", "80"):
        monkeypatch.setenv("COLUMNS", columns)
        out = claimbook("errata", "overparameterization").out
        flat = "".join(out.split())
        assert max(map(len, out.splitlines())) <= int(columns)
        for erratum in errata:
            for text in (erratum.id, erratum.says, erratum.correct, *erratum.working):
                assert "".join(text.split()) in flat, (columns, text)


def test_data_lists_every_set_and_fetches_nothing(claimbook, home):
    rows = claimbook("data", "--json").document["data"]
    assert [row["name"] for row in rows] == list(catalogue()) and {row["state"] for row in rows} == {"absent"}
    said = claimbook("data", "list", "gas-sensor")
    assert said.code == 0 and "CC BY 4.0" in said.out and "Vergara" in said.out and "batch*.dat" in said.out
    assert not (home / "cache").exists()


def test_data_that_is_not_here_is_an_exit_code_and_a_way_to_get_it(claimbook):
    said = claimbook("data", "verify", "gas-sensor")
    assert said.code == 1 and "claimbook data fetch gas-sensor" in said.err
    said = claimbook("data", "verify", "--json")
    assert said.code == 1 and len(said.document["data"]) == len(catalogue())
    assert all(row["do"] for row in said.document["data"])


def test_a_folder_that_is_none_is_named(claimbook, monkeypatch, home):
    monkeypatch.setenv("CLAIMBOOK_DATA", str(home / "nowhere"))
    said = claimbook("data", "fetch", "gas-sensor")
    assert said.code == 1 and "Traceback" not in said.err


def test_data_fetch_shows_what_comes(claimbook, monkeypatch):
    from claimbook.data.locate import Status

    def fetch(name, progress):
        progress("a.zip", 10, 100)
        progress("a.zip", 100, 100)
        return Status(name, "verified", None, "Checked: all.")

    monkeypatch.setattr("claimbook.cli.data_view.fetch", fetch)
    said = claimbook("data", "fetch", "gas-sensor", "--json")
    assert said.code == 0 and said.document["data"][0]["state"] == "verified"
    assert said.err.count("downloading a.zip") == 1


def test_notebook_hands_over_what_was_asked(claimbook, monkeypatch, home):
    asked = {}

    def run_notebook(name, parameters, output, *, timeout, progress):
        asked.update(name=name, parameters=parameters, output=output, timeout=timeout)
        progress("cell 1 of 2")
        return output

    monkeypatch.setattr("claimbook.notebook.run_notebook", run_notebook)
    out = home / "out.ipynb"
    said = claimbook("notebook", DEPTH, "-p", "preset=quick", "-p", "seeds=3", "-o", str(out), "--json")
    assert said.document == {"notebook": DEPTH, "output": str(out)} and said.err == "cell 1 of 2\n"
    assert asked == {"name": DEPTH, "parameters": {"preset": "quick", "seeds": "3"}, "output": out, "timeout": None}


def test_publish_copies_finished_records_once(claimbook, home):
    saved(home / "store", made_records(seeds=2))
    said = claimbook("publish", DEPTH, "--preset", "paper", "--json")
    assert said.code == 0 and len(said.document["copied"]) == 12 and len(said.document["missing"]) == 18
    assert len(Store(home / "records").scan().records) == 12
    out = claimbook("publish", DEPTH, "--preset", "paper").out
    assert "0 records copied, 12 there already" in out and "n3-l4 seed 4" in out


def test_publish_refuses_by_name(claimbook, home):
    (record,) = made_records(seeds=1, arms=["n1-l2"], source="0" * 64)
    saved(home / "store", [record])
    said = claimbook("publish", DEPTH, "--preset", "paper", "--json")
    assert said.code == 1 and record.id in said.document["refused"][0] and not (home / "records").exists()
    assert record.id in "".join(claimbook("publish", DEPTH, "--preset", "paper").out.split())


def test_publish_of_nothing_says_what_to_run(claimbook):
    said = claimbook("publish", DEPTH, "--preset", "paper")
    assert said.code == 1 and f"claimbook run {DEPTH} --preset paper" in " ".join(said.err.split())


@pytest.mark.parametrize(("outcome", "code"), [("stale", 1), ("confirmed", 0), ("unchecked", 0)])
def test_revalidate_tells_each_record_that_is_not_fresh(claimbook, home, monkeypatch, outcome, code):
    from claimbook.engine.revalidate import Revalidated

    (record,) = made_records(seeds=1, arms=["n1-l2"])
    saved(home / "store", [record])

    def revalidate(experiment, store, on_result, again):
        rows = [Revalidated(own.id, outcome, "why") for own in store.scan(experiment.id).records]
        list(map(on_result, rows))
        return rows

    monkeypatch.setattr("claimbook.cli.keeping_view.revalidate", revalidate)
    said = claimbook("revalidate", "--json")
    assert said.code == code
    assert said.document["records"] == [{"record": record.id, "outcome": outcome, "detail": "why"}]
    assert f"1 record: 1 {outcome}." in claimbook("revalidate", "overparameterization").out


def test_revalidate_of_fresh_records_runs_nothing(claimbook, home):
    saved(home / "records", made_records(seeds=1))
    assert claimbook("revalidate").out == "6 records: 6 fresh.\n"


def test_book_prints_its_address(claimbook, home, monkeypatch):
    def build_book(output, progress):
        progress("building")
        return (output or home / "build") / "index.html"

    monkeypatch.setattr("claimbook.publishing.build_book", build_book)
    said = claimbook("book")
    assert said.out == f"The book is at {(home / 'build' / 'index.html').as_uri()}\n" and said.err == "building\n"
    assert claimbook("book", "-o", str(home / "site"), "--json").document == {"book": str(home / "site" / "index.html")}


def test_a_book_that_fails_says_so(claimbook, monkeypatch):
    def build_book(output, progress):
        raise RunError("The rehearsal of x failed.", "Cell 3 raised.", "Mend it.")

    monkeypatch.setattr("claimbook.publishing.build_book", build_book)
    said = claimbook("book", "--json")
    assert said.code == 1 and said.document["error"]["why"] == "Cell 3 raised."
