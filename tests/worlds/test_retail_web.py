"""Visits to the site follow the declared chain, orders fit the receipts, and the portal has its audiences."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from crmkit.worlds import Audience, Portal, Retail, Web, WebPage
from crmkit.worlds.retail.draw_web import Chain

WEB = Web(days=365)


@pytest.fixture(scope="module")
def cases():
    return [Retail(customers=3_000, campaign=None, web=WEB).draw(seed) for seed in range(3)]


def states(case):
    """Every page with the group, whether the content was seen by then, and what came next."""
    visits = case.visits.merge(case.truth.fans, on="customer_id")
    seen = (visits["page"] == WEB.content).groupby(visits["session_id"]).cummax()
    after = visits.groupby("session_id")["page"].shift(-1).astype(object)
    ordered = visits["session_id"].isin(case.web_orders["session_id"])
    after = after.where(after.notna(), np.where(ordered, "order", "leave"))
    return visits.assign(seen=seen.astype(bool), after=after)


def by_walking(web, fan, steps=400):
    """Second way: push the chances through the chain step by step; (sees content, orders with, orders without)."""
    names = [page.name for page in web.pages]
    at = {(names[0], names[0] == web.content): 1.0}
    sees, with_, without = float(names[0] == web.content), 0.0, 0.0
    for _ in range(steps):
        new = {}
        for (name, seen), chance in at.items():
            page = web.pages[names.index(name)]
            order = page.order * (web.fan_order if fan else 1) * (1 + web.lift * seen)
            with_, without = with_ + chance * order * seen, without + chance * order * (not seen)
            for to, share in zip(names, page.to, strict=True):
                share = share * (web.fan_pull if fan and to == web.content else 1)
                key = (to, seen or to == web.content)
                new[key] = new.get(key, 0.0) + chance * share
                sees += chance * share * (to == web.content and not seen)
        at = new
    return sees, with_, without


@pytest.mark.parametrize("fan", [False, True])
@pytest.mark.parametrize("web", [WEB, Web(content="home"), Web(lift=0.0), Web(content="tea", fan_pull=0.5)])
def test_true_chances_are_those_of_the_chain(web, fan):
    world = Retail(customers=20, web=web)
    row = world.draw(1).truth.web.set_index("fans").loc["fan" if fan else "other"]
    sees, with_, without = by_walking(web, fan)
    assert row["sees_content"] == pytest.approx(sees)
    assert row["sees_content"] * row["order_with"] == pytest.approx(with_)
    assert (1 - row["sees_content"]) * row["order_without"] == pytest.approx(without)
    assert row["order_if_no_lift"] == pytest.approx(sum(by_walking(Web(**{**vars(web), "lift": 0.0}), fan)[1:]))


def test_visits_walk_as_the_chain_declares(cases):
    """What comes next from each page, for fans and others, with and without the content seen: chi-square against the
    declared chances, over all visits together, those with an order and those without."""
    names = [page.name for page in WEB.pages]
    for case in cases:
        rows = states(case)
        pvalues = []
        for (fan, seen, page), part in rows.groupby(["fan", "seen", "page"], observed=True):
            chain = Chain.of(WEB, fan=fan)
            at = names.index(page) + len(names) * seen
            to = chain.move[at].reshape(2, -1).sum(axis=0)
            chance = np.array([*to, chain.order[at], 1 - to.sum() - chain.order[at]])
            found = part["after"].value_counts().reindex([*names, "order", "leave"], fill_value=0).to_numpy()
            assert (found[chance == 0] == 0).all()
            some = chance > 0
            pvalues.append(stats.chisquare(found[some], chance[some] / chance[some].sum() * len(part)).pvalue)
        assert min(pvalues) > 1e-4 and stats.kstest(pvalues, "uniform").pvalue > 1e-3


def test_an_order_is_as_likely_as_the_chain_says_and_the_plain_difference_misleads(cases):
    z = []
    for case in cases:
        first = case.visits.drop_duplicates("session_id").merge(case.truth.fans, on="customer_id")
        ordered = first["session_id"].isin(case.web_orders["session_id"])
        seen = first["session_id"].isin(case.visits.loc[case.visits["page"] == WEB.content, "session_id"])
        truth = case.truth.web.set_index("fans")
        for fan in (False, True):
            row, here = truth.loc["fan" if fan else "other"], first["fan"] == fan
            for some, chance in (
                (seen[here], row["sees_content"]),
                (ordered[here & seen], row["order_with"]),
                (ordered[here & ~seen], row["order_without"]),
            ):
                z.append((some.sum() - len(some) * chance) / np.sqrt(len(some) * chance * (1 - chance)))
        plain = ordered[seen].mean() / ordered[~seen].mean() - 1
        assert plain > WEB.lift  # who sees the content has been on more pages, and is more often a fan
    assert np.abs(z).max() < 4 and abs(np.mean(z)) < 3 / np.sqrt(len(z))


def test_each_purchase_of_the_logged_days_is_the_end_of_one_visit(cases):
    for case in cases:
        world = case.truth.world
        visits, log = case.visits, case.transactions
        bought = log[(log["amount"] > 0) & (log["day"] >= pd.Timestamp(world.end) - pd.Timedelta(WEB.days - 1, "D"))]
        assert sorted(case.web_orders["transaction_id"]) == sorted(bought["transaction_id"])
        assert case.web_orders["session_id"].is_unique
        first = visits.drop_duplicates("session_id").set_index("session_id")
        ends = case.web_orders.merge(log, on="transaction_id").set_index("session_id")
        same = first.loc[ends.index]
        assert (same["customer_id"] == ends["customer_id"]).all() and (same["day"] == ends["day"]).all()
        assert (first["page"] == "home").all()
        # No step where the log ends: visits a day in the last fortnight against the six weeks before it.
        behind = (pd.Timestamp(world.end) - first["day"]).dt.days
        assert 0.7 < behind.between(0, 13).sum() / 14 / (behind.between(14, 55).sum() / 42) < 1.5
        assert visits["session_id"].is_monotonic_increasing and first["day"].is_monotonic_increasing
        assert (visits.groupby("session_id")["step"].diff().dropna() == 1).all()
        assert (visits.groupby("session_id")["at_s"].diff().dropna() > 0).all() and visits["at_s"].min() >= 8 * 3600
        fans = case.truth.fans["fan"]
        assert abs(fans.mean() - WEB.fan_share) < 4 * np.sqrt(0.21 / len(fans))


def test_a_world_of_one_day_and_one_member_has_visits_too():
    case = Retail(customers=1, days=1, campaign=None, web=Web()).draw(3)
    assert len(case.web_orders) == 1 and (case.visits["day"] == pd.Timestamp("2024-01-01")).all()


# --- the portal -----------------------------------------------------------------------------------------------


def test_visitors_of_the_portal_are_as_declared():
    """Pages of an audience by topic are multinomial; visits 1 + Poisson; registering a coin of its own."""
    z = []
    for seed in range(3):
        portal = Portal(visitors=20_000)
        case = Retail(customers=10, portal=portal).draw(seed)
        who = case.visitors.merge(case.truth.visitors, on="visitor_id")
        pages = case.visitor_topics.merge(case.truth.visitors, on="visitor_id")
        assert case.visitor_topics["pages"].min() >= 1
        for one in portal.audiences:
            mine = who[who["audience"] == one.name]
            n = len(mine)
            z.append((n - one.share * len(who)) / np.sqrt(len(who) * one.share * (1 - one.share)))
            z.append((mine["visits"].mean() - one.visits) / np.sqrt((one.visits - 1) / n))
            z.append((mine["registered"].mean() - one.registers) / np.sqrt(one.registers * (1 - one.registers) / n))
            read = pages[pages["audience"] == one.name].groupby("topic", observed=False)["pages"].sum()
            mean = mine["visits"].sum() * one.pages
            z.append((read.sum() - mean) / np.sqrt(mean))
            wanted = np.array(one.leans) * read.sum()
            assert stats.chisquare(read.reindex(portal.topics), wanted).pvalue > 1e-4
        truth = case.truth.audiences.pivot(index="audience", columns="topic", values="share")
        assert truth.sum(axis=1).to_numpy() == pytest.approx(1)
    assert np.abs(z).max() < 4.2 and np.mean(np.square(z)) < 1.8  # 48 z: mean square near 1


BAD = {
    "too many ways": (lambda: WebPage("a", (0.7, 0.4)), "page 'a': the chances add up to 1.1; they must be at most 1"),
    "chance": (lambda: WebPage("a", (7,)), "page 'a': chance=7 must be a share"),
    "ways": (lambda: Web(pages=(WebPage("a", (0.1, 0.1), 0.1),), content="a"), "page 'a': to=.* must give 1 chances"),
    "content": (lambda: Web(content="recipe"), "web content='recipe' is not known; did you mean 'recipes'"),
    "lift": (lambda: Web(lift=10.0), "with lift=10.0, .* the chances of a fan add up to"),
    "no order": (lambda: Web(pages=(WebPage("a", (0.1,)),), content="a"), "web pages lead to no order"),
    "leans": (lambda: Audience("x", 1.0, (0.5, 0.4), 2.0, 2.0, 0.1), "the shares of audience 'x' add up to 0.9"),
    "topics": (lambda: Portal(topics=("a", "b")), r"audience 'patient': leans=.* must give 2 shares"),
    "visitors": (lambda: Portal(visitors=0), "portal visitors=0 must be a whole number, at least 1"),
}


@pytest.mark.parametrize("what", BAD)
def test_wrong_fields_are_refused_with_name_value_and_range(what):
    call, said = BAD[what]
    with pytest.raises(ValueError, match=said):
        call()
