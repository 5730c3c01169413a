"""Invented people: nobody twice, nobody real, in two languages."""

import re

import numpy as np
import pytest

from crmkit.worlds import Retail
from crmkit.worlds.people import LOCALES, draw_people, pools

CHINESE = re.compile(r"^[\u4e00-\u9fff·]+$")


@pytest.mark.parametrize("locale", LOCALES)
def test_everyone_has_a_name_an_address_and_an_email_of_their_own(locale):
    ids = 100_001 + np.arange(5_000)
    people = draw_people(ids, locale, np.random.default_rng(1))
    assert people.columns.tolist() == ["name", "email", "address"]
    assert people.notna().all(axis=None) and people.map(str.strip).eq(people).all(axis=None)
    assert not people.map(lambda text: "\n" in text).any(axis=None)  # a CSV keeps one row a line
    assert people["email"].is_unique
    # No mail can reach anyone: the domain is reserved (RFC 2606), and what stands before it is plain.
    assert people["email"].str.fullmatch(r"[A-Za-z0-9._-]+@example\.com").all()
    assert all(str(who) in email for who, email in zip(ids, people["email"], strict=True))
    assert people["name"].nunique() > 1_000 and people["address"].nunique() > 100


def test_chinese_names_have_the_family_first_without_blanks():
    people = draw_people(np.arange(500), "zh_CN", np.random.default_rng(1))
    assert people["name"].str.fullmatch(CHINESE).all()
    family, given = set(pools("zh_CN").last), set(pools("zh_CN").first)
    assert all(any(name.startswith(one) and name[len(one) :] in given for one in family) for name in people["name"])


def test_english_names_have_it_last():
    people = draw_people(np.arange(500), "en_US", np.random.default_rng(1))
    family, given = set(pools("en_US").last), set(pools("en_US").first)
    both = people["name"].str.split(" ", n=1)
    assert all(first in given and last in family for first, last in both)


@pytest.mark.parametrize("locale", LOCALES)
def test_pools_are_large_without_repeats_and_are_no_part_of_any_draw(locale):
    before = pools(locale)
    for name in ("first", "last", "street", "user"):
        parts = getattr(before, name)
        assert len(parts) == len(set(parts)) > 100
    Retail(customers=50, locale=locale).draw(1)
    assert pools(locale) is before
    pools.cache_clear()
    again = pools(locale)
    assert all((getattr(before, name) == getattr(again, name)).all() for name in ("first", "last", "street", "user"))


def test_parts_are_drawn_evenly():
    """Mean and spread of how often each family name comes, against a fair draw: chi-square over the pool."""
    from scipy import stats

    names = draw_people(np.arange(40_000), "en_US", np.random.default_rng(2))["name"]
    last = names.str.split(" ", n=1).str[1].value_counts().reindex(pools("en_US").last, fill_value=0)
    assert stats.chisquare(last).pvalue > 1e-4


def test_unknown_languages_are_refused_with_the_near_one():
    with pytest.raises(ValueError, match="locale='en_GB' is not known; did you mean 'en_US'"):
        pools("en_GB")
    with pytest.raises(ValueError, match=r"locale='xx' is not known; choose one of \['en_US', 'zh_CN'\]"):
        pools("xx")
