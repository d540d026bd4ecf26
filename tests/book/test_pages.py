"""The generated pages: every number comes from a record or a verdict and links to it, and nothing is left out."""

import dataclasses
import json
import re

import pytest
from made_records import made_measurement, made_provenance, made_records, saved

from claimbook.book.content import Origin, gather, origin_of
from claimbook.book.page_rerun import measured
from claimbook.book.pages import pages
from claimbook.book.text import number
from claimbook.claims.sensitivity import ways
from claimbook.claims.words import NOT_TESTED
from claimbook.experiment.registry import experiment_named
from claimbook.record.places import RECORDS, repository_root
from claimbook.record.schema import make_record

NAME = "overparameterization/depth-lp"


@pytest.fixture
def made_pages(content):
    return pages(content)


def paper_of(content):
    """The paper that has the made records."""
    return next(paper for paper in content.papers if paper.slug == "overparameterization")


def own_of(content):
    """The experiment that has the made records."""
    return next(own for own in paper_of(content).experiments if own.experiment.id == NAME)


def with_own(content, **changes):
    """The content with `changes` to that experiment."""
    experiments = [
        dataclasses.replace(own, **changes) if own.experiment.id == NAME else own
        for own in paper_of(content).experiments
    ]
    return dataclasses.replace(content, papers=[dataclasses.replace(paper_of(content), experiments=experiments)])


def labels(text):
    return re.findall(r"^\(([a-z0-9-]+)\)=$", text, flags=re.M)


def links(text):
    return re.findall(r"\]\(#([a-z0-9-]+)\)", text)


def test_every_link_has_its_anchor_and_every_anchor_is_there_once(made_pages):
    known = [label for text in made_pages.values() for label in labels(text)]
    assert len(known) == len(set(known))
    wanted = {link for text in made_pages.values() for link in links(text)}
    assert wanted and wanted <= set(known)


def test_the_front_page_has_every_claim_with_the_judges_numbers(made_pages, content):
    front = made_pages["_generated/front.md"]
    for verdict in (verdict for paper in content.papers for verdict in paper.verdicts):
        row = next(line for line in front.splitlines() if line.startswith(f"| [{verdict.id}]"))
        assert f"[{verdict.verdict}](#claim-" in row
        if verdict.measured is not None:
            assert f"[{number(verdict.measured)}](#claim-" in row
        for part in verdict.parts if len(verdict.parts) <= 3 else []:
            assert number(part.measured) in row


def test_the_tally_adds_up(made_pages, content):
    counts = [int(line.split()[0]) for line in made_pages["_generated/tally.md"].splitlines() if line[:1].isdigit()]
    assert sum(counts) == sum(len(paper.verdicts) for paper in content.papers)


def test_the_ledger_names_the_records_and_reason_of_a_claim(made_pages, content):
    ledger = made_pages["_generated/ledger.md"]
    verdict = next(v for v in paper_of(content).verdicts if v.id == "OP-2.1")
    entry = ledger.split("### OP-2.1\n")[1].split("\n### ")[0]
    assert len(verdict.records) == 15
    for record in verdict.records:
        assert f"](#record-{record.replace('/', '-')})" in entry
    for part in verdict.parts:
        assert number(part.measured) in entry
        assert f"[{part.verdict}]{{.verdict" in entry
    claim = next(c for c in paper_of(content).book.paper.claims if c.id == "OP-2.1")
    assert number(claim.margin.value) in entry
    assert "5 of 5 planned" in entry


def test_a_page_of_records_has_all_that_is_known_of_each(made_pages, made):
    page = made_pages[f"records/{NAME}.md"]
    for record in made:
        before, entry = page.split(f"(record-{record.id.replace('/', '-')})=\n")
        entry = entry.split("\n(record-")[0].split(":::{div} metrics")[0]
        study = before.rpartition(":::{div} metrics")[2].split("\n(record-")[0]  # what its records have in common
        again = f"`claimbook run {NAME} --preset paper --arm {record.arm} --seed {record.seed} --refresh`"
        assert again in entry and record.key in entry and f"seed {record.seed};" in entry
        lines = [line.strip("| ").split(" | ") for line in study.splitlines() if line.startswith("| ")]
        rows = {name: cells for name, *cells in lines}
        column = rows["metric"].index(f"seed {record.seed}")
        assert rows["record"][column] == f"[{record.key[:8]}](#record-{record.id.replace('/', '-')})"
        assert rows["`loss-100`"][column] == number(record.metrics["loss-100"])
        for known in (record.provenance.source, record.data.digest, "fresh: the source is as it was"):
            assert (known in entry) != (known in study)
    assert f"</records/files/{NAME}.tar.xz>" in page


