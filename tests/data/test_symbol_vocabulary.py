from __future__ import annotations

import pytest

from claimbook.data.catalogue import data_set
from claimbook.data.symbol_vocabulary import CLASSES, NAMES, asked, class_of, classes_of, ordered
from claimbook.errors import UsageError


def test_every_published_folder_of_a_class_has_its_sign():
    for name in NAMES:
        signs = {class_of(name, folder) for folder in data_set(name).classes} - {None}
        assert set(classes_of(name)) <= signs
        assert name == "bhmsds" or signs == set(classes_of(name))
    assert len(classes_of("math-symbols-1")) == len(classes_of("math-symbols-2")) == len(CLASSES) == 16
    assert set(CLASSES) - set(classes_of("math-symbols-3")) == {"."}


@pytest.mark.parametrize(
    "name, folder, sign",
    [
        ("math-symbols-1", "dec", "."),
        ("math-symbols-1", "mul", "×"),
        ("math-symbols-1", "Add", "+"),
        ("math-symbols-1", "x", "x"),
        ("math-symbols-2", "plus cleaned", "+"),
        ("math-symbols-2", "decimal val", "."),
        ("math-symbols-2", "seven", "7"),
        ("math-symbols-2", "original number", None),
        ("math-symbols-3", "times", "×"),
        ("math-symbols-3", "X", "X"),
        ("math-symbols-3", "sum", "sum"),
        ("bhmsds", "minus", "-"),
        ("bhmsds", "dot", "dot"),
    ],
)
def test_folders(name, folder, sign):
    assert class_of(name, folder) == sign


def test_no_sign_of_bhmsds_is_taken_for_one_that_it_resembles():
    assert not {class_of("bhmsds", folder) for folder in ("dot", "slash", "x")} & set(CLASSES)


def test_classes_come_in_the_papers_order_whatever_order_is_asked_for():
    assert asked("math-symbols-1", "=, +,0") == asked("math-symbols-1", ["0", "=", "+"]) == ("0", "+", "=")
    assert asked("bhmsds", "paper") == "paper" and asked("math-symbols-3", "all") == "all"
    assert ordered(["beta", "=", "X", "3", "="]) == ("3", "=", "X", "beta")


@pytest.mark.parametrize(
    "name, classes, says",
    [
        ("math-symbols-4", "paper", "Did you mean 'math-symbols"),
        ("math-symbols-3", "., 0", "no class of math-symbols-3 named '.'"),
        ("math-symbols-1", "0", "two classes at least"),
        ("math-symbols-1", ["0", "0"], "none named twice"),
        ("math-symbols-1", [], "two classes at least"),
    ],
)
def test_what_cannot_be_is_refused(name, classes, says):
    with pytest.raises(UsageError, match=says):
        asked(name, classes)
