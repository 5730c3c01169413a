"""Nobody alone, nothing beyond the purpose: published tables, counting by hand, and an outsider who tries."""

import hashlib
import shutil

import numpy as np
import pandas as pd
import pytest

from crmkit import warehouse, worlds

KEY = b"a secret of at least sixteen bytes"
BANDS = {"age": [10, 20, 40]}


def sweeney():
    """Sweeney (2002), k-anonymity: a model for protecting privacy, figure 2: adheres to k-anonymity with k = 2."""
    rows = [
        ("Black", 1965, "m", "0214*", "short breath"),
        ("Black", 1965, "m", "0214*", "chest pain"),
        ("Black", 1965, "f", "0213*", "hypertension"),
        ("Black", 1965, "f", "0213*", "hypertension"),
        ("Black", 1964, "f", "0213*", "obesity"),
        ("Black", 1964, "f", "0213*", "chest pain"),
        ("White", 1964, "m", "0213*", "chest pain"),
        ("White", 1964, "m", "0213*", "obesity"),
        ("White", 1964, "m", "0213*", "short breath"),
        ("White", 1967, "m", "0213*", "chest pain"),
        ("White", 1967, "m", "0213*", "chest pain"),
    ]
    return pd.DataFrame(rows, columns=["race", "birth", "gender", "zip", "problem"])


def people(n=600, seed=1):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "age": rng.integers(18, 90, n),
            "area": rng.choice(["Harbour", "Lakeside", "Old Town", "Moor"], n, p=[0.5, 0.3, 0.19, 0.01]),
            "net_worth": rng.normal(size=n),
        }
    )


def test_the_published_table_has_k_2_and_two_groups_that_give_themselves_away():
    found = warehouse.anonymity(sweeney(), ["race", "birth", "gender", "zip"], sensitive="problem")
    assert (found.k, found.groups, found.rows, found.alone) == (2, 5, 11, 0)
    assert found.exposed == 4  # both with hypertension, both born 1967 with chest pain
    assert warehouse.anonymity(sweeney(), ["race", "birth", "gender", "zip", "problem"]).alone == 7


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("k", [2, 5, 20])
def test_nobody_stands_below_k_and_all_rows_are_accounted_for(seed, k):
    """Counted by hand: each kept row, against all others."""
    frame = people(seed=seed)
    done = warehouse.anonymise(frame, {**BANDS, "area": []}, k=k, most=0.03)
    told = list(done.frame[["age", "area"]].itertuples(index=False, name=None))
    assert min(told.count(one) for one in set(told)) >= k and done.after.k >= k
    assert len(done.frame) + done.suppressed == len(frame)
    assert done.suppressed <= 0.03 * len(frame) + (k - 1)  # or nothing coarser is left but one group
    assert done.frame["net_worth"].equals(frame.loc[done.frame.index, "net_worth"])  # what nobody knows stays as it is
    assert done.before.alone > 0 and (done.lost["after"] <= done.lost["before"]).all()


def test_coarser_values_hold_the_true_ones():
    frame = people()
    done = warehouse.anonymise(frame, BANDS, k=5, most=0)
    low, high = done.frame["age"].str.extract(r"(\d+) to under (\d+)").astype(int).T.to_numpy()
    true = frame.loc[done.frame.index, "age"]
    assert ((low <= true) & (true < high)).all() and set(high - low) == {10} and done.lost.loc["age", "level"] == 1


def test_a_mapping_gives_the_coarser_names_and_then_nothing_is_told():
    frame = people()
    city = {"Harbour": "town", "Old Town": "town", "Lakeside": "country", "Moor": "country"}
    done = warehouse.anonymise(frame, {"area": [city]}, k=100, most=0)
    assert set(done.frame["area"]) == {"town", "country"}
    all_alike = warehouse.anonymise(frame, {"area": [city]}, k=400, most=0)
    assert (
        set(all_alike.frame["area"]) == {"*"} and all_alike.suppressed == 0 and all_alike.lost.loc["area", "level"] == 2
    )
    assert warehouse.anonymise(frame.head(3), {"area": []}, k=5).suppressed == 3  # too few for any group


def test_more_rows_may_go_so_less_has_to_become_coarse():
    frame = people()
    strict, loose = (warehouse.anonymise(frame, {**BANDS, "area": []}, k=5, most=most) for most in (0.0, 0.2))
    assert strict.suppressed == 0 < loose.suppressed <= 0.2 * len(frame)
    assert loose.lost["after"].sum() > strict.lost["after"].sum()


def test_the_frame_that_came_is_not_changed_and_missing_values_are_a_group():
    frame = people()
    frame["age"] = frame["age"].astype("float")
    frame.loc[:20, "age"] = np.nan
    was = frame.copy()
    done = warehouse.anonymise(frame, BANDS, k=5, most=0)
    pd.testing.assert_frame_equal(frame, was)
    assert done.frame["age"].eq("*").sum() == 21


def test_pseudonyms_are_one_a_customer_and_cannot_be_joined_or_guessed():
    ids = pd.Series([1, 2, 1, 3], index=list("abcd"))
    one = warehouse.pseudonyms(ids, key=KEY, purpose="mailing")
    assert one.index.equals(ids.index) and one["a"] == one["c"] and one.nunique() == 3
    other, again = (warehouse.pseudonyms(ids, key=KEY, purpose=name) for name in ("study", "mailing"))
    assert again.equals(one) and not set(other) & set(one)
    assert not set(warehouse.pseudonyms(ids, key=KEY[::-1], purpose="mailing")) & set(one)
    # An outsider who hashes every number without the key finds nobody.
    guesses = {hashlib.sha256(str(number).encode()).hexdigest()[:16] for number in range(1000)}
    assert not guesses & set(one)


