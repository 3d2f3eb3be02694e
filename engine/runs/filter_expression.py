"""Filter expressions such as `macs < 300M and acc > 75`, parsed without running any code."""

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
from engine.runs.filter_text import plain_text
from engine.space import Choice

Columns = Mapping[str, npt.NDArray[np.generic]]

FLAGS = ("front", "feasible", "failed", "reused", "disturbed", "extrapolated")
"""Boolean columns, which are conditions by themselves."""

MAX_FILTER_LENGTH = 500
"""The longest expression, in characters."""

_MAX_DEPTH = 40
_MAX_LISTED = 24  # names in an error message
_UNIT_PREFIXES = {"k": 1e3, "K": 1e3, "M": 1e6, "G": 1e9, "T": 1e12}
_PREFIXED_NUMBER = re.compile(r"(?<![\w.])(\d+(?:\.\d*)?|\.\d+)\s?([kKMGT])\b")

_COMPARISONS: dict[type, Callable[[Any, Any], Any]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
}
_ARITHMETIC: dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}
_SYNTAX = "Use columns, numbers, < <= > >= == !=, and, or, not, + - * / and parentheses."


@dataclass(frozen=True)
class Filter:
    """A condition on evaluations. `names` are the columns that it uses."""

    text: str
    names: tuple[str, ...]
    _tree: ast.expr

    def mask(self, columns: Columns) -> npt.NDArray[np.bool_]:
        """`(n,)` whether each row meets the condition. A comparison with NaN is false."""
        rows = len(next(iter(columns.values()))) if columns else 0
        with np.errstate(all="ignore"):
            condition = _as_booleans(_evaluate(self._tree, columns))
        return np.broadcast_to(condition, rows).copy()


def parse_filter(
    text: str, column_names: Sequence[str], categories: Mapping[str, Sequence[Choice]] | None = None
) -> Filter:
    """Parse the condition `text` on columns called `column_names`.

    Bounds on metrics are read as constraints are, see `engine.bound_text`; commas mean `and`.

    `categories` are the choices of categorical columns, whose values are indices of choices. The
    expression contains the choice itself, as in `act1 == "relu"`.

    Raises FilterError with a sentence that names the problem and the valid syntax.
    """
    if len(text) > MAX_FILTER_LENGTH:
        raise FilterError(
            f"The filter is longer than {MAX_FILTER_LENGTH} characters. Write a shorter one."
        )
    plain = plain_text(text.strip(), column_names)
    tree = _parse(_PREFIXED_NUMBER.sub(_expand_number, plain))
    tree = _Categories(categories or {}).visit(tree)
    names: dict[str, None] = {}
    try:
        condition = _check(tree, column_names, names, 0)
    except RecursionError:  # while a part of it is put into a message
        raise _depth_error() from None
    if not condition:
        raise FilterError(
            "The filter is a number, not a condition. Compare it with something, such as acc > 75."
        )
    return Filter(text, tuple(names), tree)


class _Categories(ast.NodeTransformer):
    """Replaces choices by their indices; a category can only be tested for equality."""

    def __init__(self, categories: Mapping[str, Sequence[Choice]]) -> None:
        self._categories = categories

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        sides = [node.left, *node.comparators]
        names = [s.id for s in sides if isinstance(s, ast.Name) and s.id in self._categories]
        if not names:
            self.generic_visit(node)
            return node
        name, constants = names[0], [s for s in sides if isinstance(s, ast.Constant)]
        if (
            len(sides) != 2
            or len(constants) != 1
            or not isinstance(node.ops[0], ast.Eq | ast.NotEq)
        ):
            raise self._usage_error(name)
        index = self._index(name, constants[0].value)
        left, right = (ast.Constant(index) if side is constants[0] else side for side in sides)
        return ast.Compare(left, node.ops, [right])

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in self._categories:
            raise self._usage_error(node.id)
        return node

    def _index(self, name: str, value: Any) -> int:
        choices = self._categories[name]
        for index, choice in enumerate(choices):
            if choice == value and isinstance(choice, str) == isinstance(value, str):
                return index
        choice_list = ", ".join(map(_quoted, choices[:_MAX_LISTED]))
        more = " and more" if len(choices) > _MAX_LISTED else ""
        raise FilterError(f"{name} is never {_quoted(value)}. It is one of {choice_list}{more}.")

    def _usage_error(self, name: str) -> FilterError:
        example = _quoted(self._categories[name][0])
        return FilterError(
            f"{name} has choices without an order. Ask for one with == or !=, such as "
            f"{name} == {example}."
        )


def _quoted(choice: Any) -> str:
    return json.dumps(choice, ensure_ascii=False) if isinstance(choice, str) else str(choice)[:40]


def _expand_number(match: re.Match[str]) -> str:
    return repr(float(match[1]) * _UNIT_PREFIXES[match[2]])


