"""Invented people: names and addresses from pools that Faker fills once.

One Faker call a person would take minutes for a million people; a pool of a few
hundred parts, combined at random, takes a second and looks the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from crmkit.worlds import door

if TYPE_CHECKING:
    import pandas as pd

LOCALES = ("en_US", "zh_CN")
POOL_SIZE = 400
# The pools are a fixed list of parts: their seed is part of the list, not of any draw.
_POOL_SEED = 20_260_101


@dataclass(frozen=True)
class Pools:
    """Parts of names and addresses of one locale, each an object array of text."""

    first: np.ndarray
    last: np.ndarray
    street: np.ndarray
    user: np.ndarray
    family_first: bool


@lru_cache(maxsize=len(LOCALES))
def pools(locale: str) -> Pools:
    """The parts of one locale, filled by Faker on first use.

    Raises
    ------
    ValueError
        If the locale is not one of LOCALES.
    """
    door.one_of("locale", locale, LOCALES)
    from faker import Faker

    fake = Faker(locale, use_weighting=False)
    fake.seed_instance(_POOL_SEED)

    def parts(make: object) -> np.ndarray:
        drawn = dict.fromkeys(make() for _ in range(POOL_SIZE))  # unique, in order drawn
        return np.array(list(drawn), dtype=object)

    return Pools(
        first=parts(fake.first_name),
        last=parts(fake.last_name),
        street=parts(fake.street_address),
        user=parts(fake.user_name),
        family_first=locale == "zh_CN",
    )


def draw_people(customer_id: np.ndarray, locale: str, rng: np.random.Generator) -> pd.DataFrame:
    """Name, e-mail and street address for each customer number.

    All are invented. E-mail addresses end in example.com, a domain that no one can
    own (RFC 2606), and hold the customer number, so that no two are alike.
    """
    import pandas as pd
    import pyarrow as pa
    from pyarrow import compute

    pool = pools(locale)
    n = len(customer_id)

    def some(part: np.ndarray) -> pa.Array:
        return pa.array(part, pa.large_string()).take(pa.array(rng.integers(len(part), size=n)))

    # pyarrow joins a million texts in the time in which Python joins fifty thousand.
    def join(*parts: pa.Array | str) -> pa.Array:
        every = [pa.scalar(part, pa.large_string()) if isinstance(part, str) else part for part in parts]
        return compute.binary_join_element_wise(*every)

    first, last, street, user = some(pool.first), some(pool.last), some(pool.street), some(pool.user)
    name = join(last, first, "") if pool.family_first else join(first, last, " ")
    number = pa.array(customer_id).cast(pa.large_string())
    columns = {"name": name, "email": join(user, number, "@example.com", ""), "address": street}
    return pd.DataFrame({key: pd.array(values, dtype="str") for key, values in columns.items()})
