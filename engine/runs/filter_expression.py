"""Filter expressions such as `macs < 300M and acc > 75`, read without running anything."""

import ast
import json
import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import numpy as np
import numpy.typing as npt

from engine.errors import FilterError
from engine.quoting import quoted
from engine.space import Choice

Columns = Mapping[str, npt.NDArray[np.generic]]

FLAGS = ("front", "feasible", "failed", "reused", "disturbed", "extrapolated")
"""Columns that are conditions by themselves."""

MAX_FILTER_LENGTH = 500
"""Characters of an expression."""

_DEEPEST = 40
_LISTED = 24  # names that an error lists
_MULTIPLES = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_SHORTENED = re.compile(r"(?<![\w.])(\d+(?:\.\d*)?|\.\d+)\s?([kKMGT])\b")

_COMPARE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_COMPUTE: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_ALLOWED = "Use columns, numbers, < <= > >= == !=, and, or, not, + - * / and parentheses."


@dataclass(frozen=True)
class Filter:
    """A condition on evaluations. `names` are the columns that it looks at."""

    text: str
    names: tuple[str, ...]
    _tree: ast.expr

    def mask(self, columns: Columns) -> npt.NDArray[np.bool_]:
        """`(n,)` which rows meet it. A comparison with a number that is missing is not met."""
        rows = len(next(iter(columns.values()))) if columns else 0
        with np.errstate(all="ignore"):
            met = _truth(_value(self._tree, columns))
        return np.broadcast_to(met, rows).copy()


def parse_filter(
    text: str, known: Sequence[str], categories: Mapping[str, Sequence[Choice]] | None = None
) -> Filter:
    """The condition that `text` states on the columns called `known`.

    `categories` are the choices of columns that hold indices of them, as categorical genes do.
    What stands in the expression is a choice itself: `act1 == "relu"`.

    Raises FilterError with one sentence that says what is wrong and what can be written.
    """
    if len(text) > MAX_FILTER_LENGTH:
        raise FilterError(
            f"The filter is longer than {MAX_FILTER_LENGTH} characters. Write a shorter one."
        )
    tree = _parse(_SHORTENED.sub(_written_out, text.strip()))
    tree = _Categories(categories or {}).visit(tree)
    names: dict[str, None] = {}
    try:
        condition = _check(tree, known, names, 0)
    except RecursionError:  # of writing a part of it into a message
        raise _too_deep() from None
    if not condition:
        raise FilterError(
            "The filter is a number, not a condition. Compare it with something, such as acc > 75."
        )
    return Filter(text, tuple(names), tree)


class _Categories(ast.NodeTransformer):
    """Writes the index of a choice in the place of it; a category has no order and no amount."""

    def __init__(self, categories: Mapping[str, Sequence[Choice]]) -> None:
        self._categories = categories

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        sides = [node.left, *node.comparators]
        names = [s.id for s in sides if isinstance(s, ast.Name) and s.id in self._categories]
        if not names:
            self.generic_visit(node)
            return node
        name, others = names[0], [s for s in sides if isinstance(s, ast.Constant)]
        if len(sides) != 2 or len(others) != 1 or not isinstance(node.ops[0], ast.Eq | ast.NotEq):
            raise self._wrong(name)
        index = self._index(name, others[0].value)
        left, right = (ast.Constant(index) if side is others[0] else side for side in sides)
        return ast.Compare(left, node.ops, [right])

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self._categories:
            raise self._wrong(node.id)
        return node

    def _index(self, name: str, value: Any) -> int:
        choices = self._categories[name]
        for index, choice in enumerate(choices):
            if choice == value and isinstance(choice, str) == isinstance(value, str):
                return index
        listed = ", ".join(map(_quoted, choices[:_LISTED]))
        more = " and more" if len(choices) > _LISTED else ""
        raise FilterError(f"{name} is never {_quoted(value)}. It is one of {listed}{more}.")

    def _wrong(self, name: str) -> FilterError:
        example = _quoted(self._categories[name][0])
        return FilterError(
            f"{name} has choices without an order. Ask for one with == or !=, such as "
            f"{name} == {example}."
        )


def _quoted(choice: Any) -> str:
    return json.dumps(choice, ensure_ascii=False) if isinstance(choice, str) else str(choice)[:40]


def _written_out(match: re.Match[str]) -> str:
    return repr(float(match[1]) * _MULTIPLES[match[2]])


