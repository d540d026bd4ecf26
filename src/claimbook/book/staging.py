"""The folder that the book is built from: prose, generated pages, published notebooks, raw records, settings.

Built in place, links to a notebook's source would point at files that git ignores, and generated pages would lie among
the edited ones. Papers are found by listing `book/papers`, their notebooks and records by their experiments.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from claimbook import files
from claimbook.book.content import Content
from claimbook.book.page_cells import cells
from claimbook.book.page_records import DOWNLOADS, archive, archive_path
from claimbook.book.pages import pages
from claimbook.errors import ClaimbookError
from claimbook.record.reading import packed_sweep

BUTTONS = ("use_repository_button", "use_edit_page_button", "use_issues_button")
LAUNCH = {"notebook_interface": "jupyterlab", "colab_url": "https://colab.research.google.com", "thebe": False}


def stage(root: Path, content: Content, notebooks: Mapping[str, Path], folder: Path) -> Path:
    """Write the source of the book anew.

    Args:
        root: the checkout. content: what the pages say.
        notebooks: experiment id → the executed notebook. folder: what is in it is removed first.

    Raises:
        ClaimbookError: a paper has no page in `book/papers`.
    """
    shutil.rmtree(folder, ignore_errors=True)
    for path in sorted((root / "book").rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            files.write_bytes(folder / path.relative_to(root / "book"), path.read_bytes())
    for name, text in pages(content).items():
        files.write_text(folder / name, text)
    for page in sorted((root / "book" / "papers").glob("*.md")):
        for name, text in cells(page.read_text(encoding="utf-8"), notebooks).items():
            files.write_text(folder / name, text)
    for name, path in notebooks.items():
        files.write_bytes(folder / "notebooks" / f"{name}.ipynb", path.read_bytes())
    for own in (own for paper in content.papers for own in paper.experiments if own.records):
        files.write_bytes(folder / archive_path(own.experiment), archive(own))
    for record in content.records:
        if record.sweep is not None:
            files.write_bytes((folder / DOWNLOADS / record.path).with_name(record.sweep.file), packed_sweep(record))
    files.write_text(folder / "_config.yml", _yaml(settings(yaml.safe_load((root / "_config.yml").read_text("utf-8")))))
    files.write_text(folder / "_toc.yml", _yaml(contents(root, content, set(notebooks))))
    return folder


def settings(config: dict[str, Any]) -> dict[str, Any]:
    """The settings with the buttons that the repository's address allows: without an address there are none."""
    repository = config.get("repository") or {}
    url = str(repository.get("url") or "").strip()
    html = dict(config.get("html") or {})
    if not url:
        # Jupyter Book has an address of its own as the default; an empty one takes its place.
        blank = {"url": "", "branch": "", "path_to_book": ""}
        return {
            **config,
            "repository": blank,
            "html": html | dict.fromkeys(BUTTONS, False),
            "launch_buttons": _no_launch(),
        }
    html |= {"use_repository_button": True, "use_issues_button": True, "use_edit_page_button": False}
    return {**config, "html": html, "launch_buttons": LAUNCH | {"binderhub_url": "https://mybinder.org"}}


def _no_launch() -> dict[str, Any]:
    return {"thebe": False, "binderhub_url": "", "colab_url": "", "jupyterhub_url": "", "deepnote_url": ""}


def contents(root: Path, content: Content, notebooks: set[str]) -> dict[str, Any]:
    """`_toc.yml` with each paper's page, its notebooks below it, and the pages of records below theirs.

    Raises:
        ClaimbookError: a paper has no page.
    """
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    chapters = []
    for paper in content.papers:
        if not (root / "book" / "papers" / f"{paper.slug}.md").is_file():
            raise ClaimbookError(
                f"The paper {paper.slug} has no page.",
                "The book prints its facts, claims and inventory there.",
                f"Write book/papers/{paper.slug}.md; another paper's page shows how.",
            )
        own = [own.experiment.id for own in paper.experiments if own.experiment.id in notebooks]
        below = {"sections": [{"file": f"notebooks/{name}"} for name in own]} if own else {}
        chapters.append({"file": f"papers/{paper.slug}", **below})
    toc["parts"][0]["chapters"] = chapters
    records = [
        {"file": f"records/{own.experiment.id}", "title": own.experiment.name}
        for paper in content.papers
        for own in paper.experiments
    ]
    for part in toc["parts"]:
        for chapter in part["chapters"]:
            if chapter["file"] == "records" and records:
                chapter["sections"] = records
    return toc


def fingerprint(folder: Path, *also: str) -> str:
    """sha256 over every file of a folder, and over other texts that the result follows from."""
    digest = hashlib.sha256(json.dumps(also).encode())
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            name, content = os.fsencode(path.relative_to(folder).as_posix()), path.read_bytes()
            digest.update(b"%d %d\n" % (len(name), len(content)) + name + content)
    return digest.hexdigest()


def _yaml(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True)
