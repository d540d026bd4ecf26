"""The page of a sweep: what it embeds is what the records hold, and without its script a table remains."""

from __future__ import annotations

import json
import math
import re

import pytest
from book.swept import ITERATIONS, NAME, loss_of, swept_store

from claimbook.book import show
from claimbook.book.content import gather
from claimbook.book.page_records import DOWNLOADS
from claimbook.book.staging import stage
from claimbook.book.what_if_data import Run, Setting, best_of, drawn_iterations, embedded, settings_of
from claimbook.record.places import RECORDS, STORE, repository_root
from claimbook.record.sweep import unpack
from claimbook.study import reproduce


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    return swept_store(tmp_path_factory.mktemp("swept"), seeds=2)


@pytest.fixture
def study(store, tmp_path, monkeypatch):
    monkeypatch.setenv(RECORDS, str(store.root))
    monkeypatch.setenv(STORE, str(tmp_path / "own"))
    return reproduce(NAME, preset="published")


def data_of(shown):
    return json.loads(re.search(r'<script type="application/json">(.*?)</script>', shown.html, re.S)[1])


def unpacked(packed, iterations):
    """iteration → loss of one embedded run."""
    _, _, *steps = packed
    logs = [sum(steps[: i + 1]) / 10_000 for i in range(len(steps))]
    return dict(zip(iterations, (10**log for log in logs), strict=False))


def test_every_curve_is_embedded_as_the_records_have_it(study):
    arms = data_of(show.what_if(study))["arms"]
    assert [arm["id"] for arm in arms] == ["l2", "l4", "l6"]
    arm = arms[1]
    rates = [float(rate) for rate in arm["rates"]]
    assert rates == study.records["l4", 0].asked["settings"]["rates"]
    for depth in (1, 2, 3, 4):
        for rate, runs in zip(rates, arm["runs"]["min-max"][str(depth)], strict=True):
            for seed, packed in enumerate(runs):
                losses = unpacked(packed, arm["iterations"])
                for at, loss in losses.items():
                    assert loss == pytest.approx(loss_of(depth, rate, at, seed), rel=2e-4)
                last = 20_000 if packed[0] == 0 else 20  # 20 is too near 18 to be drawn
                assert packed[0] in (0, 50) and max(losses) == (last if last > 20 else 18)
                assert packed[1] == float(f"{loss_of(depth, rate, last, seed):.4g}")
    assert sum(packed[0] == 50 for packed in arm["runs"]["min-max"]["2"][rates.index(0.03)]) == 1


def test_the_best_rate_is_one_that_stays_finite_in_all_seeds(study):
    arm = data_of(show.what_if(study))["arms"][1]
    best = arm["best"]["z-score"]
    assert {depth: arm["rates"][index] for depth, index in best.items() if depth != "4"} == {
        "1": "0.03",
        "2": "0.01",
        "3": "0.03",
    }
    assert arm["starts"]["z-score"]["3"] == 0.5


def test_the_page_says_where_its_numbers_are_from(study):
    arms = data_of(show.what_if(study))["arms"]
    assert [arm["solver"] for arm in arms] == ["eigenbasis", "mxnet-batched-descent", "mxnet-batched-descent"]
    for arm in arms:
        assert arm["command"] == f"claimbook run {NAME} --preset paper --seeds 2 --arm {arm['id']}"
        for record in arm["records"]:
            own = study.records[arm["id"], record["seed"]]
            anchor = f"record-{own.id.replace('/', '-').replace('.', '-')}"
            assert record["id"] == own.name and record["href"] == f"../../records/{NAME}.html#{anchor}"


def test_without_the_script_a_table_of_the_best_rates_remains(study):
    shown = show.what_if(study)
    body = re.sub(r"<(script|style).*?</\1>", "", shown.html, flags=re.S)
    assert "With JavaScript, a figure stands here" in body
    assert body.count("<tr>") == 10 and "min-max-symmetric" in body
    row = next(line for line in shown.text.splitlines() if line.startswith("l4 loss  z-score"))
    expected = math.sqrt(loss_of(3, 0.03, 20_000, 0) * loss_of(3, 0.03, 20_000, 1))
    assert f"{expected:.4g} at 0.03" in row and "after 20,000 iterations" in shown.text
    assert "preset paper, committed records" in shown.text.lower()


def test_nothing_in_the_page_comes_from_elsewhere_or_ends_its_script(study):
    shown = show.what_if(study)
    assert "http" not in shown.html.replace("http://www.w3.org/2000/svg", "")
    assert shown.html.count("<script") == shown.html.count("</script>") == 2
    assert len(shown.html.encode()) < 500_000 and show.what_if(study) == shown


def test_of_the_users_own_study_no_page_is_linked(study, store, monkeypatch):
    monkeypatch.setenv(STORE, str(store.root))
    own = reproduce(NAME, preset="paper", make="never", data="real", arms=["l4"], seeds=1, iterations=20_000)
    data = data_of(show.what_if(own))
    assert [arm["id"] for arm in data["arms"]] == ["l4"] and data["arms"][0]["records"][0]["href"] == ""
    assert data["made"] == "Preset paper, real data"


def test_a_study_without_a_sweep_says_so(study):
    other = reproduce(NAME, preset="paper", make="never", data="real", seeds=[9])
    assert "No record with a sweep" in show.what_if(other).text


def test_the_tables_of_sweeps_are_in_the_book_and_their_records_pages_lead_to_them(study, tmp_path):
    record = study.records["l4", 1]
    content = gather(repository_root())
    folder = stage(repository_root(), content, {}, tmp_path / "book")
    table = folder / DOWNLOADS / NAME / record.sweep.file
    assert unpack(record.sweep, table.read_bytes()).keys() == set(record.sweep.columns)
    page = (folder / "records" / f"{NAME}.md").read_text(encoding="utf-8")
    link = f"{{download}}`{record.sweep.file} </{DOWNLOADS}/{NAME}/{record.sweep.file}>`"
    assert f"{link} ({record.sweep.rows:,} rows of scaling, depth, rate, iteration, loss)" in page


def test_drawn_points_are_apart_and_hold_the_last():
    runs = {0: Run(ITERATIONS, [1.0] * len(ITERATIONS), None), 1: Run([0, 1], [1.0, 1.0], 2)}
    drawn = drawn_iterations([Setting("z-score", 1, 0.1, runs)])
    assert drawn[:6] == [1, 2, 3, 4, 5, 6] and drawn[-1] == 20_000 and 19 not in drawn
    assert all(b >= 1.15 * a for a, b in zip(drawn, drawn[1:], strict=False))


def test_settings_that_blow_up_have_no_last_loss_and_cannot_be_best():
    columns = {"scaling": ["z"] * 4, "depth": [1] * 4, "rate": [0.1, 0.1, 0.2, 0.2]}
    columns |= {"iteration": [0, 1, 0, 1], "loss": [2.0, math.nan, 2.0, 1e-320]}
    low, high = settings_of({0: columns})
    assert (low.blown_up, low.last, low.runs[0].ended) == (1, None, 1) and high.last == pytest.approx(1e-320)
    assert best_of([low, high]) == {("z", 1): high} and best_of([low]) == {("z", 1): None}
    assert embedded([low])["best"] == {"z": {1: None}} and embedded([low])["runs"]["z"][1] == [[[1, 2.0]]]
