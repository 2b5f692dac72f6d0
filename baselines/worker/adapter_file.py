"""What an adapter file says of itself in constants, read without running it."""

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from refvps.errors import ConfigError, DataError

CHILD = Path(__file__).parent / "child"
ADAPTERS = CHILD / "adapters"

OptionValue = str | int | float | bool | None

_SWITCHES = {"true": True, "false": False}


@dataclass(frozen=True, slots=True)
class Anchor:
    """A function that an adapter counts on in the official code.

    Attributes:
        file: inside the checkout.
        function: its name, or ``Class.method``.
        arguments: its first arguments, in order.
    """

    file: str
    function: str
    arguments: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class AdapterFile:
    """An adapter and its constants; ``child/worker_main.py`` says what each is for.

    Attributes:
        path: the file.
        name: of the method.
        licence: what a user should know of the licence, or None.
        anchors: what must be in the checkout.
        versions: package -> (from, below), either may be "".
        mirrored: folders of the checkout that the sandbox holds as real folders.
        defaults: its options.
    """

    path: Path
    name: str
    licence: str | None = None
    anchors: tuple[Anchor, ...] = ()
    versions: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    mirrored: tuple[str, ...] = ()
    defaults: Mapping[str, OptionValue] = field(default_factory=dict)

    def options(self, given: Mapping[str, str], owner: str) -> dict[str, OptionValue]:
        """Return every option of the adapter, the texts given in the type of the default.

        A text that is not of that type stays text: it is for the adapter to refuse.

        Raises:
            ConfigError: an option that the adapter does not have.
        """
        unknown = [key for key in given if key not in self.defaults]
        if unknown:
            known = ", ".join(sorted(self.defaults)) or "none"
            problems = [
                f"unknown option {key!r}; {self.path.name} knows: {known}" for key in unknown
            ]
            raise ConfigError(f"{owner}: {problems[0]}", details=problems)
        return {
            key: _like(default, given[key]) if key in given else default
            for key, default in self.defaults.items()
        }


def read_adapter(path: Path) -> AdapterFile:
    """Return what an adapter says of itself; nothing of it is run.

    Raises:
        DataError: no such file, not Python, or a constant that is not a literal.
    """
    try:
        tree = ast.parse(path.read_text("utf-8"), str(path))
    except OSError as error:
        reason = error.strerror or error
        raise DataError(
            path, f"adapter cannot be read ({reason}); expected a Python file"
        ) from error
    except (SyntaxError, ValueError) as error:
        raise DataError(path, f"adapter is not Python: {error}") from error
    found = _constants(path, tree)
    try:
        return AdapterFile(
            path=path.absolute(),
            name=str(found.get("NAME", path.stem)),
            licence=found.get("LICENCE"),
            anchors=tuple(Anchor(f, n, tuple(a)) for f, n, a in found.get("ANCHORS", ())),
            versions={key: (low, high) for key, (low, high) in found.get("VERSIONS", {}).items()},
            mirrored=tuple(found.get("MIRRORED", ())),
            defaults=dict(found.get("DEFAULTS", {})),
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise DataError(
            path, f"a constant has another form than docs/workers.md says: {error}"
        ) from error


def functions_of(path: Path) -> dict[str, tuple[str, ...]]:
    """Return the functions of a Python file, methods as ``Class.method``, with their arguments."""
    found: dict[str, tuple[str, ...]] = {}

    def look(body: list[ast.stmt], prefix: str) -> None:
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                found[prefix + node.name] = tuple(
                    argument.arg for argument in (*node.args.posonlyargs, *node.args.args)
                )
            elif isinstance(node, ast.ClassDef):
                look(node.body, f"{prefix}{node.name}.")

    look(ast.parse(path.read_text("utf-8", errors="replace")).body, "")
    return found


def _constants(path: Path, tree: ast.Module) -> dict[str, Any]:
    wanted = {"NAME", "LICENCE", "ANCHORS", "VERSIONS", "MIRRORED", "DEFAULTS"}
    found: dict[str, Any] = {}
    for node in tree.body:
        if not isinstance(node, ast.Assign) or not isinstance(node.targets[0], ast.Name):
            continue
        name = node.targets[0].id
        if name in wanted:
            try:
                found[name] = ast.literal_eval(node.value)
            except ValueError as error:
                raise DataError(path, f"{name} in line {node.lineno} must be a literal") from error
    return found


def _like(default: OptionValue, text: str) -> OptionValue:
    if isinstance(default, bool):
        return _SWITCHES.get(text.lower(), text)
    kind = type(default) if isinstance(default, int | float) else str
    try:
        value: OptionValue = kind(text)
    except ValueError:
        return text
    return value
