"""The retail world: what it declares is what it draws, tables hang together, wrong fields are refused.

Recovery tests measure in standard errors (z). Means of z over seeds and groups stay within 3 to 4 standard errors;
no digit of a seed is written down.
"""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit.worlds import Campaign, Kind, PlantedRule, Region, Retail
from crmkit.worlds.retail.catalogue import STYLES
from crmkit.worlds.retail.world import KINDS, REGIONS, RULES, SEASON

TABLES = ("customers", "products", "transactions", "lines", "contacts")
TRUTHS = ("customers", "rules", "preferences")


def flat(**changes):
    """The default kinds without seasons, mailing, returns or rules."""
    kinds = tuple(
        Kind(k.name, k.share, k.purchases_per_year, k.rate_shape, k.lapses_per_year, k.lapse_shape, k.pieces, 0.0, 0.0)
        for k in KINDS
    )
    return Retail(
        **({"customers": 4_000, "kinds": kinds, "campaign": None, "rules": (), "return_share": 0.0} | changes)
    )


def one_kind(customers=4_000, rate=8.0, shape=2.0, lapse=0.5, lapse_shape=2.0, pieces=2.0, seasonality=0.0, **changes):
    kind = Kind("only", 1.0, rate, shape, lapse, lapse_shape, pieces, seasonality, 0.0)
    return flat(**({"customers": customers, "kinds": (kind,), "joining_share": 0.0} | changes))


@pytest.fixture(scope="module")
def cases():
    """Three cases of the default world, drawn once."""
    return [Retail(customers=4_000).draw(seed) for seed in range(3)]


def purchases(case):
    return case.transactions[case.transactions["amount"] > 0]


def z_of_share(hits, of, chance):
    return (hits - of * chance) / np.sqrt(of * chance * (1 - chance))


# --- who they are -------------------------------------------------------------------------------------


def test_kinds_and_cities_have_their_shares(cases):
    z = []
    for case in cases:
        for parts, drawn in ((KINDS, case.truth.customers["kind"]), (REGIONS, case.customers["city"])):
            sizes = drawn.value_counts()
            z += [z_of_share(sizes[part.name], len(drawn), part.share) for part in parts]
    assert np.abs(z).max() < 4 and np.mean(np.square(z)) < 2  # 33 shares; mean square near 1


def test_kinds_live_everywhere_alike(cases):
    for case in cases:
        both = pd.crosstab(case.truth.customers["kind"], case.customers["city"])
        assert stats.chi2_contingency(both).pvalue > 1e-4


@pytest.mark.parametrize("name", [kind.name for kind in KINDS])
def test_rates_and_hazards_follow_the_declared_gamma_laws(cases, name):
    kind = next(one for one in KINDS if one.name == name)
    for case in cases:
        truth = case.truth.customers[case.truth.customers["kind"] == name]
        for values, mean, shape in (
            (truth["purchases_per_year"], kind.purchases_per_year, kind.rate_shape),
            (truth["lapses_per_year"], kind.lapses_per_year, kind.lapse_shape),
        ):
            assert stats.kstest(values, stats.gamma(shape, scale=mean / shape).cdf).pvalue > 1e-4
            # Mean of n gamma draws: standard error mean / sqrt(shape n).
            assert values.mean() == pytest.approx(mean, abs=4 * mean / np.sqrt(shape * len(values)))


def test_members_join_evenly_over_the_declared_part_of_the_window():
    for share in (1.0, 0.25):
        world = flat(joining_share=share)
        day = (world.draw(2).customers["joined"] - pd.Timestamp(world.start)).dt.days
        part = world.days * share
        assert day.max() < part and stats.kstest(day + 0.5, stats.uniform(0, part).cdf).pvalue > 1e-3
    at_once = flat(joining_share=0.0).draw(1).customers["joined"]
    assert (at_once == pd.Timestamp(2024, 1, 1)).all()


# --- when they buy and leave -----------------------------------------------------------------------------


def test_repeat_purchases_come_at_each_members_own_rate():
    """Given rate and time as a customer the count is Poisson: z by kind over four worlds without seasons.
    Whole days hide where in the day one joined and left; on average half a day each, which cancels."""
    z = []
    for seed in range(4):
        world = flat()
        case = world.draw(seed)
        truth = case.truth.customers.set_index("customer_id")
        end = pd.Timestamp(world.end)
        joined = case.customers.set_index("customer_id")["joined"]
        here = (truth["lapsed"] - joined).dt.days.where(~truth["alive"], (end - joined).dt.days + 0.5)
        expected = truth["purchases_per_year"] / 365 * here
        bought = case.transactions["customer_id"].value_counts().reindex(truth.index, fill_value=0) - 1
        sums = pd.DataFrame({"bought": bought, "expected": expected}).groupby(truth["kind"]).sum()
        z += ((sums["bought"] - sums["expected"]) / np.sqrt(sums["expected"])).tolist()
    assert np.abs(z).max() < 4 and abs(np.mean(z)) < 3 / np.sqrt(len(z))


