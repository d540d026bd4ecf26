"""What makes the twins' files: that it runs the right program, keeps what it wrote, and refuses what is too large."""

from __future__ import annotations

import sys

import pytest


@pytest.fixture
def twins(benchmark_named, monkeypatch, tmp_path):
    """The module, with a twin "small" that writes as many bytes as SIZE says."""
    module = benchmark_named("twins")
    (tmp_path / "small").mkdir()
    (tmp_path / "small" / "reference.py").write_text(
        "import os, sys\nassert 'PYTHONPATH' not in os.environ\n"
        "open(sys.argv[1], 'wb').write(b'x' * int(os.environ['SIZE']))\n"
    )
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    monkeypatch.setattr(module, "CONTENDERS", tmp_path)
    monkeypatch.setattr(module, "TWINS", {"small": "kept/small.npz"})
    monkeypatch.setattr(module, "peers_python", lambda: sys.executable)
    return module


def test_what_a_twin_wrote_is_kept(twins, monkeypatch, tmp_path):
    monkeypatch.setenv("SIZE", "7")
    assert twins.make("small", tmp_path).read_bytes() == b"x" * 7


def test_a_file_that_is_too_large_is_not_kept(twins, monkeypatch, tmp_path):
    monkeypatch.setenv("SIZE", str(twins.MOST_BYTES + 1))
    with pytest.raises(SystemExit, match="200,001 bytes"):
        twins.make("small", tmp_path)
    assert not (tmp_path / "kept").exists()


def test_an_unknown_twin(twins, capsys):
    with pytest.raises(SystemExit):
        twins.main(["vgg19"])
    assert "there is no twin 'vgg19'; there are small" in capsys.readouterr().err
