"""The way to each leaf of a tree, in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

EVERYONE = "everyone"
RARE = "(rare)"


@dataclass(frozen=True)
class _Figures:
    """What is known of a number on the way: above `low`, up to `high`; or that it is missing."""

    low: float = -np.inf
    high: float = np.inf
    missing: bool = False  # may it be missing?
    known: bool = True  # may it be known?

    def cut(self, edge: float, left: bool, missing: bool) -> _Figures:
        if np.isinf(edge):  # known to the left, missing to the right
            return replace(self, missing=self.missing and missing, known=self.known and left)
        ends = {"high": edge} if left else {"low": edge}  # a later cut lies between the ends there were
        return replace(self, missing=self.missing and missing, **ends)

    def say(self, name: str, yes_no: bool, count: bool) -> str:
        if not self.known:
            return f"{name} missing"
        if yes_no and (np.isfinite(self.low) or np.isfinite(self.high)):
            said = f"{name}: {'yes' if np.isfinite(self.low) else 'no'}"
        else:
            low, high = (np.floor(end) if count else end for end in (self.low, self.high))
            ends = [f"over {_told(low)}"] * bool(np.isfinite(low)) + [f"up to {_told(high)}"] * bool(np.isfinite(high))
            said = f"{name} {' and '.join(ends) or 'known'}"
        return f"{said} or missing" if self.missing else said


@dataclass(frozen=True)
class _Words:
    """What is known of a word on the way: which it is, or which it is not."""

    one: str | None = None
    none_of: tuple[str, ...] = ()

    def say(self, name: str) -> str:
        return f"{name}: {self.one}" if self.one is not None else f"{name}: not {' or '.join(self.none_of)}"


def paths(
    pipeline: Any, *, yes_no: Collection[str], counts: Collection[str], missing: Collection[str]
) -> dict[int, str]:
    """Text of the rule of each leaf, by the number of the leaf.

    `yes_no` features are told without numbers; of `counts`, whole numbers, half steps are rounded down; `missing` names
    those that were missing for some among the customers that grew the tree.
    """
    tree = pipeline["model"].tree_
    columns = _columns(pipeline["columns"])
    found: dict[int, str] = {}
    waiting: list[tuple[int, dict[str, Any]]] = [(0, {})]
    while waiting:
        node, way = waiting.pop()
        if tree.children_left[node] == -1:
            said = [
                one.say(name) if isinstance(one, _Words) else one.say(name, name in yes_no, name in counts)
                for name, one in way.items()
            ]
            found[int(node)] = ", ".join(said) or EVERYONE
            continue
        name, word = columns[tree.feature[node]]
        for child, left in ((tree.children_right[node], False), (tree.children_left[node], True)):
            if word is None:
                before = way.get(name, _Figures(missing=name in missing))
                after = before.cut(float(tree.threshold[node]), left, bool(tree.missing_go_to_left[node]) == left)
            else:
                before = way.get(name, _Words())
                after = replace(before, none_of=(*before.none_of, word)) if left else replace(before, one=word)
            waiting.append((int(child), {**way, name: after}))
    return found


def _columns(transformer: Any) -> list[tuple[str, str | None]]:
    """Feature and word of each column that the tree sees; numbers have no word."""
    columns: list[tuple[str, str | None]] = []
    for part, fitted, names in transformer.transformers_:
        if part == "figures":
            columns += [(name, None) for name in names]
        elif part == "words":
            for name, words, rare in zip(names, fitted.categories_, fitted.infrequent_categories_, strict=True):
                few = set() if rare is None else set(rare)
                columns += [(name, str(word)) for word in words if word not in few]
                columns += [(name, RARE)] * bool(few)
    return columns


def _told(edge: float) -> str:
    return f"{edge:,.0f}" if float(edge).is_integer() else f"{edge:,.6g}"