def test_members_leave_at_their_own_hazard():
    """Among those who joined before a day, who is still there on it: exp(-hazard x time) each."""
    z = []
    for seed in range(4):
        world = flat()
        case = world.draw(seed)
        truth = case.truth.customers
        start = pd.Timestamp(world.start)
        joined = (case.customers["joined"] - start).dt.days + 0.5
        left = (truth["lapsed"] - start).dt.days.where(~truth["alive"], np.inf)
        for day in (100, 365, world.days):
            there = joined < day - 1
            stay = np.exp(-truth["lapses_per_year"] / 365 * (day - joined))[there]
            still = (left >= day)[there]
            z.append((still.sum() - stay.sum()) / np.sqrt((stay * (1 - stay)).sum()))
    assert np.abs(z).max() < 4 and abs(np.mean(z)) < 3 / np.sqrt(4)  # the three days of one world hang together


def test_nobody_buys_before_joining_or_after_leaving(cases):
    for case in cases:
        log = purchases(case).merge(case.customers[["customer_id", "joined"]]).merge(case.truth.customers)
        assert (log["day"] >= log["joined"]).all()
        assert (log["day"] <= log["lapsed"].fillna(pd.Timestamp.max.normalize())).all()
        truth = case.truth.customers
        assert (truth["lapsed"].isna() == truth["alive"]).all()


def pareto_nbd_mean(r, alpha, s, beta, t):
    """Schmittlein, Morrison & Colombo (1987), equation 17: mean repeat purchases of a new customer in time t."""
    return r * beta / (alpha * (s - 1)) * (1 - (beta / (beta + t)) ** (s - 1))


PARETO_NBD = {
    "brisk": dict(rate=8.0, shape=2.0, lapse=0.5, lapse_shape=2.0),
    "heavy tail of lives": dict(rate=6.0, shape=0.7, lapse=1.0, lapse_shape=0.6),
    "lasting": dict(rate=3.0, shape=4.0, lapse=0.1, lapse_shape=5.0),
}


@pytest.mark.parametrize("name", PARETO_NBD)
@pytest.mark.parametrize("days", [60, 731])
def test_a_single_kind_without_seasons_is_the_pareto_nbd_model(name, days):
    """Members join within the first day, so on average half a day is missing from their time. Five worlds."""
    law = PARETO_NBD[name]
    r, alpha = law["shape"], law["shape"] / law["rate"]
    s, beta = law["lapse_shape"], law["lapse_shape"] / law["lapse"]
    time = (days - 0.5) / 365
    mean, alive = pareto_nbd_mean(r, alpha, s, beta, time), (beta / (beta + time)) ** s
    z, z_alive = [], []
    for seed in range(5):
        case = one_kind(**law, days=days).draw(seed)
        repeat = case.transactions["customer_id"].value_counts() - 1
        z.append((repeat.mean() - mean) / (repeat.std() / np.sqrt(len(repeat))))
        z_alive.append(z_of_share(case.truth.customers["alive"].sum(), len(repeat), alive))
    for some in (z, z_alive):
        assert abs(np.mean(some)) < 3 / np.sqrt(5) and np.abs(some).max() < 4


def test_counts_of_members_who_stay_are_negative_binomial():
    """The limit without leaving: chances of 0, 1, 2, ... repeat purchases by the NBD, in a chi-square test."""
    rate, shape = 2.0, 1.5
    world = one_kind(rate=rate, shape=shape, lapse=1e-6, days=365, customers=8_000)
    law = stats.nbinom(shape, 1 / (1 + rate * 364.5 / 365 / shape))
    for seed in range(3):
        repeat = (world.draw(seed).transactions["customer_id"].value_counts() - 1).clip(upper=8)
        wanted = np.append(law.pmf(np.arange(8)), law.sf(7)) * len(repeat)
        assert stats.chisquare(np.bincount(repeat, minlength=9), wanted).pvalue > 1e-3


@pytest.mark.parametrize("strength", [0.0, 1.0, 2.0])
def test_months_have_the_declared_season(strength):
    """A kind that nobody leaves: purchases a month in proportion to factor ** seasonality x days of the month."""
    world = one_kind(rate=12.0, lapse=1e-6, seasonality=strength)
    repeat = world.draw(4).transactions.iloc[world.customers :]
    repeat = repeat[repeat["day"] > pd.Timestamp(world.start)]  # the first day holds the joining
    months = pd.period_range("2024-01", "2025-12", freq="M")
    seen = repeat["day"].dt.to_period("M").value_counts().reindex(months)
    days = months.days_in_month.to_numpy() - (np.arange(24) == 0)
    weight = np.tile(SEASON, 2) ** strength * days
    # Members keep their rate from month to month, so given the total the months are multinomial.
    assert stats.chisquare(seen, weight / weight.sum() * seen.sum()).pvalue > 1e-4
    # And the season only moves purchases about: a year has as many as declared.
    per_year = len(repeat) / world.customers / (730 / 365)
    assert per_year == pytest.approx(12, abs=4 * 12 / np.sqrt(2 * world.customers) + 0.05)


