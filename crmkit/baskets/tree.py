"""What an engine reads and what it finds: items by rising frequency, sets as a tree of items."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from crmkit.baskets.encode import Coded


@dataclass(frozen=True, eq=False)
class Ordered:
    """The frequent items of baskets, numbered from the rarest on: early branches stay small."""

    item: np.ndarray  # code of `Coded` for each number
    count: np.ndarray  # baskets that hold it
    held: np.ndarray  # numbers of the items, basket by basket, rising
    edge: np.ndarray  # (baskets + 1,) where each basket begins in `held`
    at: np.ndarray  # places in `held`, item by item
    border: np.ndarray  # (items + 1,) where each item begins in `at`
    basket: np.ndarray  # the basket of each place in `held`

    def after(self, item: int) -> tuple[np.ndarray, np.ndarray]:
        """What comes after an item in the baskets that hold it: items, and the place of the basket of each."""
        at = self.at[self.border[item] : self.border[item + 1]]
        length = self.edge[self.basket[at] + 1] - at - 1
        row = np.repeat(np.arange(len(at), dtype=np.int32), length)
        start = np.cumsum(length) - length
        return self.held[np.arange(len(row)) + np.repeat(at + 1 - start, length)], row


def ordered(data: Coded, least: int) -> Ordered:
    """The items in at least `least` baskets, and the baskets written in them."""
    from scipy.sparse import csr_array

    count = data.count
    frequent = np.flatnonzero(count >= least)
    frequent = frequent[np.argsort(count[frequent], kind="stable")]
    number = np.full(len(data.names), -1, dtype=np.int32)
    number[frequent] = np.arange(len(frequent), dtype=np.int32)
    held = number[data.item]
    basket = data.basket[held >= 0]
    held = held[held >= 0]
    sizes = np.bincount(basket, minlength=data.baskets)
    some = sizes > 1  # a basket of one frequent item holds no pair
    small = np.cumsum(some) - 1
    alone = ~some[basket]
    basket, held = small[basket[~alone]].astype(np.int32), held[~alone]
    edge = np.append(0, np.cumsum(np.bincount(basket, minlength=int(some.sum()))))
    # Through columns and back to rows: the items of each basket come out in rising order, in linear time.
    items = csr_array((np.ones(len(held), dtype=np.int8), held, edge), shape=(len(edge) - 1, len(frequent))).tocsc()
    ranks = np.arange(len(held), dtype=np.int32 if len(held) < 2**31 else np.int64)
    items.data = ranks  # item by item, where each goes
    baskets = items.tocsr()
    at = np.empty_like(ranks)
    at[baskets.data] = ranks
    return Ordered(
        item=frequent,
        count=count[frequent],
        held=baskets.indices,
        edge=edge,
        at=at,
        border=items.indptr.astype(np.int64),
        basket=basket,
    )


@dataclass(frozen=True, eq=False)
class Tree:
    """Sets of items: each is its parent and one more item; the parents stand before their children."""

    parent: np.ndarray  # -1 for single items
    item: np.ndarray  # number of `Ordered`
    count: np.ndarray  # baskets that hold the set

    @classmethod
    def of_items(cls, data: Ordered) -> Tree:
        """The single items."""
        n = len(data.count)
        return cls(np.full(n, -1, dtype=np.int64), np.arange(n), data.count)

    def with_more(self, parents: list[np.ndarray], items: list[np.ndarray], counts: list[np.ndarray]) -> Tree:
        """The same and what was found below."""
        return Tree(
            np.concatenate([self.parent, *parents]),
            np.concatenate([self.item, *items]),
            np.concatenate([self.count, *counts]),
        )

    def lengths(self) -> np.ndarray:
        """Items of each set."""
        length = np.ones(len(self.parent), dtype=np.int64)
        open_, at = np.flatnonzero(self.parent >= 0), self.parent.copy()
        while len(open_):
            length[open_] += 1
            at[open_] = self.parent[at[open_]]
            open_ = open_[at[open_] >= 0]
        return length

    def tables(self) -> dict[int, tuple[np.ndarray, np.ndarray]]:
        """By length: (sets, length) numbers of the items, and the counts."""
        lengths = self.lengths()
        by_length = {}
        for length in range(1, int(lengths.max(initial=0)) + 1):
            rows = np.flatnonzero(lengths == length)
            by_length[length] = self.members(rows, length), self.count[rows]
        return by_length

    def members(self, rows: np.ndarray, length: int) -> np.ndarray:
        """(rows, length) numbers of the items of sets that are all of one length."""
        table = np.empty((len(rows), length), dtype=np.int64)
        at = rows
        for column in range(length - 1, -1, -1):
            table[:, column] = self.item[at]
            at = self.parent[at]
        return table
