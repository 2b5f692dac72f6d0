"""What an adapter file says of itself in constants, read without running it."""

import ast
from collections.abc import Callable, Iterator, Mapping
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
        defaults: its options.
    """

    path: Path
    name: str
    licence: str | None = None
    anchors: tuple[Anchor, ...] = ()
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


WANTED = frozenset({"NAME", "LICENCE", "ANCHORS", "DEFAULTS"})
"""Others are asked of the worker, where they may be made in any way."""


def _constants(path: Path, tree: ast.Module) -> dict[str, Any]:
    """Return the constants of an adapter; one may be made of those above it."""
    found: dict[str, Any] = {}
    for node in tree.body:
        target = node.targets[0] if isinstance(node, ast.Assign) else None
        target = node.target if isinstance(node, ast.AnnAssign) else target
        if not isinstance(target, ast.Name) or not isinstance(node, ast.Assign | ast.AnnAssign):
            continue
        if node.value is not None:
            try:
                found[target.id] = _value(node.value, found)
            except ValueError as error:
                if target.id in WANTED:
                    problem = f"{target.id} in line {node.lineno} must be a literal"
                    raise DataError(path, problem) from error
    return {name: value for name, value in found.items() if name in WANTED}


def _value(node: ast.expr, known: Mapping[str, Any]) -> Any:  # noqa: ANN401 - any literal
    """Return a literal: constants, sums and pieces of texts, tuples, lists and dicts of them."""

    def value(inner: ast.expr) -> Any:  # noqa: ANN401 - any literal
        if isinstance(inner, ast.Name) and inner.id in known:
            return known[inner.id]
        if isinstance(inner, ast.BinOp) and isinstance(inner.op, ast.Add):
            left, right = value(inner.left), value(inner.right)
            if type(left) is type(right) and isinstance(left, str | tuple | list):
                return left + right
        if isinstance(inner, ast.Tuple | ast.List):
            items = [value(item) for item in inner.elts]
            return tuple(items) if isinstance(inner, ast.Tuple) else items
        if isinstance(inner, ast.Dict):
            return dict(_items(inner, value))
        return ast.literal_eval(inner)

    return value(node)


def _items(node: ast.Dict, value: Callable[[ast.expr], Any]) -> Iterator[tuple[Any, Any]]:
    for key, item in zip(node.keys, node.values, strict=True):
        if key is None:  # **others
            yield from value(item).items()
        else:
            yield value(key), value(item)


def _like(default: OptionValue, text: str) -> OptionValue:
    if isinstance(default, bool):
        return _SWITCHES.get(text.lower(), text)
    kind = type(default) if isinstance(default, int | float) else str
    try:
        value: OptionValue = kind(text)
    except ValueError:
        return text
    return value
