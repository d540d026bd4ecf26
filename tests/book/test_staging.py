"""The folder that the book is built from."""

import dataclasses
import tarfile

import pytest
import yaml

from claimbook.book.staging import contents, fingerprint, settings, stage
from claimbook.errors import ClaimbookError
from claimbook.record.places import repository_root

NAME = "overparameterization/depth-lp"


@pytest.fixture
def source(content, tmp_path):
    notebook = tmp_path / "published.ipynb"
    notebook.write_text("{}")
    return stage(repository_root(), content, {NAME: notebook}, tmp_path / "src")


def test_it_holds_prose_pages_notebook_and_records(source, made):
    assert (source / "index.md").is_file() and (source / "_static" / "claimbook.css").is_file()
    assert (source / f"records/{NAME}.md").is_file() and (source / "_generated" / "front.md").is_file()
    assert (source / f"notebooks/{NAME}.ipynb").read_text() == "{}"
    with tarfile.open(source / "records/files" / f"{NAME}.tar.xz") as packed:
        held = {entry.name: packed.extractfile(entry).read().decode() for entry in packed}
    assert held == {f"depth-lp/{record.name}.json": record.text() for record in made}


def test_every_include_of_the_prose_is_generated(source):
    for page in [*source.glob("*.md"), *source.glob("papers/*.md")]:
        for line in page.read_text().splitlines():
            if line.startswith("```{include}"):
                assert (source / line.split("} ")[1].strip().lstrip("/")).is_file(), (page.name, line)


def test_staging_again_leaves_nothing_of_before(source, content, tmp_path):
    (source / "left-over.md").write_text("old")
    stage(repository_root(), content, {}, source)
    assert not (source / "left-over.md").exists() and not (source / "notebooks").exists()


def test_the_contents_list_papers_notebooks_and_records(content):
    toc = contents(repository_root(), content, {NAME})
    chapters = toc["parts"][0]["chapters"]
    assert [chapter["file"] for chapter in chapters] == [f"papers/{paper.slug}" for paper in content.papers]
    own = next(chapter for chapter in chapters if chapter["file"] == "papers/overparameterization")
    assert own["sections"] == [{"file": f"notebooks/{NAME}"}]
    records = next(c for part in toc["parts"] for c in part["chapters"] if c["file"] == "records")
    wanted = [own.experiment for paper in content.papers for own in paper.experiments]
    assert records["sections"] == [{"file": f"records/{each.id}", "title": each.name} for each in wanted]


def test_a_sixth_paper_needs_no_entry_but_its_page(content, tmp_path):
    root = tmp_path / "checkout"
    (root / "book" / "papers").mkdir(parents=True)
    (root / "_toc.yml").write_text((repository_root() / "_toc.yml").read_text())
    sixth = dataclasses.replace(content.papers[0], slug="sixth", experiments=[])
    with pytest.raises(ClaimbookError, match="sixth has no page") as error:
        contents(root, dataclasses.replace(content, papers=[sixth]), set())
    assert "book/papers/sixth.md" in error.value.do
    (root / "book" / "papers" / "sixth.md").write_text("# Sixth")
    toc = contents(root, dataclasses.replace(content, papers=[sixth]), set())
    assert toc["parts"][0]["chapters"] == [{"file": "papers/sixth"}]


def test_without_an_address_there_is_no_button():
    config = yaml.safe_load((repository_root() / "_config.yml").read_text())
    assert config["repository"]["url"] == ""
    made = settings(config)
    assert made["repository"]["url"] == "" and not any(
        v for k, v in made["html"].items() if k.startswith("use_") and "button" in k
    )
    assert not any(made["launch_buttons"].values())


def test_with_an_address_there_are_buttons():
    address = {"url": "https://example.org/o/claimbook", "branch": "main", "path_to_book": ""}
    made = settings({"repository": address, "html": {}})
    assert made["repository"] == address
    assert made["html"]["use_repository_button"] and made["launch_buttons"]["binderhub_url"]
    assert made["launch_buttons"]["thebe"] is False


def test_the_fingerprint_sees_names_contents_and_tools(tmp_path):
    (tmp_path / "a").write_text("1")
    first = fingerprint(tmp_path, "sphinx 7")
    assert fingerprint(tmp_path, "sphinx 7") == first
    assert fingerprint(tmp_path, "sphinx 8") != first
    (tmp_path / "a").rename(tmp_path / "b")
    second = fingerprint(tmp_path, "sphinx 7")
    (tmp_path / "b").write_text("2")
    assert len({first, second, fingerprint(tmp_path, "sphinx 7")}) == 3