def test_a_record_of_no_preset_and_one_that_is_stale_say_so(content):
    own = own_of(content)
    record = own.records[0]
    odd = with_own(content, standings={**own.standings, record.id: "stale"}, origins={})
    page = pages(odd)[f"records/{NAME}.md"]
    entry = page.split(f"(record-{record.id.replace('/', '-')})=\n")[1].split("\n(record-")[0]
    assert "settings of no declared study" in entry and "stale: the source has changed" in entry
    assert page.count("stale: the source has changed") == 1


def test_a_record_that_no_command_makes_any_more_says_so(content):
    record = made_records(1, ["n1-l2"])[0]
    odd = record.model_copy(update={"asked": {**record.asked, "version": 0}, "key": "0" * 64})
    page = pages(with_own(content, records=[odd], origins={}))[f"records/{NAME}.md"]
    assert "today's experiment asks for something else" in page and "--refresh" not in page


def test_files_that_do_not_count_are_named(content):
    page = pages(with_own(content, faults=["corrupt record x.json: it is not JSON"]))[f"records/{NAME}.md"]
    assert "Not counted: corrupt record x.json: it is not JSON" in page


def test_a_paper_shows_its_claims_inventory_and_what_is_not_tested(made_pages, content):
    paper = paper_of(content)
    part = {
        name: made_pages[f"_generated/papers/{paper.slug}/{name}.md"] for name in ("claims", "not-tested", "inventory")
    }
    for verdict in paper.verdicts:
        assert f"[{verdict.id}](#claim-" in part["not-tested" if verdict.verdict == NOT_TESTED else "claims"]
    rows = [line for line in part["inventory"].splitlines() if line.startswith("| ")]
    assert len(rows) == 2 + len(paper.book.inventory.items)
    assert f"(/notebooks/{NAME}.ipynb)" in part["inventory"]


def test_errata_show_their_working(made_pages, content):
    page = made_pages["_generated/errata.md"]
    for erratum in paper_of(content).book.errata:
        assert f"### {erratum.id}\n" in page
        for line in erratum.working:
            assert line in page


def test_presets_list_only_what_differs_from_paper(made_pages):
    page = made_pages["_generated/presets.md"].split(f"### {NAME}\n")[1].split("\n### ")[0]
    rows = {line.split("|")[1].strip(): line for line in page.splitlines() if line.startswith("| ")}
    assert (
        "search_iterations 200 instead of 300,000".replace("_", "\\_") in rows["smoke"] and "stand-in" in rows["smoke"]
    )
    assert "| nothing |" in rows["paper"]


def test_the_machine_page_has_versions_times_and_the_rehearsal(content):
    page = pages(dataclasses.replace(content, rehearsal={NAME: 12.3}))["_generated/machine.md"]
    assert "A processor, 2 cores" in page and "mxnet 1.9.1" in page
    assert "| n1-l2 | 5 | 1 min | 1 min | 300 MiB |" in page
    assert f"| {NAME} | 12 s |" in page


def test_gpu_records_are_counted_not_denied(content):
    assert "all 30 records were made on a CPU" in pages(content)["_generated/gpu.md"]
    gpu = with_own(content, records=made_records(1, ["n1-l2"], device="gpu"), origins={}, standings={})
    assert "1 record of 1 were made on a GPU" in pages(gpu)["_generated/gpu.md"]


def test_the_data_page_says_which_rows_are_restored(made_pages):
    page = made_pages["_generated/data.md"]
    assert "2,565 rows, of which 1,249 are restored to about five digits" in page


def test_a_book_without_records_has_no_numbers_of_runs(empty):
    made = pages(empty)
    assert not empty.records
    assert (
        "No record is committed yet" in made[f"records/{NAME}.md"]
        and "No record is committed" in made["_generated/gpu.md"]
    )
    assert "record-" not in made["_generated/ledger.md"]


def test_pages_say_the_same_each_time(made_pages, content):
    assert json.dumps(pages(content)) == json.dumps(made_pages)


