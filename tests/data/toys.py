"""Small data sets, archives and a web server for the tests of the data room."""

from __future__ import annotations

import contextlib
import hashlib
import io
import tarfile
import threading
import time
import zipfile
from collections import Counter
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import numpy as np
import pytest

from claimbook.data.catalogue import DataSet, data_set


@pytest.fixture
def home(tmp_path, monkeypatch):
    """A data folder and a cache folder of the test's own; returns the data folder."""
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("CLAIMBOOK_DATA", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.delenv("CLAIMBOOK_MIRROR", raising=False)
    monkeypatch.setattr("claimbook.data.download.PAUSE_S", 0.0)
    return folder


@pytest.fixture
def server():
    """A web server on this machine; see `Server`."""
    with Server() as running:
        yield running


class Server(contextlib.AbstractContextManager):
    """Serves `pages` (path to content). `cut` paths break off half-way, `codes` paths answer that HTTP code; an
    answer starts after `wait_s` seconds and stops half-way until `gate` is open."""

    def __init__(self):
        self.pages: dict[str, bytes] = {}
        self.cut: set[str] = set()
        self.codes: dict[str, int] = {}
        self.hits: Counter[str] = Counter()
        self.wait_s = 0.0
        self.gate = threading.Event()
        self.gate.set()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                outer.hits[self.path] += 1
                time.sleep(outer.wait_s)
                body = outer.pages.get(self.path)
                code = outer.codes.get(self.path, 200 if body is not None else 404)
                self.send_response(code)
                body = body if code == 200 else b"no"
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                half = len(body) // 2
                with contextlib.suppress(OSError):  # a client that was killed
                    self.wfile.write(body[:half])
                    outer.gate.wait(60)
                    self.wfile.write(b"" if self.path in outer.cut else body[half:])

            def log_message(self, *args):
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True)
        self.thread.start()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.http.server_port}{path}"

    def put(self, path: str, content: bytes) -> str:
        self.pages[path] = content
        return self.url(path)

    def __exit__(self, *error):
        self.gate.set()
        self.http.shutdown()
        self.http.server_close()
        self.thread.join()


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def zipped(members: dict[str, bytes]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def tarred(members: dict[str, bytes], mode: str = "w:gz") -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode=mode) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


TOY_FILES = {"a.bin": b"the first file" * 50, "b.bin": bytes(range(256)) * 40}


def toy(urls=("http://127.0.0.1:9/toy.zip",), hashed: bytes | None = None, **changes) -> DataSet:
    """A data set of two files, a.bin and b.bin, in one zip; `hashed` is the zip whose sha256 is published."""
    entry = {
        "name": "toy",
        "title": "Toy",
        "citations": ["nobody"],
        "licence": "none",
        "edition": "1",
        "homepage": "http://127.0.0.1/",
        "folder": "toy",
        "downloads": [
            {
                "file": "toy.zip",
                "urls": list(urls),
                "unpack": True,
                "hash": None if hashed is None else f"sha256:{sha256(hashed)}",
            }
        ],
        "layout": [{"match": "?.bin"}],
        "limits": {"members": 20, "bytes": 100_000},
        "shapes": {"all": [2]},
        "classes": ["a", "b"],
        "check": {"kind": "files", "sha256": {name: sha256(content) for name, content in TOY_FILES.items()}},
    }
    return DataSet.model_validate({**entry, **changes})


def batch_line(gas: int, concentration: float, x: np.ndarray) -> str:
    """One line as the official batch files have it, with the blank before the newline."""
    return f"{gas};{concentration:.6f} " + " ".join(f"{i}:{v:.6f}" for i, v in enumerate(x, 1)) + " \n"


def gas_rows(gases=(1, 2), per_gas: int = 2, seed: int = 0) -> list[tuple[int, float, np.ndarray]]:
    """A few rows with four decimals in every number, as the instrument's files have them."""
    rng = np.random.default_rng(seed)
    return [
        (gas, float(np.round(rng.uniform(2.5, 600), 2)), np.round(rng.uniform(-9, 9e4, 128), 4))
        for gas in gases
        for _ in range(per_gas)
    ]


def batch_files() -> dict[str, bytes]:
    """Ten batch files with two rows each of gas 1 and 2 (batch 7 with one row more of gas 2)."""
    files = {}
    for k in range(1, 11):
        rows = gas_rows(seed=k) + (gas_rows((2,), 1, seed=99) if k == 7 else [])
        files[f"batch{k}.dat"] = "".join(batch_line(*row) for row in rows).encode()
    return files


def gas_toy(**check) -> DataSet:
    """The gas-sensor entry of the catalogue, shrunk to `batch_files`."""
    rule = {
        "kind": "batches",
        "rows": [4, 4, 4, 4, 4, 4, 5, 4, 4, 4],
        "gases": [20, 21, 1, 1, 1, 1],
        "required_gas": 1,
        "content": {},
    }
    entry = data_set("gas-sensor").model_dump()
    return DataSet.model_validate({**entry, "check": {**rule, **check}})
