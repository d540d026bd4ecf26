"""What must hold of built pages: nothing is fetched from elsewhere, every link leads somewhere, no page is empty."""

from __future__ import annotations

import dataclasses
import functools
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

LOADED = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "video": "src",
    "audio": "src",
}
ELSEWHERE = ("http", "https")
NOT_LOADED = {"canonical", "next", "prev", "search", "index", "alternate", "license", "author"}


@dataclasses.dataclass
class Page:
    """What one page has: the ids on it, its links, what it loads, and whether its article says anything."""

    ids: set[str] = dataclasses.field(default_factory=set)
    links: list[str] = dataclasses.field(default_factory=list)
    loads: list[str] = dataclasses.field(default_factory=list)
    words: int = 0
    faults: list[str] = dataclasses.field(default_factory=list)


def problems(folder: Path) -> list[str]:
    """Everything that is wrong with the pages below `folder`, in words; empty where all is well."""
    pages = {path: read_page(path) for path in sorted(folder.rglob("*.html")) if "_static" not in path.parts}
    if folder / "index.html" not in pages:
        return ["there is no index.html"]
    found = []
    for path, page in pages.items():
        name = path.relative_to(folder).as_posix()
        found += [f"{name}: loads {address} from elsewhere" for address in page.loads if _is_elsewhere(address)]
        found += [
            f"{name}: {why}" for link in [*page.links, *page.loads] if (why := _broken(path, link, folder, pages))
        ]
        found += [f"{name}: {fault}" for fault in page.faults]
        if page.words < 10 and path.name not in ("search.html", "genindex.html"):
            found.append(f"{name}: its article is empty")
    return found


def read_page(path: Path) -> Page:
    """Parse one page."""
    reader = _Reader()
    reader.feed(path.read_text(encoding="utf-8"))
    return reader.page


def _is_elsewhere(address: str) -> bool:
    return urlsplit(address).scheme in ELSEWHERE or address.startswith("//")


def _broken(path: Path, link: str, folder: Path, pages: dict[Path, Page]) -> str:
    """Why a link on the page `path` leads nowhere; "" where it does not, or where it leads out of the book."""
    parts = urlsplit(link)
    if parts.scheme or link.startswith("//") or not link:
        return ""
    target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
    if target.is_dir():
        target = target / "index.html"
    if not target.is_file():
        return f"the link {link} leads to no file"
    if not target.is_relative_to(folder.resolve()):
        return f"the link {link} leads out of the book"
    known = pages.get(target) or (_cached(target) if target.suffix == ".html" else None)
    fragment = unquote(parts.fragment)
    if fragment and known is not None and fragment not in known.ids:
        return f"the link {link} leads to no anchor"
    return ""


@functools.lru_cache(maxsize=64)
def _cached(path: Path) -> Page:
    return read_page(path)


class _Reader(HTMLParser):
    """Collects a `Page`."""

    def __init__(self):
        super().__init__(convert_charrefs=True)
        self.page = Page()
        self._inside = 0
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.page.ids |= {given[name] for name in ("id", "name") if given.get(name)}
        if tag == "a" and given.get("href"):
            self.page.links.append(given["href"])
        rel = set(given.get("rel", "").split())
        if tag in LOADED and given.get(LOADED[tag]) and not (tag == "link" and rel & NOT_LOADED):
            self.page.loads.append(given[LOADED[tag]])
        if {"problematic", "system-message"} & set(given.get("class", "").split()):
            self.page.faults.append("Sphinx left an error message on it")
        self._inside += tag == "article"
        self._silent += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._inside -= tag == "article"
        self._silent -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if self._inside and not self._silent:
            self.page.words += len(data.split())