# --- what lies in the basket --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [kind.name for kind in KINDS])
def test_first_baskets_have_the_declared_size(name):
    """1 + Poisson(m) picks with m gamma of shape 4: variance (p - 1) + (p - 1) ** 2 / 4 for a mean of p pieces."""
    kind = next(one for one in KINDS if one.name == name)
    more = kind.pieces - 1
    z = []
    for seed in range(3):
        case = flat().draw(seed)
        size = case.lines.groupby("basket_id")["quantity"].sum()
        first = case.transactions.drop_duplicates("customer_id").set_index("customer_id")["transaction_id"]
        truth = case.truth.customers
        sizes = size.loc[first.loc[truth.loc[truth["kind"] == name, "customer_id"]]]
        z.append((sizes.mean() - kind.pieces) / np.sqrt((more + more**2 / 4) / len(sizes)))
    assert np.abs(z).max() < 4


def test_planted_rules_add_with_the_declared_chance_over_and_above_taste():
    """The same seed without rules gives the same picks: what differs is what the rules added."""
    hits = {(rule.antecedent, rule.consequent): [0, 0] for rule in RULES}
    for seed in range(3):
        with_rules, without = (Retail(customers=3_000, return_share=0, rules=rules).draw(seed) for rules in (RULES, ()))
        pd.testing.assert_frame_equal(
            with_rules.transactions.drop(columns="amount"), without.transactions.drop(columns="amount")
        )
        pieces = [
            case.lines.pivot_table(
                index="basket_id", columns="item", values="quantity", aggfunc="sum", fill_value=0, observed=False
            )
            for case in (with_rules, without)
        ]
        added = pieces[0] - pieces[1]
        for rule in RULES:
            holds = pieces[1][rule.antecedent] > 0
            assert added.loc[holds, rule.consequent].isin([0, 1]).all()
            hits[(rule.antecedent, rule.consequent)][0] += int(added.loc[holds, rule.consequent].sum())
            hits[(rule.antecedent, rule.consequent)][1] += int(holds.sum())
            assert (added.loc[~holds, rule.consequent] == 0).all()  # each consequent belongs to one rule
        others = added.drop(columns=[rule.consequent for rule in RULES])
        assert (others == 0).all(axis=None)
    z = [z_of_share(*hits[(rule.antecedent, rule.consequent)], rule.chance) for rule in RULES]
    assert np.abs(z).max() < 4


def test_declared_amount_and_margin_are_the_means_drawn(cases):
    """Each member's true mean against their purchases, pooled by kind. Returns are in the declared margin: a share of
    purchases is brought back whole."""
    z = {"amount": [], "margin": []}
    for case in cases:
        lines = case.lines.merge(case.products, on="item", suffixes=("", "_shelf"))
        lines["margin"] = lines["quantity"] * (lines["price"] - lines["cost"])
        log = purchases(case).copy()
        log["margin"] = log["transaction_id"].map(lines.groupby("basket_id")["margin"].sum())
        log["margin"] *= 1 - case.truth.world.return_share
        both = log.merge(case.truth.customers, on="customer_id")
        for name in z:
            off = (both[name] - both[f"{name}_per_purchase"]).groupby(both["kind"], observed=True)
            z[name] += (off.mean() / off.sem()).tolist()
    for name in z:
        assert np.abs(z[name]).max() < 4 and abs(np.mean(z[name])) < 3 / np.sqrt(len(z[name])), name


def test_returns_have_the_declared_share():
    """Each purchase comes back with the share; those that would come after the window are not seen: of a purchase d
    days before the end, d of 14 delays (at most 14)."""
    for seed, share in ((1, 0.03), (2, 0.5), (3, 1.0)):
        world = flat(return_share=share)
        case = world.draw(seed)
        left = (pd.Timestamp(world.end) - purchases(case)["day"]).dt.days.clip(upper=14)
        chance = share * left / 14
        back = (case.transactions["amount"] < 0).sum()
        assert abs(back - chance.sum()) < 4 * np.sqrt((chance * (1 - chance)).sum()) + 1e-9
    assert (flat(return_share=0.0).draw(1).transactions["amount"] > 0).all()


