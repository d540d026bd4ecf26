"""Small notebooks for the tests, written as papermill and nbval read them."""

from __future__ import annotations

from pathlib import Path

import nbformat

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def notebook(path: Path, *sources: str, tags: tuple[str, ...] = ()) -> Path:
    """A notebook with these code cells; the first is the parameters cell, the others have `tags`."""
    made = nbformat.v4.new_notebook(metadata={"kernelspec": KERNEL})
    for number, source in enumerate(sources):
        own = ["parameters"] if number == 0 else list(tags)
        made.cells.append(nbformat.v4.new_code_cell(source, id=f"cell-{number}", metadata={"tags": own}))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(nbformat.writes(made), encoding="utf-8")
    return path


def printed(path: Path) -> str:
    """All that an executed notebook printed."""
    cells = nbformat.read(path, as_version=4).cells
    outputs = [output for cell in cells if cell.cell_type == "code" for output in cell.outputs]
    return "".join(output.text for output in outputs if output.output_type == "stream")
