"""A benchmark of several parts puts each workload into the hands of its own."""

from __future__ import annotations


def test_every_workload_is_laid_out_and_measured_by_its_part(benchmark_named, monkeypatch, tmp_path):
    benchmark = benchmark_named("identity_mapping")
    done = []
    for part in benchmark.PARTS:
        name = part.__name__
        monkeypatch.setattr(part, "lay_out", lambda _, names, name=name: done.append((name, list(names))) or name)
        monkeypatch.setattr(part, "measured", lambda *asked, name=name: {"by": name, "asked": asked[1:]})
    assert benchmark.lay_out(tmp_path, ["students-10", "mnist-relu", "mnist-prelu"]) == "mnist_net; students"
    assert done == [("mnist_net", ["mnist-relu", "mnist-prelu"]), ("students", ["students-10"])]
    assert benchmark.measured(tmp_path, "mnist-prelu", 3, 1.5) == {"by": "mnist_net", "asked": ("mnist-prelu", 3, 1.5)}
