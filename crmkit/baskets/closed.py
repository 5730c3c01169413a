"""Closed and maximal itemsets without a walk through all others: LCM (Uno, Asai, Uchida & Arimura 2004) on bitsets.

Where many items go together, all sets are too many to be looked at one by one, and closed ones are not. Each closed
set is met once: it is what all baskets of a smaller closed set and one more item have in common, provided that this
brings in no earlier item, since then an earlier branch has it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmkit.baskets.bitsets import Told, too_many
from crmkit.baskets.tree import Ordered

CELLS = 20_000_000  # truth values laid out at once before they are packed into bits


@dataclass(frozen=True, eq=False)
class Found:
    """Sets of items of any length, one after the other."""

    items: np.ndarray  # numbers of `Ordered`, set by set
    length: np.ndarray  # (sets,)
    count: np.ndarray  # (sets,) baskets that hold all of it

    def tables(self) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """By length: (sets, length) numbers of the items, and the counts."""
        start = np.cumsum(self.length) - self.length
        by_length = {}
        for length in np.unique(self.length):
            rows = np.flatnonzero(self.length == length)
            by_length[int(length)] = self.items[start[rows][:, None] + np.arange(length)], self.count[rows]
        return by_length


@dataclass(frozen=True, eq=False)
class Node:
    """A closed set, and the items that are frequent together with it."""

    members: tuple[int, ...]
    count: int
    core: int  # the item that led here; only later ones lead on
    names: np.ndarray  # of the other items, rising
    bits: np.ndarray  # (names, words) baskets that hold the set and each of them
    common: np.ndarray  # (names,) how many these are

    @property
    def first(self) -> int:
        """Place of the first item that leads on; those before it guard against sets of earlier branches."""
        return int(np.searchsorted(self.names, self.core))

    def below(self, i: int, least: int) -> Node | None:
        """What the baskets of the set and item i have in common; None where an earlier branch has it."""
        joined = self.bits & self.bits[i]
        common = np.bitwise_count(joined).sum(axis=1, dtype=np.int64)
        whole = common == self.common[i]
        if whole[:i].any():
            return None
        keep = (common >= least) & ~whole
        return Node(
            (*self.members, *self.names[whole].tolist()),
            int(self.common[i]),
            int(self.names[i]),
            self.names[keep],
            joined[keep],
            common[keep],
        )

    def all_later(self, least: int) -> tuple[int, bool]:
        """Baskets that hold the set and all items that lead on, and whether no guard belongs there too."""
        first = self.first
        if first == len(self.names):
            return self.count if not first else 0, not first
        joined = np.bitwise_and.reduce(self.bits[first:], axis=0)
        alone = not (np.bitwise_count(self.bits[:first] & joined).sum(axis=1, dtype=np.int64) >= least).any()
        return int(np.bitwise_count(joined).sum()), alone


def root_of(data: Ordered, root: int, least: int) -> Node | None:
    """What the baskets of an item have in common, and what else is frequent there; None where an earlier item has it."""
    at = data.at[data.border[root] : data.border[root + 1]]
    which = data.basket[at]
    length = data.edge[which + 1] - data.edge[which]
    row = np.repeat(np.arange(len(at)), length)
    items = data.held[np.arange(len(row)) + np.repeat(data.edge[which] - (np.cumsum(length) - length), length)]
    common = np.bincount(items, minlength=len(data.count))
    common[root] = 0
    whole = common == data.count[root]
    if whole[:root].any():
        return None
    names = np.flatnonzero((common >= least) & ~whole)
    place = np.full(len(common), -1)
    place[names] = np.arange(len(names))
    at_, words = place[items], -(-len(at) // 64)
    bits = np.empty((len(names), words), dtype=np.uint64)
    step = max(1, CELLS // max(64 * words, 1))
    for begin in range(0, len(names), step):
        known = (at_ >= begin) & (at_ < begin + step)
        table = np.zeros((min(step, len(names) - begin), 64 * words), dtype=bool)
        table[at_[known] - begin, row[known]] = True
        bits[begin : begin + step] = np.packbits(table, axis=1).view(np.uint64)
    members = (root, *np.flatnonzero(whole).tolist())
    return Node(members, int(data.count[root]), root, names, bits, common[names])


def mine(
    data: Ordered, least: int, longest: int, most: int, told: Told | None = None, *, maximal: bool = False
) -> Found:
    """All closed (or all maximal) sets in at least `least` baskets, of up to `longest` items.

    At most `most` closed sets are looked at. For maximal ones a branch ends where its set and all items that lead on are
    frequent together (Bayardo 1998): whatever lies below is part of that set.
    """
    items: list[tuple[int, ...]] = []
    counts: list[int] = []
    looked = 0
    for root in range(len(data.count)):
        if told is not None:
            told("itemsets", root / len(data.count))
        top = root_of(data, root, least)
        stack = [top] if top is not None else []
        while stack:
            node = stack.pop()
            looked += 1
            if looked > most:
                raise too_many(looked, most)
            if len(node.members) > longest:
                continue
            whole, alone = node.all_later(least) if maximal else (0, False)
            if whole >= least:
                members = (*node.members, *node.names[node.first :].tolist())
                if alone and len(members) <= longest:
                    items.append(members)
                    counts.append(whole)
                continue
            if not maximal:
                items.append(node.members)
                counts.append(node.count)
            below = (node.below(i, least) for i in range(node.first, len(node.names)))
            stack += [one for one in below if one is not None]
    flat = [one for members in items for one in members]
    sizes = np.array([len(members) for members in items], dtype=np.int64)
    return Found(np.array(flat, dtype=np.int64), sizes, np.array(counts, dtype=np.int64))
