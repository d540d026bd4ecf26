"""The book of this checkout, built once for all workers, and a browser to look at it with."""

import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from filelock import FileLock

from claimbook.book.build import build
from claimbook.book.content import gather
from claimbook.book.staging import stage
from claimbook.notebook import names, published
from claimbook.record.places import repository_root

# Chromium in a container: no sandbox of its own, no GPU, nothing in the background.
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="session")
def content():
    """What the book's pages are made from."""
    return gather(repository_root())


@pytest.fixture(scope="session")
def book(tmp_path_factory, content) -> Path:
    """The folder of the built book: notebooks from the committed records, pages by Jupyter Book, warnings fatal."""
    shared = tmp_path_factory.getbasetemp()
    if os.environ.get("PYTEST_XDIST_WORKER"):
        shared = shared.parent
    folder = shared / "claimbook-book"
    with FileLock(shared / "claimbook-book.lock"):
        if not (folder / "book" / "index.html").is_file():
            targets = {name: folder / "published" / f"{name}.ipynb" for name in names()}
            with ThreadPoolExecutor(2) as pool:
                notebooks = dict(zip(targets, pool.map(published, *zip(*targets.items(), strict=True)), strict=True))
            source = stage(repository_root(), content, notebooks, folder / "src")
            build(source, folder / "book", folder / "book.log")
    return folder / "book"


@pytest.fixture(scope="session")
def chromium():
    """A running chromium; without one these tests are skipped, and in CI they fail."""
    found = os.environ.get("CLAIMBOOK_CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        why = "chromium is not installed: the book's pages are not looked at (apt-get install chromium)"
        pytest.fail(why) if os.environ.get("CLAIMBOOK_CI") == "1" else pytest.skip(why)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def look(chromium, book):
    """look(page, width, scheme) → the page in the browser; what went wrong while it loaded is in `page.troubles`."""
    contexts = []

    def open_page(name: str, width: int = 1280, scheme: str = "light"):
        context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.troubles = []
        page.on("console", lambda said: page.troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.troubles.append(str(error)))
        page.on("requestfailed", lambda request: page.troubles.append(f"failed: {request.url}"))
        page.on("request", lambda request: _only_files(page, request.url))
        page.goto((book / name).as_uri(), wait_until="load")
        return page

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def page_of():
    """page_of(folder, shown) → the file of a page that has a cell's output alone, with the book's style sheet."""

    def made(folder: Path, shown) -> Path:
        style = (repository_root() / "book" / "_static" / "claimbook.css").read_text(encoding="utf-8")
        body = f'<style>{style}</style><body class="bd-article">{shown.html}</body>'
        page = f'<!doctype html><html data-theme="light"><meta charset="utf-8">{body}</html>'
        (folder / "page.html").write_text(page, encoding="utf-8")
        return folder / "page.html"

    return made


@pytest.fixture
def opened(chromium, page_file):
    """opened(width, javascript) → the module's `page_file` in the browser; what goes wrong on it fails the test."""
    contexts, troubles = [], []

    def open_page(width=1000, javascript=True):
        contexts.append(chromium.new_context(viewport={"width": width, "height": 900}, java_script_enabled=javascript))
        page = contexts[-1].new_page()
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.on("request", lambda request: None if request.url.startswith("file:") else troubles.append(request.url))
        page.goto(page_file.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def _only_files(page, url: str) -> None:
    if not url.startswith(("file:", "data:", "blob:")):
        page.troubles.append(f"asked for {url}")
