"""The rules of the house as functions of a source text: each returns the places, "line: what", that break it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

# From the ground floor up; a module imports only from its own room and from those that stand before it.
ROOMS = (
    (
        "errors files seeds legacy_random lengths native compat machine gpu | data | models | train | record | "
        "experiment | engine | study | claims | evidence | apps | papers | book | notebook | publishing | doctor | cli "
        "__main__"
    )
    .replace("|", "")
    .split()
)

WRITING_METHODS = {"write_text", "write_bytes", "touch", "to_csv", "to_parquet", "to_pickle", "to_excel", "to_hdf"}
WRITING_CALLS = {
    "np.save", "np.savez", "np.savez_compressed", "np.savetxt", "numpy.save", "numpy.savez", "numpy.savetxt",
    "nbformat.write", "jupytext.write", "mx.nd.save", "nd.save", "json.dump", "yaml.dump_all", "plt.savefig",
    "shutil.copy", "shutil.copy2", "shutil.copyfile", "shutil.copytree", "shutil.move", "shutil.unpack_archive",
    "tempfile.NamedTemporaryFile", "tempfile.mkstemp",
}  # fmt: skip
OPENERS = {"open", "fdopen", "ZipFile", "GzipFile", "BZ2File", "LZMAFile", "TarFile"}
RANDOM_TYPES = {"Generator", "RandomState", "BitGenerator"}  # as annotations they make nothing
PICKLING = {"pickle", "cPickle", "dill", "joblib", "shelve", "marshal", "cloudpickle"}


def room_of(module: str) -> str:
    """ "claimbook.data.fetch" -> "data"; the package itself -> ""."""
    parts = module.split(".")
    return parts[1] if len(parts) > 1 else ""


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, module) of every import, those inside functions too; `from claimbook import x` counts as claimbook.x."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.lineno, "." * node.level + (node.module or "")


def dotted(node: ast.AST) -> str:
    """ "np.random.rand" for that expression; "" in front of what is no plain name ("f().write" -> ".write")."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}"
    return node.id if isinstance(node, ast.Name) else ""


def calls(tree: ast.AST) -> Iterator[tuple[ast.Call, str]]:
    """Every call with the dotted name of what is called."""
    return ((node, dotted(node.func)) for node in ast.walk(tree) if isinstance(node, ast.Call))


def upward_imports(module: str, tree: ast.AST) -> list[str]:
    """Imports from a room above the module's own, relative imports, and rooms that are not on the list."""
    own, found = room_of(module), []
    if own and own not in ROOMS:
        return [f"1: the room {own!r} is not on the list of rooms"]
    for line, name in imports(tree):
        if name.startswith("."):
            found.append(f"{line}: a relative import hides its room")
        if not name.startswith("claimbook."):
            continue
        room = room_of(name)
        if room in ROOMS and own and ROOMS.index(room) > ROOMS.index(own):
            found.append(f"{line}: {own} imports from {room}, which stands above it")
    return found


