"""Make the .ipynb of a notebook from its .md, with the outputs of a smoke run and nothing that changes by itself.

People edit the .md (MyST). The .ipynb is what Jupyter, papermill and nbval read; its outputs are the reference that
`make test` compares with. The same source gives the same bytes: no times, no paths, no random ids.
"""

from __future__ import annotations

import hashlib
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path

from claimbook import files
from claimbook.errors import ClaimbookError, RunError
from claimbook.notebook.places import names, root
from claimbook.notebook.run import execute
from claimbook.record.places import STORE

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LIMIT_BYTES = 200_000
# Cells with this tag report progress, with times in it: what they print is no reference.
SILENCED = "remove-stdout"
# Cells with this tag show what no two runs have in common, such as times: nothing of it is kept.
UNLIKE = "no-reference"
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}")


def generate(paths: Iterable[Path | str] | None = None, progress: Callable[[str], None] | None = None) -> list[Path]:
    """Write the .ipynb beside each .md, executed with its default parameters in an empty store.

    Args:
        paths: the .md files; all of the checkout where None.

    Returns:
        The .ipynb files.

    Raises:
        RunError: a notebook does not run.
        ClaimbookError: an output holds a warning, a path of this machine, an object's address, or is too large.
    """
    if paths is None:
        paths = [root() / "notebooks" / f"{name}.md" for name in names()]
    made = []
    for path in map(Path, paths):
        files.write_text(path.with_suffix(".ipynb"), _executed(path, progress))
        made.append(path.with_suffix(".ipynb"))
    return made


def bare(path: Path):
    """The notebook of a .md file, without outputs: cells with their tags and lasting ids, and the kernel."""
    import jupytext
    import nbformat

    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL, "language_info": {"name": "python"}})
    ids: set[str] = set()
    for cell in jupytext.read(path, fmt="md:myst").cells:
        tags = {"tags": cell.metadata["tags"]} if cell.metadata.get("tags") else {}
        make = nbformat.v4.new_code_cell if cell.cell_type == "code" else nbformat.v4.new_markdown_cell
        notebook.cells.append(make(cell.source, id=_lasting_id(cell.source, ids), metadata=tags))
    return notebook


def _lasting_id(source: str, taken: set[str]) -> str:
    """An id that follows from the cell's text, so that an edit changes the id of that cell alone."""
    for number in range(len(taken) + 1):
        found = hashlib.sha256(f"{number}\n{source}".encode()).hexdigest()[:8]
        if found not in taken:
            break
    taken.add(found)
    return found


def _executed(path: Path, progress: Callable[[str], None] | None) -> str:
    import nbformat

    notebook = bare(path)
    with tempfile.TemporaryDirectory(prefix="claimbook-generate-") as folder:
        source = Path(folder) / f"{path.stem}.ipynb"
        files.write_text(source, nbformat.writes(notebook))
        try:
            output = execute(source, {}, Path(folder) / "executed.ipynb", None, progress, {STORE: f"{folder}/store"})
        except RunError as error:
            raise RunError(error.what, error.why, "Mend that cell, then make it again.") from None
        outputs = {cell.id: cell for cell in nbformat.read(output, as_version=4).cells}
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.execution_count = outputs[cell.id].execution_count
                cell.outputs = _kept(cell, outputs[cell.id].outputs)
        text = nbformat.writes(notebook) + "\n"
        _examine(path, text, [folder])
    return text


def _kept(cell, outputs) -> list:
    """The outputs that belong into the reference; each stream as one output, however it came in pieces."""
    kept = []
    for output in outputs if UNLIKE not in cell.metadata.get("tags", []) else []:
        if output.output_type == "stream" and kept and kept[-1].get("name") == output.name:
            kept[-1].text += output.text
        elif output.output_type != "stream" or output.name != "stdout" or SILENCED not in cell.metadata.get("tags", []):
            kept.append(output)
        if output.output_type != "stream":
            output.metadata = {}
    return kept


def _examine(path: Path, text: str, folders: list[str]) -> None:
    why = ""
    here = [str(root()), str(Path.home()), sys.prefix, *folders]
    found = next((place for place in here if place != "/" and place in text), None)
    if found:
        why = f"An output holds a path of this machine: {found}"
    elif '"name": "stderr"' in text:
        why = "A cell writes to stderr: a warning that readers would see."
    elif ADDRESS.search(text):
        why = f"An output holds an object's address, {ADDRESS.search(text)[0]}, which is another one each time."
    elif len(text.encode()) > LIMIT_BYTES:
        why = f"It comes to {len(text.encode()):,} bytes; {LIMIT_BYTES:,} is the limit."
    if why:
        raise ClaimbookError(f"The .ipynb of {path.name} cannot be kept.", why, "Mend that cell, then make it again.")