def test_prices_and_costs_leave_a_margin(cases):
    goods = cases[0].products
    assert (goods["price"] >= 5).all() and (goods["cost"] < goods["price"]).all() and (goods["cost"] > 0).all()
    assert set(goods["style"]) == set(STYLES) and goods["item"].is_unique and len(goods) == 64


def test_cities_without_a_style_do_not_buy_it():
    regions = (Region("A", 0.5, (1, 0, 1, 1)), Region("B", 0.5, (0, 1, 0, 0)))
    case = Retail(customers=300, regions=regions, rules=()).draw(1)
    city = case.transactions.merge(case.customers[["customer_id", "city"]]).set_index("transaction_id")["city"]
    style = case.lines["item"].map(case.products.set_index("item")["style"]).astype(str)
    table = pd.crosstab(case.lines["basket_id"].map(city), style)
    assert table.loc["A", "bright"] == 0 and table.loc["B"].drop("bright").eq(0).all()
    shares = case.truth.preferences.set_index(["city", "style"])["share"]
    assert shares["A", "bright"] == 0 and shares["B", "bright"] == pytest.approx(1)


def test_declared_tastes_weigh_cities_by_what_their_members_buy():
    """Many small baskets beside few large ones, and a rule between styles: who buys how often then shows in the shares.
    Pieces that a rule adds hang on others, so the mean square of z may reach 2; by members alone it would be above 20."""
    often = Kind("often", 0.5, 20.0, 5.0, 0.01, 5.0, 1.0, 0.0, 0.0)
    much = Kind("much", 0.5, 1.0, 5.0, 0.01, 5.0, 8.0, 0.0, 0.0)
    rules = (PlantedRule("small floral cushion", "bright cushion", 1.0),)
    world = flat(kinds=(often, much), products=8, rules=rules, customers=3_000)
    squares = []
    for seed in range(4):
        case = world.draw(seed)
        style = case.lines["item"].map(case.products.set_index("item")["style"]).astype(str)
        city = case.transactions.merge(case.customers[["customer_id", "city"]]).set_index("transaction_id")["city"]
        pieces = (
            case.lines["quantity"].groupby([case.lines["basket_id"].map(city), style], observed=True).sum().unstack()
        )
        truth = case.truth.preferences.pivot(index="city", columns="style", values="share").loc[
            pieces.index, pieces.columns
        ]
        total = pieces.sum(axis=1).to_numpy()[:, None]
        squares.append((((pieces / total - truth) ** 2) / (truth * (1 - truth) / total)).to_numpy().mean())
    assert np.mean(squares) < 2


# --- the mailing and the future -----------------------------------------------------------------------------


def test_mailed_members_of_each_kind_buy_as_much_more_as_declared():
    """Treated mean - (1 + uplift) x control mean is 0 for each kind; all seasons, all ways to leave. Four worlds."""
    z = []
    for seed in range(4):
        world = Retail(customers=8_000, rules=(), return_share=0)
        case = world.draw(seed)
        age = (case.transactions["day"] - case.contacts["day"].iloc[0]).dt.days
        new = case.customers[case.customers["joined"] >= case.contacts["day"].iloc[0]]["customer_id"]
        bought = case.transactions[age.between(0, 27) & ~case.transactions["customer_id"].isin(new)]
        arms = case.contacts.assign(n=case.contacts["customer_id"].map(bought["customer_id"].value_counts()).fillna(0))
        arms = arms.merge(case.truth.customers[["customer_id", "kind", "uplift"]])
        for kind in KINDS:
            rows = arms[arms["kind"] == kind.name]
            assert (rows["uplift"] == kind.uplift).all()
            one, other = rows.loc[rows["treated"], "n"], rows.loc[~rows["treated"], "n"]
            error = np.sqrt(one.var() / len(one) + (1 + kind.uplift) ** 2 * other.var() / len(other))
            z.append((one.mean() - (1 + kind.uplift) * other.mean()) / error)
    assert np.abs(z).max() < 4 and abs(np.mean(z)) < 3 / np.sqrt(len(z))


def test_a_mailing_works_only_in_its_days():
    strong = one_kind(
        customers=3_000, rate=6.0, lapse=1e-6, campaign=Campaign(day=200, treated_share=1.0, response_days=10)
    )
    strong = Retail(**{**vars(strong), "kinds": (Kind("only", 1.0, 6.0, 2.0, 1e-6, 2.0, 2.0, 0.0, 5.0),)})
    day = (strong.draw(1).transactions["day"] - pd.Timestamp(strong.start)).dt.days
    per_day = np.bincount(day, minlength=strong.days)[1:] / strong.customers * 365 / 6.0  # 1 where nothing is sent
    error = np.sqrt(365 / 6.0 / strong.customers)  # of one day; rates add a little
    assert per_day[199:209] == pytest.approx(6, abs=5 * np.sqrt(6) * error)
    assert np.delete(per_day, np.arange(199, 209)) == pytest.approx(1, abs=6 * error)


