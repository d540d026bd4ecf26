"""Where things stand in the book: every record and every claim has one anchor, whatever page links to it."""

from __future__ import annotations

import dataclasses

from claimbook.book.text import slug


@dataclasses.dataclass(frozen=True)
class Link:
    """A place in the book: `page` without ending ("ledger"), `label` the anchor on it, unique in the whole book.

    The page of a notebook has no label.
    """

    page: str
    label: str = ""

    def href(self, root: str) -> str:
        """The address for raw HTML on a page from which `root` ("../../") leads to the book's first folder."""
        return f"{root}{self.page}.html" + (f"#{self.label}" if self.label else "")

    @property
    def target(self) -> str:
        """The address for MyST, which Sphinx resolves and checks."""
        return f"#{self.label}" if self.label else f"/{self.page}.ipynb"


def record_link(record_id: str) -> Link:
    """The anchor of a record, "paper/experiment/arm-s0-1a2b3c4d", on its experiment's page of records."""
    paper, experiment, _ = record_id.split("/")
    return Link(f"records/{paper}/{experiment}", f"record-{slug(record_id)}")


def claim_link(claim_id: str) -> Link:
    """The anchor of a claim in the ledger."""
    return Link("ledger", f"claim-{slug(claim_id)}")


def experiment_link(experiment_id: str) -> Link:
    """The top of an experiment's page of records."""
    return Link(f"records/{experiment_id}", f"records-{slug(experiment_id)}")


def erratum_link(erratum_id: str) -> Link:
    """The anchor of an erratum."""
    return Link("errata", f"erratum-{slug(erratum_id)}")


def notebook_link(experiment_id: str) -> Link:
    """The page of an experiment's notebook."""
    return Link(f"notebooks/{experiment_id}")


def page_root(page: str) -> str:
    """The way from a page to the book's first folder: "notebooks/a/b" gives "../../"."""
    return "../" * page.count("/")