def test_a_record_of_another_reading_says_which(content, made):
    experiment = own_of(content).experiment
    parameters = experiment.parameters("paper", {"scaling": "z-score"})
    task = experiment.task(parameters, "n1-l2", 0, stand_in=False)
    record = make_record(task, made_measurement(task), made_provenance())
    others = [{"scaling": "min-max-symmetric"}, {"scaling": "z-score"}]
    assert origin_of(experiment, record, others) == Origin("paper", {"scaling": "z-score"})
    assert origin_of(experiment, record, others).label == "preset paper, scaling z-score"
    assert origin_of(experiment, record) == Origin()
    assert origin_of(experiment, made[0], others) == Origin("paper")


def test_a_preset_shows_what_its_records_took(content):
    """30 made records of 12 CPU seconds each; no other preset has records."""
    own = own_of(content)
    told = {preset.name: measured(own, preset) for preset in own.experiment.presets}
    assert told == {"smoke": "–", "quick": "–", "paper": "6 min"}
    fewer = dataclasses.replace(own, records=own.records[1:])
    assert measured(fewer, own.experiment.preset("paper")) == "6 min for 29 of 30 runs"


def test_the_papers_experiments_are_listed_with_arms_seeds_and_cost(content):
    page = pages(dataclasses.replace(content, rehearsal={NAME: 12.3}))[
        "_generated/papers/overparameterization/experiments.md"
    ]
    for own in paper_of(content).experiments:
        assert own.experiment.question in page and own.experiment.title in page
        assert all(f"| `{arm.id}` |" in page for arm in own.experiment.arms)
    row = next(line for line in page.splitlines() if line.startswith("| [depth‑lp]"))
    assert "| 6 | 5 | 36 min | 6 min | [30](#records-overparameterization-depth-lp) |" in row
    entry = page.split(f"`{NAME}`: ")[1].split("\n### ")[0]
    assert "| 36 min | 6 min | nothing |" in entry and "12 s, the notebook" in entry


def test_the_papers_deviations_say_whether_they_matter(made_pages, content):
    page = made_pages["_generated/papers/overparameterization/deviations.md"]
    rows = [line for line in page.splitlines() if line.startswith("| ")]
    declared = paper_of(content).book.paper.deviations
    assert len(rows) == 4 + sum(max(1, len(ways(deviation))) for deviation in declared)
    assert "[not run]{.verdict .v-not-run}" in page and "&& claimbook publish" in page


def test_a_claims_other_readings_lead_to_their_records(made, tmp_path, monkeypatch):
    """The z-score is another reading of OP-2.1; of its runs the three of seed 0 are there."""
    experiment = experiment_named(NAME)
    parameters = experiment.parameters("paper", {"scaling": "z-score"})
    tasks = [experiment.task(parameters, f"n{depth}-l2", 0, stand_in=False) for depth in (1, 2, 3)]
    others = [make_record(task, made_measurement(task), made_provenance()) for task in tasks]
    saved(tmp_path / "records", [*made, *others])
    monkeypatch.setenv(RECORDS, str(tmp_path / "records"))
    found = pages(gather(repository_root()))
    entry = found["_generated/ledger.md"].split("### OP-2.1\n")[1].split("\n### ")[0]
    told = entry.split("Records with scaling z-score\n")[1].splitlines()[0]
    for record in others:
        anchor = f"record-{record.id.replace('/', '-')}"
        assert f"](#{anchor})" in told
        page = found[f"records/{NAME}.md"].split(f"({anchor})=\n")[1].split("\n(record-")[0]
        assert f"--preset paper -p scaling=z-score --arm {record.arm} --seed 0 --refresh" in page


def test_the_data_page_says_of_images_how_many_and_whether_any_is_in_both_parts(content):
    own = own_of(content)

    def page(both: int) -> str:
        facts = {"images_train": 60_000, "images_test": 10_000, "test_in_train": both}
        data = own.records[0].data.model_copy(update={"facts": facts})
        record = own.records[0].model_copy(update={"data": data})
        return pages(with_own(content, records=[record]))["_generated/data.md"]

    assert "60,000 training and 10,000 test images, each file as released; no test image occurs among" in page(0)
    assert "; 3 of the test images occur among the training images." in page(3)


def test_the_data_page_says_how_each_set_is_checked(made_pages):
    page = made_pages["_generated/data.md"]
    assert "the content of each of the 4 files, by sha256" in page
    assert "the rows of 8 of 10 batches by sha256" in page
    assert page.count("\nChecked\n: ") == 8
