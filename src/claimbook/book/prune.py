"""What Jupyter Book builds and no page needs is left out of the book."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

from claimbook import files

# What MathJax 3's tex-chtml needs beside itself; the rest of the package is other inputs, outputs and speech.
MATHJAX = ("tex-chtml.js", "input/tex/extensions", "output/chtml/fonts")
SOURCE_BUTTON = re.compile(r'<li><a href="[^"]*/_sources/records/[^"]*".*?</a>\s*</li>', re.DOTALL)  # of the theme
# The theme has its icons twice: as a font by its style, and as a script of 1.5 MB that draws what the font shows.
ICONS = re.compile(r"\s*<script[^>]*/scripts/fontawesome\.js[^>]*></script>")
WORD = re.compile(r'<span class="pre">([^<]*)</span>')  # Sphinx wraps each word of code, which our style does not need
ROW = re.compile(r'<tr class="row-(?:odd|even)">')  # no style of the theme or of ours asks for them
OLD_FONT = re.compile(r',\s*url\([^)]*\.ttf\) format\("truetype"\)')  # for browsers before 2014


def prune(made: Path) -> None:
    """Leave out of the built book what no page needs.

    That is: most of MathJax, source maps, translations, fonts for old browsers, a script for icons that a font shows,
    the sources of generated pages, the outputs in the notebooks' sources, which their pages show, and in pages what no
    style asks for: an element around each word of code, and whether a row is odd.
    """
    static, sources = made / "_static", made / "_sources"
    _keep_of_mathjax(static / "mathjax")
    scripts = static.glob("scripts/fontawesome.js*")
    for path in (*static.rglob("*.map"), *static.rglob("*.ttf"), *scripts, made / ".buildinfo"):
        path.unlink(missing_ok=True)
    for path in static.rglob("*.css"):
        _rewrite(path, OLD_FONT.sub("", path.read_text(encoding="utf-8")))
    shutil.rmtree(static / "locales", ignore_errors=True)  # the theme's, read while it builds
    for generated in ("_generated", "records"):
        shutil.rmtree(sources / generated, ignore_errors=True)
    for path in (sources / "notebooks").rglob("*.ipynb"):
        _rewrite(path, _without_outputs(path.read_text(encoding="utf-8")))
    for path in made.rglob("*.html"):
        text = _slim(path.read_text(encoding="utf-8"))
        _rewrite(path, SOURCE_BUTTON.sub("", text) if (made / "records") in path.parents else text)


def _keep_of_mathjax(folder: Path) -> None:
    for path in sorted(folder.rglob("*"), reverse=True):
        name = path.relative_to(folder).as_posix()
        if path.is_dir():
            if not any(path.iterdir()):
                path.rmdir()
        elif not any(name == kept or name.startswith(f"{kept}/") for kept in MATHJAX):
            path.unlink()


def _slim(page: str) -> str:
    """The page without what looks the same without it."""
    return ROW.sub("<tr>", WORD.sub(r"\1", ICONS.sub("", page)))


def _rewrite(path: Path, text: str) -> None:
    if text != path.read_text(encoding="utf-8"):
        files.write_text(path, text)


def _without_outputs(text: str) -> str:
    """The notebook as one downloads it: to be run, by whom has seen what came out here."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return json.dumps(notebook, ensure_ascii=False, indent=1) + "\n"
