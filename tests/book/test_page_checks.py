"""The page of checks says what stands in the files that the campaign and the benchmarks wrote."""

import json

from claimbook.book.page_checks import benchmarks, campaign, measured_checks
from claimbook.record.places import repository_root

FOUND = {
    "kills": 60,
    "records": 20,
    "differing": 0,
    "steps_lost": 1234,
    "processor": "P",
    "mxnet": "1.9.1",
    "commit": "c",
}
BENCHMARK = {
    "data": "MNIST, real",
    "processor": "P",
    "threads": 1,
    "rounds": 3,
    "peers": ["torch==2"],
    "workloads": {
        "mnist": {
            "says": "MNIST, ReLU",
            "contenders": {
                "ours": {"ratio": 1.0, "spread": [1.0, 1.0], "microseconds": 35.25},
                "ours_bf16": {"ratio": 0.625, "spread": [0.5, 0.75], "microseconds": 22.5},
                "pytorch": {"ratio": 1.4567, "spread": [1.25, 1.5], "microseconds": 51.5},
            },
        }
    },
}


def test_the_campaign_says_its_numbers_and_whether_any_record_differs():
    text = campaign(FOUND)
    assert "20: none differs" in text and "1,234" in text and "\n: 60\n" in text
    assert "20: 2 differ\n" in campaign(FOUND | {"differing": 2})
    assert "20: 1 differs\n" in campaign(FOUND | {"differing": 1})
    assert "No campaign" in campaign(None)


def test_a_benchmark_is_a_table_a_workload():
    text = benchmarks({"identity_mapping": BENCHMARK})
    assert "### Identity mapping" in text and "3 rounds. Peers: torch==2." in text
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if " × |" in line]
    assert rows == [
        ["Claimbook", "1 ×", "1 × to 1 ×", "35.25"],
        ["Claimbook, bf16", "0.625 ×", "0.5 × to 0.75 ×", "22.5"],
        ["pytorch", "1.46 ×", "1.25 × to 1.5 ×", "51.5"],
    ]
    assert "No benchmark" in benchmarks({})


def test_what_is_committed_is_found(tmp_path):
    assert measured_checks(tmp_path) == {"campaign": None, "benchmarks": {}}
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "one.json").write_text(json.dumps(BENCHMARK))
    (tmp_path / "tests" / "faults").mkdir(parents=True)
    (tmp_path / "tests" / "faults" / "campaign.json").write_text(json.dumps(FOUND))
    assert measured_checks(tmp_path) == {"campaign": FOUND, "benchmarks": {"one": BENCHMARK}}
    committed = measured_checks(repository_root())["benchmarks"]
    assert "overparameterization" in committed and benchmarks(committed).count("time over ours") >= 4
