"""A decision scored by what it brings in truth."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from crmkit import door
from crmkit.worlds import Case


@dataclass(frozen=True)
class Decision:
    """The question of a case whose answer is acted on.

    A bank's module offers it as DECISION; its case needs the truth.
    """

    question: str  # whose answer it is
    unit: str  # of the profit
    profit: Callable[[Case, Any], float]  # what an answer brings in truth; ValueError if it cannot be acted on
    naive: Any  # the answer of the rule of thumb, or a function from the case to it
    naive_says: str  # that rule in words
    best: Callable[[Case], Any]  # the answer that brings most, if one knew

    def rule(self, case: Case) -> Any:
        """The answer of the rule of thumb on this case."""
        return self.naive(case) if callable(self.naive) else self.naive


def chosen(answer: Any, among: Iterable[str], *, what: str, none: str = "nobody") -> list[str]:
    """The names that an answer chooses, sorted; a list, or text with commas between them.

    Parameters
    ----------
    answer : list of text, or text
        In any case; `none` chooses nothing.
    among : names
        In lower case, in the order they are told in.
    what : str
        What they name, for the message.
    none : str
        The word for no choice at all.

    Raises
    ------
    ValueError
        If a name is not among them.

    >>> chosen(" Loyal,new", ["new", "loyal", "lost"], what="segment")
    ['loyal', 'new']
    """
    names = answer.split(",") if isinstance(answer, str) else list(answer)
    wanted = {str(one).strip().lower() for one in names} - {"", none}
    known = list(among)
    strange = sorted(wanted - set(known))
    if strange:
        raise ValueError(f"there is no {what} {strange[0]!r}; there are {', '.join(known)}, or {none}")
    return sorted(wanted)


def best_set(names: Sequence[str], brings: Callable[[tuple[str, ...]], float]) -> frozenset[str]:
    """The set of names that brings most: all are tried, smaller ones first, and the first of equals is taken.

    >>> sorted(best_set("abc", lambda some: len(some) if "b" not in some else -1))
    ['a', 'c']
    """
    every = (some for many in range(len(names) + 1) for some in combinations(names, many))
    return frozenset(max(every, key=brings))


def whole_number(name: str, answer: Any, *, low: int, high: int) -> int:
    """A whole number that was answered, also where it came as 36.0.

    >>> whole_number("agents", 36.0, low=1, high=100)
    36
    """
    number = door.number(name, answer, low=low, high=high)
    if number % 1:
        raise ValueError(f"{name}={answer!r} must be a whole number")
    return int(number)
