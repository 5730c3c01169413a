"""What is said about rows, kept for those alone about which something is said: most rows of a log are sound."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True, eq=False)
class Notes:
    """Places of some rows, rising, and the words about each."""

    rows: np.ndarray
    words: np.ndarray

    @classmethod
    def of(cls, said: pd.Series) -> Notes:
        """From one entry a row, "" where there is nothing to say."""
        words = said.to_numpy(dtype=object)
        rows = np.flatnonzero(words != "")
        return cls(rows, words[rows])

    @classmethod
    def same(cls, broken: pd.Series, words: str) -> Notes:
        """The same words about all rows where something holds; where it cannot be told, it does not."""
        rows = np.flatnonzero(broken.fillna(False).to_numpy(dtype=bool))
        return cls(rows, np.full(len(rows), words, dtype=object))

    def spread(self, code: np.ndarray, distinct: int) -> Notes:
        """Said of distinct values: the same of all rows, by the place of their value."""
        at = np.full(distinct, -1)
        at[self.rows] = np.arange(len(self.rows))
        at = at[code]
        rows = np.flatnonzero(at >= 0)
        return Notes(rows, self.words[at[rows]])

    def without(self, words: str) -> Notes:
        """The others."""
        other = self.words != words
        return Notes(self.rows[other], self.words[other])

    def begun(self, with_: str) -> Notes:
        """The words with others in front."""
        return Notes(self.rows, with_ + self.words)
