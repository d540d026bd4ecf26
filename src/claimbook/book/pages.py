"""The generated parts of the book: text by path, below the folder that the book is built from.

Prose pages in `book/` include what stands in `_generated/`. Nothing here computes a result: numbers come from records
and verdicts, and each links to where it comes from.
"""

from __future__ import annotations

from collections.abc import Mapping

from claimbook.book.content import Content
from claimbook.book.page_checks import benchmarks, campaign
from claimbook.book.page_errata import errata
from claimbook.book.page_ledger import front, ledger, tally_of
from claimbook.book.page_machine import machine, on_gpu
from claimbook.book.page_paper import paper_parts
from claimbook.book.page_records import record_index, records
from claimbook.book.page_rerun import data_used, presets

GENERATED = "_generated"


def pages(content: Content) -> Mapping[str, str]:
    """Every generated file: path relative to the book's source folder → MyST."""
    made = {
        f"{GENERATED}/tally.md": tally_of(content),
        f"{GENERATED}/front.md": front(content),
        f"{GENERATED}/ledger.md": ledger(content),
        f"{GENERATED}/errata.md": errata(content),
        f"{GENERATED}/presets.md": presets(content),
        f"{GENERATED}/data.md": data_used(content),
        f"{GENERATED}/machine.md": machine(content),
        f"{GENERATED}/gpu.md": on_gpu(content),
        f"{GENERATED}/records.md": record_index(content),
        f"{GENERATED}/campaign.md": campaign(content.checks.get("campaign")),
        f"{GENERATED}/benchmarks.md": benchmarks(content.checks.get("benchmarks", {})),
    }
    for paper in content.papers:
        for name, text in paper_parts(paper, content.rehearsal).items():
            made[f"{GENERATED}/papers/{paper.slug}/{name}.md"] = text
        for own in paper.experiments:
            made[f"records/{own.experiment.id}.md"] = records(own)
    return made