def test_everyone_or_nobody_can_be_mailed():
    for share in (0.0, 1.0):
        contacts = Retail(customers=200, campaign=Campaign(treated_share=share, cost=3.5)).draw(1).contacts
        assert (contacts["treated"] == bool(share)).all() and (contacts["cost"] == 3.5 * share).all()


def longer(world, days):
    """The same members in a longer window: they join as before, since the joining part keeps its length."""
    return Retail(**{**vars(world), "days": days, "joining_share": world.joining_share * world.days / days})


@pytest.mark.parametrize("seed", range(3))
def test_the_next_year_comes_as_declared(seed):
    """Draw the same world a year longer: members, rates and days of leaving stay the same and the year after is there
    to be counted. Sums by kind in standard errors of the differences."""
    world = Retail(customers=6_000, campaign=None, rules=(), return_share=0)
    case, on = world.draw(seed), longer(world, world.days + 365).draw(seed)
    truth = case.truth.customers
    pd.testing.assert_series_equal(truth["purchases_per_year"], on.truth.customers["purchases_per_year"])
    pd.testing.assert_series_equal(case.customers["joined"], on.customers["joined"])
    assert (on.truth.customers["alive"] <= truth["alive"]).all()
    next_year = on.transactions[on.transactions["day"] > pd.Timestamp(world.end)]
    n = truth["customer_id"].map(next_year["customer_id"].value_counts()).fillna(0)
    assert (n[~truth["alive"]] == 0).all() and (truth.loc[~truth["alive"], "purchases_next_year"] == 0).all()
    off = (n - truth["purchases_next_year"])[truth["alive"]].groupby(truth["kind"], observed=True)
    z = off.sum() / np.sqrt(off.apply(lambda d: (d**2).sum()))
    assert np.abs(z).max() < 4
    # Over tenths of the declared means too: the declaration is right member by member, not only on average.
    tenth = pd.qcut(truth["purchases_next_year"][truth["alive"]], 10)
    off = (n - truth["purchases_next_year"])[truth["alive"]].groupby(tenth, observed=True)
    assert np.abs(off.sum() / np.sqrt(off.apply(lambda d: (d**2).sum()))).max() < 4


def test_the_declared_future_is_rate_times_season_times_being_there():
    """Second way, customer by customer: a sum over days of rate x season of that day x mean chance of being there."""
    world = Retail(customers=600, season=(3.0, 1, 1, 1, 1, 0.2, 1, 1, 1, 1, 1, 2.0))
    truth = world.draw(1).truth.customers
    alive = truth[truth["alive"]]
    hazard = alive["lapses_per_year"].to_numpy()[:, None] / 365
    days = [world.end + dt.timedelta(days=1 + at) for at in range(365)]
    there = np.exp(-hazard * np.arange(365)) * -np.expm1(-hazard) / hazard
    for kind in KINDS:
        mine = (alive["kind"] == kind.name).to_numpy()
        season = np.array([world.season[day.month - 1] ** kind.seasonality for day in days])
        season /= season.mean()
        by_day = alive["purchases_per_year"].to_numpy()[mine, None] / 365 * season * there[mine]
        here = alive[mine]
        np.testing.assert_allclose(here["purchases_next_year"], by_day.sum(axis=1), rtol=1e-6)
        extra = by_day[:, : world.campaign.response_days].sum(axis=1) * kind.uplift
        np.testing.assert_allclose(here["mailing_margin"], extra * here["margin_per_purchase"], rtol=1e-6)
    assert truth.loc[~truth["alive"], ["purchases_next_year", "mailing_margin"]].eq(0).all(axis=None)


def test_the_worth_of_a_mailing_is_as_declared():
    """Send it on the day after the window, to all and to nobody: the margin of what comes in within its days differs by
    the declared sum. Three worlds; standard errors from the squared margins of all those purchases (Poisson)."""
    z = []
    for seed in range(3):
        world = Retail(customers=8_000, rules=(), return_share=0)
        truth = world.draw(seed).truth.customers.set_index("customer_id")
        sums, squares = [], 0.0
        for share in (1.0, 0.0):
            campaign = Campaign(day=world.days, treated_share=share)
            on = longer(Retail(**{**vars(world), "campaign": None}), world.days + 60)
            case = Retail(**{**vars(on), "campaign": campaign}).draw(seed)
            age = (case.transactions["day"] - pd.Timestamp(world.end)).dt.days
            margin = case.transactions[age.between(1, 28)]["customer_id"].map(truth["margin_per_purchase"])
            sums.append(margin.sum())
            squares += (margin**2).sum()
        z.append((sums[0] - sums[1] - truth["mailing_margin"].sum()) / np.sqrt(squares))
    assert abs(np.mean(z)) < 3 / np.sqrt(3) and np.abs(z).max() < 4


