"""The rules of the house hold in every file, and each rule is shown to catch what it forbids."""

from __future__ import annotations

import ast
import os
import re
import subprocess
from pathlib import Path

import house
import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src" / "claimbook").rglob("*.py"))
SLUGS = ("math-symbols", "identity-mapping", "vgg-depth", "overparameterization", "homotopy")
MOST_LINES = 250


def papers_in_claims(module: str, tree: ast.AST) -> list[str]:
    return house.paper_names_in_claims(module, tree, SLUGS)


RULES = {
    "imports go one way": house.upward_imports,
    "claims know no paper": papers_in_claims,
    "only files writes": house.file_writing,
    "only seeds draws": house.randomness,
    "papermill and mxnet have one door each": house.own_doors,
    "no code from data": house.code_from_data,
    "everything public is documented": house.undocumented,
}


def module_of(path: Path) -> str:
    parts = path.relative_to(ROOT / "src").with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("rule", RULES)
def test_the_rule_holds_in_every_module(rule):
    broken = []
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        broken += [f"{path.relative_to(ROOT)}:{place}" for place in RULES[rule](module_of(path), tree)]
    assert len(SOURCES) > 10 and not broken, f"{rule}:\n" + "\n".join(broken)


BAD = {
    "imports go one way": [
        ("claimbook.data.fetch", "from claimbook.record import store"),
        ("claimbook.data.fetch", "def f():\n    import claimbook.cli"),
        ("claimbook.errors", "from claimbook import files"),
        ("claimbook.study", "from .claims import judge"),
        ("claimbook.apps.publish", "from claimbook.papers.math_symbols import nets"),
        ("claimbook.attic.box", "x = 1"),
    ],
    "claims know no paper": [
        ("claimbook.claims.judge", "x = 'vgg-depth/batch-norm'"),
        ("claimbook.claims.judge", "from claimbook.papers.math_symbols import x"),
    ],
    "only files writes": [
        ("claimbook.data.x", "open(path, 'w')"),
        ("claimbook.data.x", "open(path, mode='ab')"),
        ("claimbook.data.x", "open(path, 'r+')"),
        ("claimbook.data.x", "path.open('xb')"),
        ("claimbook.data.x", "gzip.open(path, 'wt')"),
        ("claimbook.data.x", "zipfile.ZipFile(path, 'w')"),
        ("claimbook.data.x", "path.write_text('x')"),
        ("claimbook.data.x", "Path(p).write_bytes(b'x')"),
        ("claimbook.data.x", "np.savez_compressed(path, a)"),
        ("claimbook.data.x", "frame.to_csv(path)"),
        ("claimbook.data.x", "figure.savefig(path)"),
        ("claimbook.data.x", "net.save_parameters(path)"),
        ("claimbook.data.x", "yaml.safe_dump(x, handle)"),
        ("claimbook.data.x", "os.open(path, os.O_WRONLY | os.O_CREAT)"),
        ("claimbook.data.x", "shutil.copyfile(a, b)"),
        ("claimbook.data.x", "tempfile.NamedTemporaryFile()"),
    ],
    "only seeds draws": [
        ("claimbook.data.x", "np.random.rand(3)"),
        ("claimbook.data.x", "np.random.default_rng(0)"),
        ("claimbook.data.x", "np.random.Generator(np.random.PCG64(1))"),
        ("claimbook.data.x", "np.random.RandomState(0).choice(3)"),
        ("claimbook.data.x", "import random"),
        ("claimbook.data.x", "from numpy.random import default_rng"),
        ("claimbook.data.x", "mx.random.seed(1)"),
        ("claimbook.data.x", "mx.nd.random.normal(0, 1)"),
        ("claimbook.data.x", "stats.norm.rvs(size=3)"),
    ],
    "papermill and mxnet have one door each": [
        ("claimbook.cli.x", "def f():\n    import papermill"),
        ("claimbook.cli.x", "from papermill import execute_notebook"),
        ("claimbook.train.x", "import mxnet as mx"),
        ("claimbook.train.x", "from mxnet.gluon import nn"),
    ],
    "no code from data": [
        ("claimbook.data.x", "import pickle"),
        ("claimbook.data.x", "eval(text)"),
        ("claimbook.data.x", "exec(text)"),
        ("claimbook.data.x", "yaml.load(text)"),
        ("claimbook.data.x", "yaml.load(text, Loader=yaml.Loader)"),
        ("claimbook.data.x", "yaml.unsafe_load(text)"),
        ("claimbook.data.x", "np.load(path, allow_pickle=True)"),
        ("claimbook.data.x", "trainer.load_states(path)"),
        ("claimbook.data.x", "pd.read_pickle(path)"),
    ],
    "everything public is documented": [
        ("claimbook.data.x", "x = 1"),
        ("claimbook.data.x", '"""Doc."""\ndef f(): pass'),
        ("claimbook.data.x", '"""Doc."""\nclass A: pass'),
        ("claimbook.data.x", '"""Doc."""\nclass A:\n    """A."""\n    def f(self): pass'),
    ],
}

