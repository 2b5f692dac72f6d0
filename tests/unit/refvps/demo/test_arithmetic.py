"""The generator uses only operations that round the same way on every machine."""

import ast
from pathlib import Path

import pytest

import refvps.demo

ROOT = Path(refvps.demo.__path__[0])
MODULES = sorted(ROOT.rglob("*.py"))

ALLOWED = {
    # types
    "bool_", "float32", "floating", "int32", "uint8", "uint32",
    # making and moving
    "arange", "asarray", "ascontiguousarray", "broadcast_to", "concatenate", "empty", "empty_like",
    "flatnonzero", "full", "ones", "ones_like", "roll", "stack", "where", "zeros", "zeros_like",
    # correctly rounded or exact
    "abs", "clip", "count_nonzero", "floor", "maximum", "minimum", "sqrt",
}  # fmt: skip
FORBIDDEN_METHODS = {"sum", "mean", "std", "var", "dot", "prod", "cumsum", "cumprod"}
FORBIDDEN_IMPORTS = {
    "cv2",
    "scipy",
    "random",
    "math",
    "cmath",
    "numpy.random",
    "numpy.fft",
    "torch",
}


def nodes():
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            yield f"{path.relative_to(ROOT)}:{getattr(node, 'lineno', 0)}", node


def test_only_allowed_numpy_functions():
    used = {
        (where, node.attr)
        for where, node in nodes()
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id in {"np", "numpy"}
    }

    assert [item for item in sorted(used) if item[1] not in ALLOWED] == []


def test_numpy_is_only_imported_whole():
    found = [
        where
        for where, node in nodes()
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("numpy")
        if node.module != "numpy.typing"
    ]

    assert found == []


@pytest.mark.parametrize(
    ("operator", "name"), [(ast.Pow, "**"), (ast.MatMult, "@")], ids=["power", "matmul"]
)
def test_no_operator(operator, name):
    found = [
        where
        for where, node in nodes()
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, operator)
    ]

    assert found == [], f"{name} does not round the same way everywhere"


def test_no_reduction_that_depends_on_the_order_of_sums():
    found = [
        where
        for where, node in nodes()
        if isinstance(node, ast.Attribute) and node.attr in FORBIDDEN_METHODS
    ]

    assert found == []


def test_no_builtin_sum_or_power():
    found = [
        where
        for where, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"sum", "pow"}
    ]

    assert found == []


def test_no_library_with_arithmetic_of_its_own():
    imported = {
        (where, name)
        for where, node in nodes()
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert [item for item in sorted(imported) if item[1] in FORBIDDEN_IMPORTS] == []


def test_arange_always_names_its_type():
    found = [
        where
        for where, node in nodes()
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "arange"
        and "dtype" not in {keyword.arg for keyword in node.keywords}
    ]

    assert found == []