# --- extracts of a warehouse ------------------------------------------------------------------


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    house = warehouse.create(tmp_path_factory.mktemp("house") / "bank.dw")
    case = worlds.Bank(customers=300).draw(seed=7)
    segment = np.where(case.customers["age"] < 40, "young", "older")
    names = [name for name in case if name not in ("mails", "talks")]
    frames = {name: case.frames[name] for name in names} | {"customers": case.customers.assign(segment=segment)}
    warehouse.load(house, frames)
    return house


STUDY = warehouse.Purpose(
    "study", ("area", "segment", "net_worth", "transactions"), known={"area": [], "segment": []}, k=10
)


def test_an_extract_holds_what_the_purpose_allows_and_no_customer(house):
    done = warehouse.extract(house, STUDY, key=KEY)
    assert done.frame.columns.tolist() == list(STUDY.columns) and done.frame.index.name == "pseudonym"
    assert done.after.k >= 10 and done.frame.index.is_unique
    text = done.frame.reset_index().to_csv()
    people = warehouse.query(house, "SELECT customer_id, name, email FROM customers")
    assert not any(word in text for word in people[["name", "email"]].to_numpy().ravel())
    assert not set(done.frame.index) & set(people["customer_id"].astype(str))
    worth = warehouse.query(house, "SELECT net_worth FROM customer_360")["net_worth"]
    assert len(done.frame) + done.suppressed == len(worth)


def test_an_extract_of_a_segment_and_of_fewer_columns(house):
    done = warehouse.extract(house, STUDY, key=KEY, columns=["area", "transactions"], segment="young")
    assert done.frame.columns.tolist() == ["area", "transactions"]
    young = warehouse.query(house, "SELECT count(*) AS n FROM customers WHERE segment = 'young'").loc[0, "n"]
    assert len(done.frame) + done.suppressed == young
    plain = warehouse.extract(house, STUDY, key=KEY, columns=["transactions"])
    assert plain.suppressed == 0 and plain.after.k == len(plain.frame)


@pytest.mark.parametrize("column", ["name", "email", "age; DROP TABLE customers", "customer_id"])
def test_what_the_purpose_does_not_allow_is_refused(house, column):
    with pytest.raises(ValueError, match=r"are not for the purpose 'study'; it allows \['area'"):
        warehouse.extract(house, STUDY, key=KEY, columns=["area", column])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"columns": ("name", "area")}, r"names people by \['name'\]; expected none of .*identifying=True"),
        ({"columns": ("customer_id",)}, "asks for 'customer_id'; expected other columns: pseudonyms"),
        ({"columns": ("area",), "known": {"age": []}}, r"speaks of \['age'\], which are not among its columns"),
        ({"columns": ("area",), "sensitive": "debts"}, r"speaks of \['debts'\]"),
    ],
)
def test_purposes_that_say_too_much_are_refused(options, words):
    with pytest.raises(ValueError, match=words):
        warehouse.Purpose("study", **options)
    assert warehouse.Purpose("mailing", ("name", "area"), identifying=True).columns == ("name", "area")


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda f: warehouse.anonymise(f, BANDS, k=1), ValueError, "k=1 must be a whole number, at least 2"),
        (lambda f: warehouse.anonymise(f, BANDS, most=5), ValueError, "most=5 must be a share"),
        (lambda f: warehouse.anonymise(f, ["age"]), TypeError, "known is a list; expected a mapping"),
        (
            lambda f: warehouse.anonymise(f, {"age": [0]}, most=0),
            ValueError,
            "level 0=0 must be a finite number above 0",
        ),
        (
            lambda f: warehouse.anonymise(f, {"area": [10]}, k=400, most=0),
            TypeError,
            "expected numbers, since its level is a width",
        ),
        (
            lambda f: warehouse.anonymise(f, {"area": [{"Moor": "x"}]}, k=400, most=0),
            ValueError,
            r"level 0 lacks \['Harbour', 'L",
        ),
        (lambda f: warehouse.anonymity(f, "age"), ValueError, "known='age' must be a list"),
        (lambda f: warehouse.anonymity(f, ["ag"]), ValueError, r"lacks \['ag'\]"),
        (lambda f: warehouse.anonymity([1], ["age"]), TypeError, "expected a pandas frame"),
        (
            lambda f: warehouse.pseudonyms(f["age"], key=b"short", purpose="x"),
            ValueError,
            "key must be at least 16 bytes",
        ),
        (
            lambda f: warehouse.pseudonyms(f["age"], key="a text of sixteen signs", purpose="x"),
            ValueError,
            "key must be at",
        ),
        (lambda f: warehouse.pseudonyms(f["age"], key=KEY, purpose=""), ValueError, "purpose='' must be a text"),
        (
            lambda f: warehouse.pseudonyms(f["age"].where(f["age"] > 30), key=KEY, purpose="x"),
            ValueError,
            "ids are missing in",
        ),
    ],
)
def test_bad_wishes_are_refused(call, error, words):
    with pytest.raises(error, match=words):
        call(people())


def test_the_house_can_lie_anywhere(house, tmp_path):
    """Quotes and blanks in the path, archive and restore included."""
    shutil.copytree(house.path, tmp_path / "it's a 'bank'.dw")
    own = warehouse.open(tmp_path / "it's a 'bank'.dw", read_only=False)
    gone = warehouse.archive(own, keep=20)
    warehouse.restore(own, gone["month"].tolist())
    assert warehouse.check(own)["says"].eq("OK").all()
