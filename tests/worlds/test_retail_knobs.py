"""The knobs of the retail world: each has the effect it declares, and leaves alone what it does not concern.

Effects are measured in standard errors (z): none above 4, means over seeds within 3.
"""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit.worlds import Category, Loyalty, Pricing, Retail, RivalSale, Rotation, ShelfTest, Shops
from crmkit.worlds.retail.catalogue import HOME
from crmkit.worlds.retail.draw_buying import _by_day
from crmkit.worlds.retail.draw_frames import weave
from crmkit.worlds.retail.picks import Guide

PLAIN = {"customers": 4_000, "campaign": None, "return_share": 0.0}


def check(z):
    z = np.asarray(z, dtype=float)
    assert np.abs(z).max() < 4 and abs(z.mean()) < 3 / np.sqrt(len(z)), z


def day_of(world, days):
    return (days - pd.Timestamp(world.start)).dt.days


# --- prices and designs ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def priced():
    """Worlds with moving prices beside the same worlds without."""
    return [
        (Retail(**PLAIN, pricing=Pricing(promotion_share=0.2)).draw(seed), Retail(**PLAIN).draw(seed))
        for seed in range(3)
    ]


def with_week(case):
    world = case.truth.world
    lines = case.lines.merge(case.transactions, left_on="basket_id", right_on="transaction_id")
    lines["week"] = pd.Timestamp(world.start) + pd.to_timedelta(day_of(world, lines["day"]) // 7 * 7, "D")
    return lines.merge(case.products[["item", "category", "price"]], on="item", suffixes=("", "_shelf"))


def test_prices_add_pieces_by_the_elasticity_of_the_category(priced):
    """The same seed without prices gives the same picks. Of q pieces, q (m - 1) come on top on average, Poisson, with
    m = (price / shelf price) ** -elasticity."""
    z = []
    for with_, without in priced:
        both = with_week(with_).merge(without.lines, on=["basket_id", "item"], suffixes=("", "_old"))
        assert len(both) == len(with_.lines) == len(without.lines)
        steep = both["category"].map({one.name: one.elasticity for one in HOME})
        more = both["quantity_old"] * ((both["price"] / both["price_shelf"]) ** -steep - 1)
        sums = pd.DataFrame({"seen": both["quantity"] - both["quantity_old"], "more": more}).groupby(both["category"])
        z += [(part["seen"].sum() - part["more"].sum()) / np.sqrt(part["more"].sum()) for _, part in sums]
    check(z)


def test_an_analyst_finds_the_elasticities_from_the_tables(priced):
    """Poisson regression of the pieces of each article and week on its log price, with an effect for each article and
    each week; standard errors widened by the spread of the residuals (baskets hold several pieces of one article)."""
    z = []
    for case, _ in priced:
        sold = with_week(case).groupby(["item", "week"], observed=True)["quantity"].sum()
        rows = case.prices.merge(sold.rename("pieces").reset_index(), on=["item", "week"], how="left")
        rows = rows.merge(case.products[["item", "category"]], on="item").fillna({"pieces": 0})
        weeks = rows.groupby("week")["pieces"].transform("sum")
        kinds = [one.name for one in HOME]
        design = np.column_stack(
            [np.log(rows["price"]) * (rows["category"] == kind) for kind in kinds]
            + [pd.get_dummies(rows["item"]).to_numpy(float), pd.get_dummies(rows["week"]).to_numpy(float)[:, 1:]]
        )
        mean = (rows["pieces"] + 0.5).to_numpy()
        for _ in range(8):
            answer = np.log(mean) + (rows["pieces"] - mean) / mean
            weighted = design * mean[:, None]
            beta = np.linalg.solve(design.T @ weighted, weighted.T @ answer)
            mean = np.exp(design @ beta)
        spread = ((rows["pieces"] - mean) ** 2 / mean).sum() / (len(rows) - len(beta))
        error = np.sqrt(spread * np.diag(np.linalg.inv(design.T @ (design * mean[:, None]))))
        assert (weeks > 0).all() and spread < 2
        z += [(-beta[at] - one.elasticity) / error[at] for at, one in enumerate(HOME)]
    check(z)


def test_receipts_add_up_at_the_prices_paid(priced):
    for case, _ in priced:
        lines = with_week(case).merge(case.prices, on=["item", "week"], suffixes=("", "_listed"))
        assert (lines["price"] == lines["price_listed"]).all()
        sums = ((lines["price"] * 100).round() * lines["quantity"]).groupby(lines["basket_id"]).sum().astype(int)
        assert ((case.transactions.set_index("transaction_id")["amount"] * 100).round().astype(int) == sums).all()
        assert case.prices["promoted"].mean() == pytest.approx(0.2, abs=4 * np.sqrt(0.16 / len(case.prices)))
        shelf = case.prices["item"].map(case.products.set_index("item")["price"]).astype(float)
        regular = (case.prices["price"] / shelf)[~case.prices["promoted"]]
        assert regular.between(0.849, 1).all()  # cents are rounded


def test_amounts_and_margins_of_the_truth_hold_where_prices_move():
    """With an even season purchases fall evenly over the weeks, for which the truth is declared. Mean over members of
    amount - true mean, in standard errors."""
    z = []
    for seed in range(3):
        world = Retail(**PLAIN, season=(1.0,) * 12, pricing=Pricing(), rotation=Rotation(), joining_share=0.0)
        case = world.draw(seed)
        off = case.transactions.merge(case.truth.customers, on="customer_id")
        off = off[off["day"] > pd.Timestamp(world.start)]  # on the first day all join at the prices of one week
        off = off["amount"] - off["amount_per_purchase"]
        z.append(off.mean() / off.sem())
    check(z)


def test_true_preferences_follow_the_pieces_that_low_prices_add(priced):
    """Expected shares of styles by city against those drawn: 24 shares a world, as multinomial counts. Baskets hold
    several pieces of one article, so the counts spread a little more than that: the bound is 5."""
    for case, _ in priced:
        lines = case.lines.merge(case.products[["item", "style"]], on="item")
        city = case.transactions.merge(case.customers[["customer_id", "city"]]).set_index("transaction_id")["city"]
        seen = lines.groupby([lines["basket_id"].map(city), lines["style"]], observed=True)["quantity"].sum()
        truth = case.truth.preferences.set_index(["city", "style"])["share"]
        of = seen.groupby(level=0, observed=True).transform("sum")
        share = truth.loc[seen.index]
        z = (seen - of * share) / np.sqrt(of * share * (1 - share))
        assert z.abs().max() < 5 and (z**2).mean() < 3


def test_new_designs_sell_better_at_first_and_take_turns():
    rotation = Rotation(weeks=6, share=0.25, novelty=0.8, fade_weeks=4.0)
    z = []
    for seed in range(3):
        world = Retail(**PLAIN, rotation=rotation)
        case, old = world.draw(seed), Retail(**PLAIN).draw(seed)
        designs = case.designs
        turns = designs.loc[designs["design"] > 1, "listed"].value_counts()
        weeks = day_of(world, turns.index.to_series())
        assert (turns == 16).all() and (weeks % 42 == 0).all() and len(turns) == (world.days - 1) // 42
        ends = designs.sort_values(["item", "design"]).groupby("item", observed=True)
        follows = ends["listed"].shift(-1)
        assert (follows.fillna(pd.Timestamp(0)) == designs["delisted"].fillna(pd.Timestamp(0))).all()

        lines = with_week(case).merge(old.lines, on=["basket_id", "item"], suffixes=("", "_old"))
        lines = lines.assign(item=lines["item"].astype(str)).sort_values("week")
        listed = designs.assign(item=designs["item"].astype(str)).sort_values("listed")
        on = pd.merge_asof(lines, listed, left_on="week", right_on="listed", by="item")
        age = (on["week"] - on["listed"]).dt.days / 7
        more = on["quantity_old"] * 0.8 * np.exp(-age / 4) * (on["design"] > 1)
        added = on["quantity"] - on["quantity_old"]
        assert (added[on["design"] == 1] == 0).all()
        for part in (age < 2, age >= 2):
            z.append((added[part].sum() - more[part].sum()) / np.sqrt(more[part].sum()))
    check(z)


# --- the programme ------------------------------------------------------------------------------------------


def test_invited_members_buy_as_much_more_as_declared():
    z = []
    for seed in range(4):
        case = Retail(**{**PLAIN, "customers": 6_000}, loyalty=Loyalty(lift=0.3)).draw(seed)
        n = case.transactions["customer_id"].value_counts().reindex(case.loyalty["customer_id"]).to_numpy() - 1
        one, other = n[case.loyalty["invited"]], n[~case.loyalty["invited"]]
        error = np.sqrt(one.var() / len(one) + 1.3**2 * other.var() / len(other))
        z.append((one.mean() - 1.3 * other.mean()) / error)
        # Sharper: what the programme adds to the same members, Poisson, against lift x what they buy anyhow.
        old = Retail(**{**PLAIN, "customers": 6_000}).draw(seed)
        base = old.transactions["customer_id"].value_counts().reindex(case.loyalty["customer_id"]).to_numpy() - 1
        more, own = (n - base)[case.loyalty["invited"]].sum(), base[case.loyalty["invited"]].sum()
        assert (n == base)[~case.loyalty["invited"]].all()
        z.append((more - 0.3 * own) / np.sqrt(own * (0.3 + 0.3**2)))
        plain = old.truth.customers
        factor = np.where(case.loyalty["invited"], 1.3, 1.0)
        for name in ("purchases_per_year", "purchases_next_year"):
            assert case.truth.customers[name].to_numpy() == pytest.approx(plain[name] * factor)
    check(z)


def test_statements_add_up_from_receipts_to_points():
    case = Retail(customers=800, return_share=0.2, loyalty=Loyalty(points_per_money=0.5)).draw(3)
    invited = case.loyalty.loc[case.loyalty["invited"], "customer_id"]
    log = case.transactions[case.transactions["customer_id"].isin(invited)]
    month = log["day"].dt.to_period("M").dt.to_timestamp()
    sums = log.groupby(["customer_id", month])["amount"].sum()
    points = np.trunc(log["amount"] * 0.5).groupby([log["customer_id"], month]).sum()
    found = case.statements.set_index(["customer_id", "month"])
    assert (found["amount"] == sums.round(2)).all() and (found["points"] == points).all()
    assert (found["balance"] == points.groupby(level=0).cumsum()).all()
    last = found.groupby(level=0)["balance"].last()
    assert (case.loyalty.set_index("customer_id")["points"].loc[last.index] == last).all()
    tiers = case.loyalty[case.loyalty["invited"]]
    assert (tiers.loc[tiers["points"] >= 4_000, "tier"] == "gold").all()
    assert tiers.loc[tiers["points"].between(1_000, 3_999), "tier"].eq("silver").all()
    assert (case.loyalty.loc[~case.loyalty["invited"], "tier"] == "none").all()


# --- price war, growth, branches --------------------------------------------------------------------------------


def test_a_price_war_takes_its_share_of_the_purchases_and_of_the_members():
    rival = RivalSale(day=300, days=80, lost_share=0.3, leaving_factor=1.0)
    z, z_left = [], []
    for seed in range(3):
        world = Retail(**PLAIN, rival=rival)
        before, after = Retail(**PLAIN).draw(seed), world.draw(seed)
        key = ["customer_id", "day"]
        firsts = before.transactions.drop_duplicates("customer_id").index
        counts = [case.transactions.groupby(key).size() for case in (before, after)]
        lost = counts[0].sub(counts[1], fill_value=0).reset_index(name="lost")
        in_war = day_of(world, lost["day"]).between(300, 379)
        assert (lost.loc[~in_war, "lost"] == 0).all()
        repeat = before.transactions.drop(firsts)
        exposed = day_of(world, repeat["day"]).between(300, 379).sum()
        z.append((lost["lost"].sum() - 0.3 * exposed) / np.sqrt(exposed * 0.21))

        harder = Retail(**PLAIN, rival=RivalSale(day=300, days=80, lost_share=0.0, leaving_factor=3.0)).draw(seed)
        truth = harder.truth.customers.merge(harder.customers[["customer_id", "joined"]])
        left = day_of(world, truth["lapsed"]).fillna(np.inf)
        here = (day_of(world, truth["joined"]) < 300) & (left >= 300)
        for days, factor, low in ((80, 3.0, 300), (100, 1.0, 380)):
            at = here & (left >= low)
            stay = np.exp(-truth["lapses_per_year"] / 365 * days * factor)[at]
            still = (left[at] >= low + days).sum()
            z_left.append((still - stay.sum()) / np.sqrt((stay * (1 - stay)).sum()))
    check(z)
    check(z_left)


@pytest.mark.parametrize("growth", [-1.0, 0.0, 1.2])
def test_joining_grows_as_declared(growth):
    world = Retail(**PLAIN, growth=growth)
    day = day_of(world, world.draw(3).customers["joined"]) + 0.5
    span = growth * world.days / 365
    law = (lambda t: t / world.days) if not growth else (lambda t: np.expm1(growth * t / 365) / np.expm1(span))
    assert stats.kstest(day, law).pvalue > 1e-3


def test_closed_branches_lose_their_share_and_no_other_does():
    shops = Shops(branches=30, closed_share=0.4, closing_day=350, kept_share=0.55)
    z = []
    for seed in range(3):
        world = Retail(**PLAIN, shops=shops)
        case, before = world.draw(seed), Retail(**PLAIN).draw(seed)
        homes = case.truth.homes.set_index("customer_id")
        assert case.branches["closed"].notna().sum() == 12
        assert case.branches[case.branches["closed"].isna()]["city"].nunique() == 6
        counts = [one.transactions.groupby(["customer_id", "day"]).size() for one in (before, case)]
        lost = counts[0].sub(counts[1], fill_value=0).reset_index(name="lost")
        hit = lost["customer_id"].map(homes["closed"]) & (day_of(world, lost["day"]) >= 350)
        assert (lost.loc[~hit, "lost"] == 0).all()
        exposed = counts[0].reset_index(name="n").loc[hit, "n"].sum()
        z.append((lost["lost"].sum() - 0.45 * exposed) / np.sqrt(exposed * 0.45 * 0.55))

        truth, old = case.truth.customers, before.truth.customers
        factor = np.where(homes["closed"].loc[truth["customer_id"]], 0.55, 1.0)
        assert truth["purchases_next_year"].to_numpy() == pytest.approx(old["purchases_next_year"] * factor)
    check(z)


def test_receipts_are_made_out_in_the_members_city_at_open_branches():
    world = Retail(customers=2_000, return_share=0.1, shops=Shops(branches=60, closed_share=0.3, home_share=0.8))
    case = world.draw(4)
    rows = case.transactions.merge(case.branch_receipts).merge(case.customers[["customer_id", "city"]])
    rows = rows.merge(case.branches, on="branch_id", suffixes=("", "_of_branch"))
    assert len(rows) == len(case.transactions) == len(case.branch_receipts)
    assert (rows["city"].astype(str) == rows["city_of_branch"].astype(str)).all()
    bought = rows[rows["amount"] > 0]
    assert (bought["closed"].isna() | (bought["day"] < bought["closed"])).all()
    # Returns go where the article was bought: each has a purchase there within two weeks.
    pairs = rows[rows["amount"] < 0].merge(bought, on=["customer_id", "branch_id"], suffixes=("", "_then"))
    near = pairs[(pairs["day"] - pairs["day_then"]).dt.days.between(1, 14) & (pairs["amount"] == -pairs["amount_then"])]
    assert near["transaction_id"].nunique() == (rows["amount"] < 0).sum()
    # 80 % at home, and some of the rest by chance: at least 0.8 less 4 standard errors before the closing.
    early = bought[day_of(world, bought["day"]) < 400].merge(case.truth.homes, on="customer_id")
    at_home = (early["branch_id_x"] == early["branch_id_y"]).mean()
    assert 0.8 - 4 * np.sqrt(0.16 / len(early)) < at_home < 0.9


@pytest.mark.parametrize("lifts", [(0.12, 0.08), (0.0, 0.3), (-0.2, 0.0)])
def test_the_shelf_experiment_shows_the_declared_lift(lifts):
    """Difference in differences of log sums: Poisson counts, so its variance is the sum of 1 / count."""
    z = []
    for seed in range(4):
        world = Retail(customers=10, shelf=ShelfTest(lifts=lifts, stores=100))
        shelf = world.draw(seed).shelf
        assert shelf["treated"].mean() == 0.5 and (shelf["moved"] <= shelf["treated"]).all()
        late = shelf["week"] >= pd.Timestamp(world.start) + pd.Timedelta(70, "D")
        assert (shelf["moved"] == (late & shelf["treated"])).all()
        for item, lift in zip(world.shelf.items, lifts, strict=True):
            sums = shelf[shelf["item"] == item].groupby(["treated", late])["pieces"].sum()
            effect = np.log(sums[True, True] / sums[True, False] / (sums[False, True] / sums[False, False]))
            z.append((effect - np.log1p(lift)) / np.sqrt((1 / sums).sum()))
    check(z)


# --- what a knob does not concern ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("knobs", "touched"),
    [
        ({"shelf": ShelfTest()}, set()),
        ({"loyalty": Loyalty(lift=0.0)}, set()),
        ({"shops": Shops()}, set()),
        ({"pricing": Pricing()}, {"transactions", "lines"}),
        ({"rotation": Rotation()}, {"transactions", "lines"}),
    ],
)
def test_tables_without_the_knob_stay_as_they_were(knobs, touched):
    old, new = Retail(customers=300).draw(5), Retail(customers=300, **knobs).draw(5)
    for name, frame in old.frames.items():
        assert frame.equals(new.frames[name]) != (name in touched), name