GOOD = {
    "imports go one way": [
        ("claimbook.record.store", "from claimbook import files, __version__\nfrom claimbook.data import fetch"),
        ("claimbook.cli.app", "import claimbook.book\nimport numpy"),
        ("claimbook", "from claimbook.study import reproduce"),
    ],
    "claims know no paper": [("claimbook.book.pages", "x = 'homotopy'"), ("claimbook.claims.judge", "x = 'paper'")],
    "only files writes": [
        ("claimbook.data.x", "files.write_text(path, 'x')\nos.replace(a, b)"),
        ("claimbook.data.x", "open(path)\nopen(path, 'rb')\npath.open('r')\nopen('w')\ngzip.open(path, 'rb')"),
        ("claimbook.data.x", "figure.savefig(buffer)\nopen(os.dup(1), 'w')\nzipfile.ZipFile(io.BytesIO(), 'w')"),
        ("claimbook.data.x", "json.dumps(x)\nyaml.safe_dump(x)\nframe.to_csv()\nos.open(path, os.O_RDONLY)"),
        ("claimbook.files", "open(path, 'wb')"),
    ],
    "only seeds draws": [
        ("claimbook.data.x", "def f(draw: np.random.Generator): return draw.normal()"),
        ("claimbook.seeds", "np.random.PCG64(1)"),
        ("claimbook.legacy_random", "np.random.RandomState(0).choice(3)"),
    ],
    "papermill and mxnet have one door each": [
        ("claimbook.notebook", "import papermill"),
        ("claimbook.notebook.run", "import papermill"),
        ("claimbook.compat", "import mxnet"),
        ("claimbook.train.x", "from claimbook.compat import mxnet"),
    ],
    "no code from data": [
        ("claimbook.data.x", "yaml.safe_load(t)\nyaml.load(t, Loader=yaml.CSafeLoader)\nre.compile(x)\nnp.load(p)"),
        ("claimbook.data.x", "class Lines(yaml.SafeLoader): pass\nyaml.load(t, Lines)\nnp.load(p, allow_pickle=False)"),
    ],
    "everything public is documented": [
        ("claimbook.data.x", '"""Doc."""\ndef _f(): pass\nclass A:\n    """A."""\n    def _g(self): pass'),
        ("claimbook.data.x", '"""Doc."""\nclass B(A):\n    """B."""\n    def of_a(self): pass'),
        ("claimbook.data", ""),
    ],
}


@pytest.mark.parametrize(("rule", "module", "code"), [(rule, *case) for rule in RULES for case in BAD[rule]])
def test_the_rule_catches_what_it_forbids(rule, module, code):
    assert RULES[rule](module, ast.parse(code)), f"{rule} lets pass: {code}"


@pytest.mark.parametrize(("rule", "module", "code"), [(rule, *case) for rule in RULES for case in GOOD[rule]])
def test_the_rule_leaves_the_rest_alone(rule, module, code):
    assert RULES[rule](module, ast.parse(code)) == []


def test_notebooks_define_nothing():
    places = {
        f"{path.relative_to(ROOT)}:{place}"
        for path in (ROOT / "notebooks").rglob("*.md")
        for place in house.definitions_in_notebook(path.read_text(encoding="utf-8"))
    }
    assert not places


@pytest.mark.parametrize("row", ["def f(x):", "    def f(self):", "class A:", "async def f():"])
def test_a_definition_in_a_notebook_is_seen(row):
    assert house.definitions_in_notebook(f"# Title\n\n```{{code-cell}} python3\nx = 1\n{row}\n```\n") == [
        f"5: {row.strip()}"
    ]
    assert house.definitions_in_notebook(f"A sentence:\n\n```python\n{row}\n```\n{row}\n") == []


def test_no_source_file_is_long():
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert not {path: lines for path, lines in long.items() if lines > MOST_LINES}


def own_files() -> list[Path]:
    """The project's own text files: those that git tracks, or, outside of git, all that look like ours."""
    done = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    names = done.stdout.split("\0") if done.returncode == 0 else []
    kinds = {".py", ".md", ".ipynb", ".toml", ".yml", ".yaml", ".json", ".cff", ".lock", ".bib", ".css", ""}
    paths = [ROOT / name for name in names if name] or [p for top in ("src", "tests") for p in (ROOT / top).rglob("*")]
    return [path for path in paths if path.is_file() and path.suffix in kinds]


def machine_paths(text: str, places: list[Path]) -> list[str]:
    """Those of `places` that stand in `text` as an absolute path; the root of a file system is no place."""
    names = [f"{place}/" for place in places if len(place.parts) > 1]
    return [name for name in names if re.search(rf"(?<![\w.~-]){re.escape(name)}", text)]


def test_no_file_names_a_place_on_this_machine():
    places = [ROOT, ROOT.parent, Path(os.path.expanduser("~"))]
    shared = "../" + "shared"  # only .ci/run may look beside the checkout
    broken = []
    for path in own_files():
        text = path.read_text(encoding="utf-8", errors="replace")
        broken += [f"{path.relative_to(ROOT)}: {name}" for name in machine_paths(text, places)]
        if shared in text and path != ROOT / ".ci" / "run":
            broken.append(f"{path.relative_to(ROOT)}: {shared}")
    assert not broken


def test_a_place_on_this_machine_is_seen():
    assert machine_paths("see /home/ann/claims/x", [Path("/home/ann"), Path("/srv")]) == ["/home/ann/"]
    assert machine_paths("see ./home/ann/x and a/home/ann/x", [Path("/home/ann"), Path("/")]) == []


def test_nothing_is_left_unfinished():
    marks = "|".join(("TO" + "DO", "FIX" + "ME", "X" * 3, "raise NotImplemented" + "Error"))
    texts = [*SOURCES, *(ROOT / "notebooks").rglob("*.md"), *(ROOT / "book").rglob("*.md")]
    assert not [str(path) for path in texts if re.search(rf"\b({marks})\b", path.read_text(encoding="utf-8"))]
