"""A case: tables at hand, truth apart."""

import pytest

from crmkit.worlds import Case, Retail


@pytest.fixture(scope="module")
def case():
    return Retail(customers=50).draw(7)


def test_tables_are_reached_by_name(case):
    assert list(case) == ["customers", "products", "transactions", "lines", "contacts"]
    for name in case:
        assert getattr(case, name) is case.frames[name]
        assert name in dir(case)
    assert list(case.truth) == ["customers", "rules", "preferences"]


def test_what_is_not_there_is_named_with_what_is(case):
    with pytest.raises(AttributeError, match="there is no table 'calls'; there are customers, products"):
        _ = case.calls
    with pytest.raises(AttributeError, match="there is no table 'kind'; there are customers, rules, preferences"):
        _ = case.truth.kind
    assert not hasattr(case, "_repr_html_") and not hasattr(case, "__array__")


def test_the_truth_is_not_among_the_tables_and_not_shown(case):
    hidden = {"kind", "purchases_per_year", "lapsed", "alive", "uplift", "purchases_next_year", "mailing_margin"}
    for name in case:
        assert not hidden & set(case.frames[name].columns)
    assert "home maker" not in repr(case) and "truth sealed" in repr(case)
    assert repr(case).startswith("Case retail, seed 7: customers 50, products 64")


def test_a_case_can_come_without_its_truth(case):
    closed = Case(case.frames, name="retail", seed=7)
    assert closed.truth is None and "no truth at hand" in repr(closed)


def test_cases_are_frozen(case):
    with pytest.raises(AttributeError):
        case.seed = 8
    with pytest.raises(TypeError):
        case.frames["customers"] = None


def test_changing_the_mapping_one_gave_changes_no_case():
    frames = {"a": 1}
    closed = Case(frames)
    frames["b"] = 2
    assert list(closed) == ["a"]