def test_a_knob_leaves_the_tables_of_the_others_as_they_were():
    one = Retail(customers=300, shelf=ShelfTest()).draw(5)
    two = Retail(customers=300, shelf=ShelfTest(), pricing=Pricing(), loyalty=Loyalty(lift=0.0)).draw(5)
    assert one.shelf.equals(two.shelf) and "prices" in two.frames and "prices" not in one.frames


@pytest.mark.parametrize("seed", range(5))
def test_weaving_is_a_stable_sort_by_day(seed):
    rng = np.random.default_rng(seed)
    days = [np.sort(rng.integers(0, 9, size=n)) for n in (rng.integers(0, 30), rng.integers(0, 8))]
    both = np.concatenate(days)
    values = np.arange(len(both))
    ends = [np.searchsorted(one, np.arange(9), side="right") for one in days]
    n = len(days[0])
    woven = weave(values[:n], ends[0], values[n:], ends[1])
    assert woven.tolist() == values[np.argsort(both, kind="stable")].tolist()


def test_many_times_are_sorted_as_a_stable_sort_does():
    rng = np.random.default_rng(1)
    for when in (rng.random(30_000) * 900, rng.integers(0, 40, size=30_000) / 4, np.zeros(5), np.empty(0)):
        assert (_by_day(when) == np.argsort(when, kind="stable")).all()