# --- how the tables hang together ----------------------------------------------------------------------------

ODD_WORLDS = {
    "default": Retail(customers=800),
    "one customer": Retail(customers=1),
    "one day": Retail(customers=50, days=1, campaign=None),
    "one of each": Retail(customers=1, days=1, campaign=None, rules=(), products=1),
    "no mailing": Retail(customers=100, campaign=None),
    "no rules": Retail(customers=100, rules=()),
    "many returns": Retail(customers=300, return_share=0.6),
    "all returned": Retail(customers=100, return_share=1.0),
    "Chinese": Retail(customers=200, locale="zh_CN"),
    "many articles": Retail(customers=100, products=500),
    "few articles": Retail(customers=100, products=3, rules=()),
    "one city": Retail(customers=50, regions=(Region("昆明", 1.0, (1, 1, 1, 1)),)),
    "joined at once": Retail(customers=100, joining_share=0.0),
    "long ago": Retail(customers=50, start=dt.date(1950, 6, 15)),
    "last day": Retail(customers=100, campaign=Campaign(day=730)),
    "put off": Retail(customers=200, kinds=(Kind("k", 1.0, 20.0, 2.0, 0.1, 2.0, 1.0, 1.0, -1.0),)),
    "circle of rules": Retail(
        customers=200, rules=(PlantedRule("bright mug", "plain mug", 1.0), PlantedRule("plain mug", "bright mug", 1.0))
    ),
}


@pytest.mark.parametrize("name", ODD_WORLDS)
@pytest.mark.parametrize("seed", [0, 1])
def test_tables_hang_together(name, seed):
    world = ODD_WORLDS[name]
    case = world.draw(seed)
    customers, log, lines, goods = case.customers, case.transactions, case.lines, case.products
    first, last = pd.Timestamp(world.start), pd.Timestamp(world.end)

    assert len(customers) == world.customers and customers["customer_id"].is_unique
    assert len(goods) == world.products and goods["item"].is_unique
    assert log["transaction_id"].tolist() == list(range(1, len(log) + 1))  # numbered as they came in
    assert log["day"].is_monotonic_increasing and log["day"].between(first, last).all()
    assert set(log["customer_id"]) == set(customers["customer_id"])  # everyone bought on joining
    assert set(lines["basket_id"]) == set(log["transaction_id"])
    assert set(lines["item"]) <= set(goods["item"])
    assert not lines.duplicated(["basket_id", "item"]).any() and lines["basket_id"].is_monotonic_increasing

    # Lines are at shelf price and add up to the receipt, to the cent; a receipt is bought or brought back as a whole.
    shelf = goods.set_index("item")["price"]
    assert (lines["price"].to_numpy() == shelf.loc[lines["item"].astype(str)].to_numpy()).all()
    cents = (lines["price"] * 100).round().astype(int) * lines["quantity"]
    sums = cents.groupby(lines["basket_id"]).sum()
    assert ((log.set_index("transaction_id")["amount"] * 100).round().astype(int) == sums).all()
    sign = np.sign(lines["quantity"])
    assert (
        sign.to_numpy() == np.sign(log.set_index("transaction_id")["amount"].loc[lines["basket_id"]]).to_numpy()
    ).all()

    bought = log[log["amount"] > 0]
    assert (bought.groupby("customer_id")["day"].min() == customers.set_index("customer_id")["joined"]).all()
    if world.campaign is None:
        assert len(case.contacts) == 0 and case.contacts.columns.tolist() == [
            "customer_id",
            "campaign",
            "day",
            "treated",
            "cost",
        ]
    else:
        day = first + pd.Timedelta(days=world.campaign.day)
        members = customers.loc[customers["joined"] < day, "customer_id"]
        assert case.contacts["customer_id"].tolist() == members.tolist()
        assert (case.contacts["day"] == day).all()
        assert (case.contacts["cost"] == np.where(case.contacts["treated"], world.campaign.cost, 0)).all()


@pytest.mark.parametrize("name", ["default", "many returns", "all returned"])
def test_each_return_mirrors_one_purchase_of_the_same_member(name):
    case = ODD_WORLDS[name].draw(3)
    content = case.lines.assign(quantity=case.lines["quantity"].abs()).groupby("basket_id")[["item", "quantity"]]
    content = content.apply(lambda rows: tuple(rows.itertuples(index=False, name=None)))
    log = case.transactions.assign(content=lambda f: f["transaction_id"].map(content))
    for _, rows in log.groupby(["customer_id", "content"]):
        bought = rows[rows["amount"] > 0]["day"].tolist()
        back = sorted(rows[rows["amount"] < 0]["day"])
        assert len(back) <= len(bought)
        # Earliest deadline first finds a partner for each return wherever there is one.
        for day in back:
            partner = [one for one in bought if 1 <= (day - one).days <= 14]
            assert partner
            bought.remove(min(partner))
    paid = log[log["amount"] > 0].groupby(["customer_id", "content"])["amount"].first()
    taken = log[log["amount"] < 0].groupby(["customer_id", "content"])["amount"].first()
    assert (paid.loc[taken.index] == -taken).all()


