"""What notebooks show, on a paper's page: the page includes a cell's output by the notebook's name and the cell's tag.

A page asks with `{include} /_generated/papers/PAPER/cells/NOTEBOOK/TAG.md`. So its figures and tables are those of the
notebook, made from the same records by the same code, and no number is written twice.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from claimbook.book.links import notebook_link, page_root
from claimbook.book.text import slug
from claimbook.errors import ClaimbookError

ASKED = re.compile(r"/_generated/papers/(?P<paper>[a-z0-9-]+)/cells/(?P<name>[a-z0-9-]+)/(?P<tag>[a-z0-9-]+)\.md")


def cells(page: str, notebooks: Mapping[str, Path]) -> dict[str, str]:
    """The generated files that a paper's page asks for: path relative to the book's source folder → MyST.

    Args:
        page: the text of the paper's page. notebooks: experiment id → the executed notebook.

    Raises:
        ClaimbookError: an executed notebook has no cell of that tag, or the cell shows no HTML.
    """
    made = {}
    for asked in ASKED.finditer(page):
        experiment, tag = f"{asked['paper']}/{asked['name']}", asked["tag"]
        shown = _outputs(notebooks.get(experiment), experiment, tag)
        root = page_root(f"papers/{asked['paper']}")
        body = _moved(shown, page_root(f"notebooks/{experiment}"), root, f"{slug(experiment)}-{tag}")
        made[asked[0].lstrip("/")] = _framed(body, experiment)
    return made


def _outputs(path: Path | None, experiment: str, tag: str) -> str:
    """The HTML of a cell; "" where the notebook has not been executed."""
    found = list(_cells(path))
    if not found:
        return ""
    own = [cell for cell in found if tag in cell.get("metadata", {}).get("tags", [])]
    html = ["".join(data) for cell in own for output in cell["outputs"] if (data := _html(output))]
    if not html:
        raise ClaimbookError(
            f"No cell of the notebook {experiment} with the tag {tag} shows anything.",
            "The page of its paper includes what that cell shows.",
            "Mend the tag on the page, or in the notebook.",
        )
    return "\n".join(html)


def _cells(path: Path | None) -> Iterator[Mapping[str, Any]]:
    notebook = json.loads(path.read_text(encoding="utf-8")) if path is not None else {}
    return (cell for cell in notebook.get("cells", []) if cell["cell_type"] == "code")


def _html(output: Mapping[str, Any]) -> Any:
    return output.get("data", {}).get("text/html")


def _moved(html: str, there: str, here: str, name: str) -> str:
    """HTML of one page for another one: links start from `here`, and its ids are its own by a prefix."""
    html = html.replace(f'href="{there}', f'href="{here}')
    for own in sorted(set(re.findall(r'\bid="([^"]+)"', html)), key=len, reverse=True):
        html = re.sub(
            rf'(\bid="|href="#|url\(#|aria-labelledby="){re.escape(own)}(?=["\)])', rf"\g<1>{name}-{own}", html
        )
    return html


def _framed(html: str, experiment: str) -> str:
    name = experiment.split("/")[1]
    if not html:
        return f"(The notebook {name} has not been run from the records yet.)\n"
    link = f"[{name}]({notebook_link(experiment).target})"
    return f"```{{raw}} html\n{html}\n```\n\nFrom the notebook {link}.\n"
