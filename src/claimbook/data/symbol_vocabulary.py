"""One name for each class of symbol, whatever a data set calls its folder.

The paper's 16 classes are named by their signs. What stands in a set beside them keeps its folder's name (the letters
of data set I, the 67 other classes of III), and is read only where all classes are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from claimbook.errors import UsageError, unknown

CLASSES = ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "+", "-", "×", "÷", ".", "=")
NAMES = ("math-symbols-1", "math-symbols-2", "math-symbols-3", "bhmsds")
PAPER, ALL = "paper", "all"

_DIGITS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_FOLDERS = {sign: sign for sign in CLASSES if sign != "."} | dict(zip(_DIGITS, CLASSES, strict=False))
_FOLDERS |= {
    "add": "+", "plus": "+", "plus cleaned": "+", "plus val": "+",
    "sub": "-", "minus": "-", "minus val": "-",
    "mul": "×", "times": "×", "times val": "×",
    "div": "÷", "div val": "÷",
    "dec": ".", "decimal": ".", "decimal val": ".",
    "eq": "=", "equal": "=", "equal val": "=",
}  # fmt: skip
# Folders that a set is known to have beside the 16 classes; of III the classes are many, and none is unknown. In BHMSDS
# `dot` is a dot for multiplication, `slash` a stroke and `x` the letter: none is certainly the sign that it looks like.
_OTHERS = {
    "math-symbols-1": ("x", "y", "z"),
    "math-symbols-2": ("number", "sign", "original number", "original sign", "other number", "other sign"),
    "bhmsds": ("dot", "slash", "w", "x", "y", "z"),
}
_PAGES = {"math-symbols-2"}  # whose other folders are no classes
_LACKING = {"math-symbols-3": (".",), "bhmsds": ("×", "÷", ".", "=")}


def classes_of(name: str) -> tuple[str, ...]:
    """The classes of the paper that the data set has, in the paper's order."""
    return tuple(sign for sign in CLASSES if sign not in _LACKING.get(name, ()))


def class_of(name: str, folder: str) -> str | None:
    """The class of a folder of the data set; None for one that is known to be no class.

    Raises UsageError for a folder that nobody knows.
    """
    sign = _FOLDERS.get(folder.lower())
    if sign in classes_of(name):
        return sign
    if name == "math-symbols-3":
        return folder
    if folder in _OTHERS[name]:
        return None if name in _PAGES else folder
    raise unknown(f"class folder of {name}", folder, [*_known(name), *_OTHERS[name]])


def asked(name: str, classes: str | Sequence[str]) -> str | tuple[str, ...]:
    """ "paper", "all", or the names of the classes in the paper's order, of what was asked for.

    classes: one of these words, or names, also as one text with commas between them ("0, 1, +").

    Raises:
        UsageError: an unknown data set; no class, one that is unknown or named twice.
    """
    if name not in NAMES:
        raise unknown("data set of symbols", str(name), NAMES)
    if classes in (PAPER, ALL):
        return str(classes)
    given = [part.strip() for part in classes.split(",")] if isinstance(classes, str) else [str(one) for one in classes]
    known = classes_of(name)
    for one in given:
        if one not in known:
            raise unknown(f"class of {name}", one, known)
    if len(given) < 2 or len(set(given)) < len(given):
        why = "There must be two classes at least, and none named twice."
        raise UsageError(f"classes = {classes!r} is not understood.", why, f"There are: {', '.join(known)}.")
    return tuple(sign for sign in known if sign in given)


def ordered(classes: Iterable[str]) -> tuple[str, ...]:
    """The different classes in their order: the paper's first, then all others by their names."""
    different = set(classes)
    return (*(sign for sign in CLASSES if sign in different), *sorted(different - set(CLASSES)))


def _known(name: str) -> list[str]:
    return [folder for folder, sign in _FOLDERS.items() if sign in classes_of(name)]