@pytest.mark.parametrize("name", ODD_WORLDS)
def test_the_truth_covers_everyone_and_adds_up(name):
    world = ODD_WORLDS[name]
    truth = world.draw(1).truth
    people = truth.customers
    assert people["customer_id"].tolist() == world.draw(1).customers["customer_id"].tolist()
    assert (people[["purchases_per_year", "lapses_per_year", "amount_per_purchase"]] > 0).all(axis=None)
    assert people.drop(columns="lapsed").notna().all(axis=None)
    assert len(truth.rules) == len(world.rules)
    shares = truth.preferences.groupby("city")["share"].sum(min_count=1).dropna()
    assert shares.to_numpy() == pytest.approx(1) and len(truth.preferences) == len(world.regions) * len(STYLES)
    assert truth.world is world


# --- seeds and streams -----------------------------------------------------------------------------------------


def frames_of(case):
    return {name: case.frames[name] for name in TABLES} | {f"truth.{name}": case.truth.frames[name] for name in TRUTHS}


def same(one, other):
    return {name for name, frame in frames_of(one).items() if frame.equals(frames_of(other)[name])}


ALL = {*TABLES, *(f"truth.{name}" for name in TRUTHS)}


def test_the_same_seed_gives_the_same_tables_and_another_seed_others():
    world = Retail(customers=300)
    assert same(world.draw(5), world.draw(5)) == ALL
    assert same(world.draw(5), Retail(customers=300).draw(np.random.default_rng(5))) == ALL
    assert same(world.draw(5), world.draw(6)) == {"truth.rules"}


def test_a_generator_goes_on_and_its_case_has_no_seed():
    rng = np.random.default_rng(5)
    one, two = (Retail(customers=50).draw(rng) for _ in range(2))
    assert same(one, two) == {"truth.rules"} and one.seed is None
    assert Retail(customers=50).draw(5).seed == 5


@pytest.mark.parametrize(
    ("change", "touched"),
    [
        (dict(locale="zh_CN"), {"customers"}),
        (dict(return_share=0.2), {"transactions", "lines", "truth.customers"}),  # margins are net of returns
        (dict(rules=()), {"transactions", "lines", "truth.customers", "truth.rules", "truth.preferences"}),
        (dict(campaign=Campaign(cost=1.0)), {"contacts"}),
        (dict(campaign=None), {"contacts", "transactions", "lines", "truth.preferences", "truth.customers"}),
        (dict(season=(1.0,) * 12), {"transactions", "lines", "truth.preferences", "truth.customers"}),
    ],
)
def test_each_table_has_its_own_stream(change, touched):
    """What a knob does not concern stays as it was, to the last bit."""
    untouched = same(Retail(customers=400).draw(9), Retail(**({"customers": 400} | change)).draw(9))
    assert untouched >= ALL - touched


def test_only_names_and_addresses_change_with_the_language():
    one, other = (Retail(customers=200, locale=locale).draw(3).customers for locale in ("en_US", "zh_CN"))
    stay = ["customer_id", "city", "joined"]
    pd.testing.assert_frame_equal(one[stay], other[stay])
    assert (one["name"] != other["name"]).all()


def test_drawing_leaves_the_global_random_state_alone():
    import random

    before = str(np.random.get_state()), random.getstate()  # noqa: NPY002
    Retail(customers=100, locale="zh_CN").draw(1)
    assert (str(np.random.get_state()), random.getstate()) == before  # noqa: NPY002


@pytest.mark.parametrize("seed", [-1, 1.5, None, "7", True])
def test_seeds_that_are_none_are_refused(seed):
    with pytest.raises(ValueError, match=r"seed=.* must be a whole number, 0 or more, or a numpy Generator"):
        Retail(customers=1).draw(seed)


# --- fields ------------------------------------------------------------------------------------------------------