def _parse(text: str) -> ast.expr:
    try:
        tree = ast.parse(text, mode="eval").body
        if isinstance(tree, ast.Tuple) and tree.elts:  # conditions joined by commas
            return ast.BoolOp(ast.And(), tree.elts)
        return tree
    except (SyntaxError, ValueError, MemoryError, RecursionError) as error:
        if re.search(r"(?<![<>=!])=(?!=)", text):
            raise FilterError("Write == to ask whether two numbers are equal.") from None
        if re.search(r"&&|\|\||!(?!=)", text):
            raise FilterError("Write and, or, not to join conditions.") from None
        column = getattr(error, "offset", None)
        position = f" near character {column}" if column else ""
        raise FilterError(f"The filter cannot be read{position}. {_SYNTAX}") from None


def _check(node: ast.expr, column_names: Sequence[str], names: dict[str, None], depth: int) -> bool:
    """Whether a node is a condition (True) or a number (False); raises FilterError if neither."""
    if depth > _MAX_DEPTH:
        raise _depth_error()

    def check(inner: ast.expr) -> bool:
        return _check(inner, column_names, names, depth + 1)

    if isinstance(node, ast.Name):
        if node.id not in column_names:
            raise FilterError(_unknown_column(node.id, column_names))
        names[node.id] = None
        return node.id in FLAGS
    if isinstance(node, ast.Constant):
        if isinstance(node.value, bool):
            return True
        if isinstance(node.value, int | float) and abs(node.value) < 1e300:
            return False
        raise FilterError(f"{ast.unparse(node)[:40]} is not a number. {_SYNTAX}")
    if isinstance(node, ast.BoolOp):
        for inner in node.values:
            _require_kind(check(inner), True, inner)
        return True
    if isinstance(node, ast.UnaryOp):
        condition = check(node.operand)
        operand_is_condition = isinstance(node.op, ast.Not)
        if isinstance(node.op, ast.Invert):
            raise FilterError(f"'~' cannot be used. {_SYNTAX}")
        _require_kind(condition, operand_is_condition, node.operand)
        return operand_is_condition
    if isinstance(node, ast.BinOp) and type(node.op) in _ARITHMETIC:
        for inner in (node.left, node.right):
            _require_kind(check(inner), False, inner)
        return False
    if isinstance(node, ast.Compare) and all(type(op) in _COMPARISONS for op in node.ops):
        for inner in (node.left, *node.comparators):
            check(inner)
        return True
    raise FilterError(f"'{ast.unparse(node)[:40]}' cannot be used in a filter. {_SYNTAX}")


def _depth_error() -> FilterError:
    return FilterError("The filter is nested too deeply. Write a shorter one.")


def _require_kind(condition: bool, must_be_condition: bool, node: ast.expr) -> None:
    if condition == must_be_condition:
        return
    text = ast.unparse(node)[:40]
    raise FilterError(
        f"'{text}' is a number where a condition is needed. Compare it, such as {text} > 0."
        if must_be_condition
        else f"'{text}' is a condition where a number is needed. {_SYNTAX}"
    )


def _unknown_column(name: str, column_names: Sequence[str]) -> str:
    close_names = get_close_matches(name, column_names, 1)
    suggestion = f" Did you mean {close_names[0]}?" if close_names else ""
    ending = " and more." if len(column_names) > _MAX_LISTED else "."
    listed = ", ".join(column_names[:_MAX_LISTED])
    return f"There is no column {quoted(name)}.{suggestion} Columns: {listed}{ending}"


def _evaluate(node: ast.expr, columns: Columns) -> Any:
    if isinstance(node, ast.Name):
        return columns[node.id]
    if isinstance(node, ast.Constant):
        return np.bool_(node.value) if isinstance(node.value, bool) else float(str(node.value))
    if isinstance(node, ast.BoolOp):
        parts = [_as_booleans(_evaluate(inner, columns)) for inner in node.values]
        join = np.logical_and if isinstance(node.op, ast.And) else np.logical_or
        result: npt.NDArray[np.bool_] = parts[0]
        for part in parts[1:]:
            result = join(result, part)
        return result
    if isinstance(node, ast.UnaryOp):
        value = _evaluate(node.operand, columns)
        if isinstance(node.op, ast.Not):
            return ~_as_booleans(value)
        return -value if isinstance(node.op, ast.USub) else value
    if isinstance(node, ast.BinOp):
        left, right = (_as_numbers(_evaluate(inner, columns)) for inner in (node.left, node.right))
        return _ARITHMETIC[type(node.op)](left, right)
    assert isinstance(node, ast.Compare)
    values = [_as_numbers(_evaluate(inner, columns)) for inner in (node.left, *node.comparators)]
    result = np.array(True)
    for op, left, right in zip(node.ops, values, values[1:], strict=False):
        is_present = np.isfinite(left) & np.isfinite(right)
        result = result & is_present & _COMPARISONS[type(op)](left, right)
    return result


def _as_numbers(value: Any) -> npt.NDArray[np.float64]:
    return np.asarray(value, dtype=np.float64)


def _as_booleans(value: Any) -> npt.NDArray[np.bool_]:
    truth = np.asarray(value)
    return truth if truth.dtype == bool else np.asarray(truth != 0) & ~np.isnan(truth)