def _parse(text: str) -> ast.expr:
    try:
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        if re.search(r"(?<![<>=!])=(?!=)", text):
            raise FilterError("Write == to ask whether two numbers are equal.") from None
        if re.search(r"&&|\|\||!(?!=)|\b(AND|OR|NOT)\b", text):
            raise FilterError("Write and, or, not in small letters to join conditions.") from None
        column = getattr(error, "offset", None)
        place = f" near character {column}" if column else ""
        raise FilterError(f"The filter cannot be read{place}. {_ALLOWED}") from None


def _check(node: ast.expr, known: Sequence[str], names: dict[str, None], depth: int) -> bool:
    """Whether a node is a condition, rather than a number; raises FilterError for all else."""
    if depth > _DEEPEST:
        raise _too_deep()

    def check(inner: ast.expr) -> bool:
        return _check(inner, known, names, depth + 1)

    if isinstance(node, ast.Name):
        if node.id not in known:
            raise FilterError(_unknown(node.id, known))
        names[node.id] = None
        return node.id in FLAGS
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            return True
        if isinstance(node.value, int | float) and abs(node.value) < 1e300:
            return False
        raise FilterError(f"{ast.unparse(node)[:40]} is not a number. {_ALLOWED}")
    if isinstance(node, ast.BoolOp):
        for inner in node.values:
            _need(check(inner), True, inner)
        return True
    if isinstance(node, ast.UnaryOp):
        condition = check(node.operand)
        wanted = isinstance(node.op, ast.Not)
        if isinstance(node.op, ast.Invert):
            raise FilterError(f"'~' cannot be used. {_ALLOWED}")
        _need(condition, wanted, node.operand)
        return wanted
    if isinstance(node, ast.BinOp) and type(node.op) in _COMPUTE:
        for inner in (node.left, node.right):
            _need(check(inner), False, inner)
        return False
    if isinstance(node, ast.Compare) and all(type(op) in _COMPARE for op in node.ops):
        for inner in (node.left, *node.comparators):
            check(inner)
        return True
    raise FilterError(f"'{ast.unparse(node)[:40]}' cannot be used in a filter. {_ALLOWED}")


def _too_deep() -> FilterError:
    return FilterError("The filter is nested too deeply. Write a shorter one.")


def _need(condition: bool, wanted: bool, node: ast.expr) -> None:
    if condition == wanted:
        return
    text = ast.unparse(node)[:40]
    raise FilterError(
        f"'{text}' is a number where a condition is needed. Compare it, such as {text} > 0."
        if wanted
        else f"'{text}' is a condition where a number is needed. {_ALLOWED}"
    )


def _unknown(name: str, known: Sequence[str]) -> str:
    close = get_close_matches(name, known, 1)
    meant = f" Did you mean {close[0]}?" if close else ""
    rest = " and more." if len(known) > _LISTED else "."
    return f"There is no column {quoted(name)}.{meant} Columns: {', '.join(known[:_LISTED])}{rest}"


def _value(node: ast.expr, columns: Columns) -> Any:
    if isinstance(node, ast.Name):
        return columns[node.id]
    if isinstance(node, ast.Constant):
        return np.bool_(node.value) if isinstance(node.value, bool) else float(str(node.value))
    if isinstance(node, ast.BoolOp):
        parts = [_truth(_value(inner, columns)) for inner in node.values]
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        met: npt.NDArray[np.bool_] = parts[0]
        for part in parts[1:]:
            met = join(met, part)
        return met
    if isinstance(node, ast.UnaryOp):
        value = _value(node.operand, columns)
        if isinstance(node.op, ast.Not):
            return ~_truth(value)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        left, right = (_number(_value(inner, columns)) for inner in (node.left, node.right))
        return _COMPUTE[type(node.op)](left, right)
    assert isinstance(node, ast.Compare)
    values = [_number(_value(inner, columns)) for inner in (node.left, *node.comparators)]
    met = np.array(True)
    for op, left, right in zip(node.ops, values, values[1:], strict=False):
        there = np.isfinite(left) & np.isfinite(right)
        met = met & there & _COMPARE[type(op)](left, right)
    return met


def _number(value: Any) -> npt.NDArray[np.float64]:
    return np.asarray(value, dtype=np.float64)


def _truth(value: Any) -> npt.NDArray[np.bool_]:
    truth = np.asarray(value)
    return truth if truth.dtype == bool else np.asarray(truth != 0) & ~np.isnan(truth)