def paper_names_in_claims(module: str, tree: ast.AST, slugs: tuple[str, ...]) -> list[str]:
    """Names of papers in the room `claims`, which judges all of them alike."""
    if room_of(module) != "claims":
        return []
    names = {name for slug in slugs for name in (slug, slug.replace("-", "_"))}
    texts = [(n.lineno, n.value) for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    return [
        f"{line}: names a paper, {name}" for line, text in [*texts, *imports(tree)] for name in names if name in text
    ]


def file_writing(module: str, tree: ast.AST) -> list[str]:
    """Whatever opens a file for writing outside `claimbook.files`. Descriptors and buffers in memory are no files."""
    if module == "claimbook.files":
        return []
    return [f"{call.lineno}: {name} writes a file" for call, name in calls(tree) if _writes(call, name)]


def _writes(call: ast.Call, name: str) -> bool:
    base, _, last = name.rpartition(".")
    if base == "files" or _in_memory(call):
        return False
    if name in WRITING_CALLS or last in {"save_parameters", "export"}:
        return True
    if last in WRITING_METHODS:
        return bool(call.args or call.keywords) or last == "touch"
    if name in {"yaml.dump", "yaml.safe_dump"}:
        return len(call.args) > 1 or any(k.arg == "stream" for k in call.keywords)
    if last == "savefig":
        return bool(call.args)
    if name == "os.open":
        return any("O_WRONLY" in ast.dump(a) or "O_RDWR" in ast.dump(a) or "O_CREAT" in ast.dump(a) for a in call.args)
    return last in OPENERS and _mode(call, method=isinstance(call.func, ast.Attribute)) is not None


def _in_memory(call: ast.Call) -> bool:
    """The file is a `buffer`, a `stream`, a descriptor from os.dup, or the null device."""
    first = [*call.args[:1], *(k.value for k in call.keywords if k.arg in {"fileobj", "stream"})]
    return any(dotted(a) in {"buffer", "stream", "os.devnull"} for a in first) or any(
        isinstance(a, ast.Call) and dotted(a.func) in {"os.dup", "io.BytesIO", "io.StringIO"} for a in first
    )


def _mode(call: ast.Call, method: bool) -> str | None:
    """The mode that writes ("w", "a", "x", "+" in it), of open(path, mode) or path.open(mode)."""
    given = [*call.args[: 1 if method else 0], *call.args[1:2], *(k.value for k in call.keywords if k.arg == "mode")]
    modes = [a.value for a in given if isinstance(a, ast.Constant) and isinstance(a.value, str)]
    return next((mode for mode in modes if re.fullmatch(r"[rwaxbtU+|:gz2]*[wax+][rwaxbtU+|:gz2]*", mode)), None)


def randomness(module: str, tree: ast.AST) -> list[str]:
    """Whatever makes random numbers outside `claimbook.seeds`, and `legacy_random`, which draws what others drew."""
    if module in {"claimbook.seeds", "claimbook.legacy_random"}:
        return []
    found = [
        f"{line}: imports {name}"
        for line, name in imports(tree)
        if re.match(r"(random|secrets|numpy\.random|mxnet\.random|mxnet\.(nd|np)\.random)(\.|$)", name)
    ]
    for node in ast.walk(tree):
        name = dotted(node) if isinstance(node, ast.Attribute) else ""
        drawn = re.match(r"(?:np|numpy|mx|mxnet|nd)(?:\.\w+)*\.random\.(\w+)", name)
        if (drawn and drawn[1] not in RANDOM_TYPES) or name.endswith((".rvs", ".default_rng")):
            found.append(f"{node.lineno}: {name} makes randomness")
        elif isinstance(node, ast.Call) and dotted(node.func).endswith((".random.Generator", ".random.RandomState")):
            found.append(f"{node.lineno}: {dotted(node.func)} makes randomness")
    return found


def own_doors(module: str, tree: ast.AST) -> list[str]:
    """papermill outside `claimbook.notebook`, MXNet past `claimbook.compat`, gluoncv outside of nets and training."""
    doors = {"papermill": ("notebook",), "mxnet": ("compat",), "gluoncv": ("models", "train")}
    return [
        f"{line}: only {' and '.join(doors[name.split('.')[0]])} imports {name}"
        for line, name in imports(tree)
        if name.split(".")[0] in doors and room_of(module) not in doors[name.split(".")[0]]
    ]


def code_from_data(module: str, tree: ast.AST) -> list[str]:
    """Pickle, eval, exec, unsafe YAML: whatever runs code that lies in a file."""
    found = [f"{line}: imports {name}" for line, name in imports(tree) if name.split(".")[0] in PICKLING]
    safe = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef) and _derives_safely(node)}
    for call, name in calls(tree):
        if name in {"eval", "exec", "compile", "__import__"} or name.endswith((".read_pickle", ".load_states")):
            found.append(f"{call.lineno}: calls {name}")
        if any(k.arg == "allow_pickle" and not (isinstance(k.value, ast.Constant) and k.value.value is False)
               for k in call.keywords):  # fmt: skip
            found.append(f"{call.lineno}: {name} allows pickle")
        if name.endswith(("yaml.full_load", "yaml.unsafe_load")):
            found.append(f"{call.lineno}: calls {name}")
        if name.endswith(("yaml.load", "yaml.load_all", "yaml.compose")):
            loaders = [dotted(a) for a in call.args[1:2]] + [
                dotted(k.value) for k in call.keywords if k.arg == "Loader"
            ]
            if not loaders or not (loaders[0].endswith("SafeLoader") or loaders[0] in safe):
                found.append(f"{call.lineno}: {name} without a safe loader")
    return found


def _derives_safely(node: ast.ClassDef) -> bool:
    return any(dotted(base).endswith("SafeLoader") for base in node.bases)


def undocumented(module: str, tree: ast.Module) -> list[str]:
    """The module, public classes and public functions of it (methods of public classes too) without a docstring."""
    found = [] if ast.get_docstring(tree) or not tree.body else ["1: the module has no docstring"]
    public = [node for node in tree.body if _is_public(node)]
    public += [method for node in public for method in _own_methods(node)]
    return found + [f"{node.lineno}: {node.name} has no docstring" for node in public if not ast.get_docstring(node)]


def _is_public(node: ast.AST) -> bool:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return isinstance(node, kinds) and not node.name.startswith("_")


def _own_methods(node: ast.AST) -> list[ast.AST]:
    """The public methods of a class that derives from none of ours: an override has the words of what it overrides."""
    if not isinstance(node, ast.ClassDef) or {dotted(base) for base in node.bases} - {"BaseModel", "Protocol", "ABC"}:
        return []
    return [m for m in node.body if _is_public(m) and not isinstance(m, ast.ClassDef) and not _is_hook(m)]


def _is_hook(method: ast.FunctionDef) -> bool:
    """A validator of pydantic's or a property's setter: called by name by nobody."""
    return any("valid" in ast.dump(d) or "setter" in ast.dump(d) for d in method.decorator_list)


def definitions_in_notebook(text: str) -> list[str]:
    """`def` and `class` in the code cells of a MyST notebook, which is a view and defines nothing."""
    found, inside = [], False
    for number, row in enumerate(text.splitlines(), start=1):
        if row.startswith("```"):
            inside = row.startswith("```{code-cell}")
        elif inside and re.match(r"\s*(async\s+)?(def|class)\s", row):
            found.append(f"{number}: {row.strip()}")
    return found
