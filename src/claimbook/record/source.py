"""The source digest: which code a run could reach, so that a record knows when that code has changed.

It is taken from the syntax trees of the experiment's module and of every module of Claimbook that it reaches by
import, also by imports inside functions, without docstrings, comments and annotations, and without what only asks for
runs and estimates them: presets, parameters' defaults and ranges, costs. What these decide stands in the settings, and
so in the record's key. Formatting never changes the digest, nor does the version of Python. A module that is named only
in a string (importlib) is not seen.
"""

from __future__ import annotations

import ast
import functools
import hashlib
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

PACKAGE = "claimbook"
# These cannot change a number without its showing elsewhere. The package itself holds the version; errors and files
# word messages and write. What asks an experiment (its base class, its parameters, the registry) shows in the
# settings, which stand in the key, as the device does that gpu chooses; record only remembers. What finds, fetches and
# unpacks data shows in the digest of the arrays, which stands in the record.
LEFT_OUT = (
    "claimbook",
    "claimbook.errors",
    "claimbook.files",
    "claimbook.gpu",
    "claimbook.experiment",
    "claimbook.record",
    *(
        f"claimbook.data.{name}"
        for name in ("archive", "catalogue", "digest", "download", "fetch", "found", "locate", "own")
    ),
)
COST = "cost"  # a paper's module, or a method, of this name estimates how long a run takes
PARAMETERS = "Parameters"  # the class of what can be asked for
PRESETS, PRESET = "presets", "Preset"  # the attribute, and what calls the other one makes them
_DROPPED = frozenset({"annotation", "returns", "type_comment", "type_params", "kind", "ctx", "simple"})


def source_digest(module: str) -> str:
    """sha256 over the code that `module` (a dotted name) reaches, 64 hexadecimal digits.

    Raises:
        ImportError: there is no source of `module`.
    """
    digest = hashlib.sha256()
    for name, file in sorted(reachable(module).items()):
        digest.update(f"{name}\n{tree_digest(file)}\n".encode())
    return digest.hexdigest()


def reachable(module: str) -> dict[str, Path]:
    """The modules that `module` reaches, itself and the packages around each included: dotted name → file."""
    start = _file_of(module)
    if start is None:
        raise ImportError(f"no source of {module}")
    found: dict[str, Path] = {}
    waiting = [(module, start)]
    while waiting:
        name, file = waiting.pop()
        if name in found:
            continue
        found[name] = file
        for other in _imports(name, file):
            path = _file_of(other)
            if path is not None and not _is_left_out(other):
                waiting.append((other, path))
    return found


def tree_digest(file: Path) -> str:
    """sha256 of one module's syntax tree, in the form that the module's docstring describes."""
    stat = file.stat()
    return _tree_digest(str(file), stat.st_mtime_ns, stat.st_size)


@functools.lru_cache(maxsize=1024)
def _tree_digest(file: str, modified: int, size: int) -> str:
    text = "".join(_written(_parsed(file, modified, size)))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


@functools.lru_cache(maxsize=1024)
def _parsed(file: str, modified: int, size: int) -> ast.Module:
    return ast.parse(Path(file).read_bytes(), file)


def _is_left_out(module: str) -> bool:
    if module in LEFT_OUT or module.startswith(tuple(f"{name}." for name in LEFT_OUT if name != PACKAGE)):
        return True
    return module.startswith(f"{PACKAGE}.papers.") and module.endswith(f".{COST}")


def _file_of(module: str) -> Path | None:
    loaded = getattr(sys.modules.get(module), "__file__", None)
    if loaded:
        return Path(loaded) if loaded.endswith(".py") else None
    if module != PACKAGE and not module.startswith(f"{PACKAGE}."):
        return None
    base = Path(__file__).parents[1].joinpath(*module.split(".")[1:])
    for file in (base / "__init__.py", base.with_suffix(".py")):
        if file.is_file():
            return file
    return None


def _imports(module: str, file: Path) -> Iterator[str]:
    """Claimbook's modules that `file` imports anywhere, but for type checkers only, and the packages around them."""
    stat = file.stat()
    package = module if file.name == "__init__.py" else module.rpartition(".")[0]
    for node in _run_nodes(_parsed(str(file), stat.st_mtime_ns, stat.st_size)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            above = parts[: len(parts) - node.level + 1] if node.level else []
            origin = ".".join([*above, *([node.module] if node.module else [])])
            names = [origin, *(f"{origin}.{alias.name}" for alias in node.names)]
        else:
            continue
        for name in names:
            if name.split(".")[0] == PACKAGE:
                yield from _with_packages(name)


def _with_packages(name: str) -> Iterable[str]:
    parts = name.split(".")
    return (".".join(parts[:i]) for i in range(1, len(parts) + 1))


def _run_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    waiting: list[ast.AST] = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            waiting.extend(node.orelse)
        else:
            waiting.extend(ast.iter_child_nodes(node))


def _written(value: object) -> Iterator[str]:
    """A syntax tree as text. Empty fields are left out, because versions of Python differ in which they have."""
    if isinstance(value, ast.AST):
        yield f"({type(value).__name__}"
        for name in value._fields:
            field = getattr(value, name, None)
            if name == "body" and isinstance(field, list):
                field = [own for own in _without_docstring(value, field) if not _only_asks(own, value)]
            if name not in _DROPPED and field is not None and field != []:
                yield f" {name}="
                yield from _written(field)
        yield ")"
    elif isinstance(value, list):
        yield "["
        for item in value:
            yield from _written(item)
            yield ","
        yield "]"
    else:
        yield repr(value)


def _only_asks(statement: ast.stmt, around: ast.AST) -> bool:
    within = isinstance(around, ast.ClassDef)  # a function `cost` by itself may be what a run minimises
    if isinstance(statement, ast.ClassDef):
        return statement.name == PARAMETERS
    if isinstance(statement, ast.FunctionDef):
        return (within and statement.name == COST) or _makes_presets(statement)
    if isinstance(statement, ast.Assign):
        named = any(isinstance(own, ast.Name) and own.id == PRESETS for own in statement.targets)
        return (within and named) or _makes_presets(statement)
    return False


def _makes_presets(statement: ast.stmt) -> bool:
    calls = (node.func for node in ast.walk(statement) if isinstance(node, ast.Call))
    return any(isinstance(called, ast.Name) and called.id == PRESET for called in calls)


def _without_docstring(node: ast.AST, body: list[ast.stmt]) -> list[ast.stmt]:
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    if not isinstance(node, documented) or not body or not isinstance(body[0], ast.Expr):
        return body
    text = body[0].value
    return body[1:] if isinstance(text, ast.Constant) and isinstance(text.value, str) else body