@pytest.mark.parametrize("products", [1, 3, 64, 5_000])
def test_the_guide_reads_what_a_plain_search_finds(products):
    """Also at the steps themselves and at the edges of the cells."""
    rng = np.random.default_rng(products)
    tastes = [taste / taste.sum() for taste in rng.gamma(0.5, size=(3, products))]
    ladders = [np.append(np.cumsum(taste)[:-1], 1.0) for taste in tastes]
    chance = np.concatenate([rng.random(20_000), np.arange(4096) / 4096, *(ladder[:-1] for ladder in ladders)])
    chance = chance[chance < 1]
    region = rng.integers(3, size=len(chance))
    found = Guide.of(tastes).read(region, chance)
    for code, ladder in enumerate(ladders):
        here = region == code
        assert (found[here] == np.searchsorted(ladder, chance[here], side="right")).all()


BAD = {
    "growth": (lambda: Retail(growth=9), "growth=9 must be a number at least -5 and at most 5"),
    "promotion": (lambda: Pricing(promotion_share=8), "pricing promotion_share=8 must be a share"),
    "depth": (lambda: Pricing(depths=(1.0,)), "pricing depth=1.0 must be a number"),
    "no depth": (lambda: Pricing(depths=()), r"pricing depths=\(\) must give at least one"),
    "rotation": (lambda: Rotation(weeks=0), "rotation weeks=0 must be a whole number, at least 1"),
    "fade": (lambda: Rotation(fade_weeks=0.0), "rotation fade_weeks=0.0 must be a number above 0"),
    "lift": (lambda: Loyalty(lift=-0.1), "loyalty lift=-0.1 must be a number at least 0"),
    "tiers": (lambda: Loyalty(thresholds=(0.0, 5.0, 5.0)), "loyalty thresholds=.* rising from 0"),
    "war after the end": (
        lambda: Retail(days=400, campaign=None, rival=RivalSale(day=390, days=20)),
        "rival day=390 lies outside the window of days=400; give a day inside, or rival=None",
    ),
    "closing after the end": (
        lambda: Retail(days=300, campaign=None, shops=Shops(closed_share=0.1)),
        "shops closing_day=400 lies outside the window of days=300",
    ),
    "few branches": (
        lambda: Retail(shops=Shops(branches=2)),
        "shops branches=2 must be at least 6, one for each region",
    ),
    "shelf too long": (
        lambda: Retail(days=100, campaign=None, shelf=ShelfTest()),
        "shelf weeks=20 lies outside the window of days=100",
    ),
    "shelf items": (
        lambda: Retail(shelf=ShelfTest(items=("gold mug", "plain vase"))),
        "shelf items name 'gold mug', which is not among",
    ),
    "shelf moved": (
        lambda: ShelfTest(moved_after=20),
        "shelf moved_after=20 must be a whole number, at least 1 and at",
    ),
    "category": (lambda: Category("x", (), 5.0), r"category 'x': articles=\(\) must name at least one"),
    "elasticity": (
        lambda: Category("x", ("a",), 5.0, -1.0),
        "category 'x': elasticity=-1.0 must be a number at least 0",
    ),
    "styles": (lambda: Retail(styles=("a", "b")), r"styles=\('a', 'b'\) must name 4"),
    "articles twice": (
        lambda: Retail(categories=(Category("x", ("a",), 5.0), Category("y", ("a",), 5.0)), rules=()),
        r"articles of categories use the names \['a'\] more than once",
    ),
}


@pytest.mark.parametrize("what", BAD)
def test_wrong_knobs_are_refused_with_name_value_and_range(what):
    call, said = BAD[what]
    with pytest.raises(ValueError, match=said):
        call()