KIND = vars(KINDS[0])
BAD_FIELDS = {
    "no customers": (
        lambda: Retail(customers=0),
        "customers=0 must be a whole number, at least 1 and at most 50,000,000",
    ),
    "half a customer": (lambda: Retail(customers=1.5), "customers=1.5 must be a whole number"),
    "text": (lambda: Retail(customers="many"), "customers='many' must be"),
    "yes": (lambda: Retail(customers=True), "customers=True must be"),
    "no products": (lambda: Retail(products=0), "products=0 must be a whole number, at least 1"),
    "no days": (lambda: Retail(days=0), "days=0 must be a whole number, at least 1"),
    "percent": (lambda: Retail(return_share=3), "return_share=3 must be a share from 0 to 1; write 12 % as 0.12"),
    "nan": (lambda: Retail(joining_share=float("nan")), "joining_share=nan must be a share"),
    "start as text": (lambda: Retail(start="2024-01-01"), r"start='2024-01-01' must be a date.*datetime.date"),
    "start with time": (lambda: Retail(start=dt.datetime(2024, 1, 1)), "start=.* must be a date"),
    "end of time": (lambda: Retail(start=dt.date(9999, 12, 1)), "start=.* must be a date up to 9000"),
    "language": (lambda: Retail(locale="zh_cn"), "locale='zh_cn' is not known; did you mean 'zh_CN'"),
    "no kinds": (lambda: Retail(kinds=()), r"kinds=\(\) must hold at least one"),
    "no regions": (lambda: Retail(regions=()), r"regions=\(\) must hold at least one"),
    "shares of kinds": (lambda: Retail(kinds=KINDS[:2]), "the shares of kinds add up to 0.36; they must add up to 1"),
    "shares of regions": (lambda: Retail(regions=REGIONS[:1]), "the shares of regions add up to 0.3;"),
    "two kinds of one name": (
        lambda: Retail(kinds=tuple(Kind(**{**KIND, "share": 0.5}) for _ in range(2))),
        r"kinds use the names \['home maker'\] more than once",
    ),
    "season": (lambda: Retail(season=(1.0,) * 11), "season=.* must give twelve monthly factors"),
    "month": (lambda: Retail(season=(1.0,) * 11 + (0.0,)), "season, month 12=0.0 must be a number above 0"),
    "rule": (
        lambda: Retail(rules=(PlantedRule("bright mug", "gold mug", 0.5),)),
        "rules name 'gold mug', which is not among the products=64 articles",
    ),
    "chance": (
        lambda: Retail(rules=(PlantedRule("bright mug", "plain mug", 5),)),
        "rule 'bright mug' -> 'plain mug': chance=5",
    ),
    "rule beyond the shelf": (
        lambda: Retail(products=10),
        "rules name .* not among the products=10 articles; raise products",
    ),
    "campaign after the end": (lambda: Retail(days=100), "campaign day=623 lies outside the window of days=100"),
    "campaign day": (lambda: Campaign(day=-1), "campaign day=-1 must be a whole number, at least 0"),
    "campaign share": (lambda: Campaign(treated_share=50), "campaign treated_share=50 must be a share"),
    "campaign length": (lambda: Campaign(response_days=0), "campaign response_days=0 must be"),
    "campaign cost": (lambda: Campaign(cost=float("inf")), "campaign cost=inf must be a number at least 0"),
    "kind share": (lambda: Kind(**{**KIND, "share": 24}), "kind 'home maker': share=24 must be a share"),
    "kind rate": (lambda: Kind(**{**KIND, "purchases_per_year": 0}), "purchases_per_year=0 must be a number above 0"),
    "kind shape": (
        lambda: Kind(**{**KIND, "lapse_shape": -1.0}),
        "kind 'home maker': lapse_shape=-1.0 must be a number above 0",
    ),
    "kind pieces": (
        lambda: Kind(**{**KIND, "pieces": 0.5}),
        "kind 'home maker': pieces=0.5 must be a number at least 1",
    ),
    "kind season": (
        lambda: Kind(**{**KIND, "seasonality": 6}),
        "seasonality=6 must be a number at least 0 and at most 5",
    ),
    "kind uplift": (lambda: Kind(**{**KIND, "uplift": -1.5}), "uplift=-1.5 must be a number at least -1"),
    "region weights": (lambda: Region("X", 1.0, (1, 1, 1)), r"region 'X': styles=\(1, 1, 1\) must give 4 weights"),
    "region weight": (
        lambda: Region("X", 1.0, (1, 1, 1, -1)),
        "region 'X': weight of 'Nordic'=-1 must be a number at least 0",
    ),
    "region without taste": (lambda: Region("X", 1.0, (0, 0, 0, 0)), "region 'X': all style weights are 0"),
}


@pytest.mark.parametrize("what", BAD_FIELDS)
def test_wrong_fields_are_refused_with_name_value_and_range(what):
    call, said = BAD_FIELDS[what]
    with pytest.raises(ValueError, match=said):
        call()


def test_worlds_are_frozen_and_compare_by_their_fields():
    world = Retail(customers=10)
    with pytest.raises(AttributeError):
        world.customers = 20
    assert world == Retail(customers=10) and world != Retail(customers=11)
    assert world.end == dt.date(2025, 12, 31) and hash(world) == hash(Retail(customers=10))
