"""Explorers: sliders → a pure function → a plot and a sentence. And fields to answer in."""

from crmkit.explore.answer import ask
from crmkit.explore.approach import channel_costs, claim, contact_plan
from crmkit.explore.baskets import lottery, next_offer, thresholds
from crmkit.explore.brokerage import broker_books, make_or_buy, safe_list, trading_bands
from crmkit.explore.centre import attendant, location, mail_in_idle
from crmkit.explore.churn import price_war
from crmkit.explore.clv import silence, watching
from crmkit.explore.contacts import peeking
from crmkit.explore.cost import customer_costs, first_channel, hastening, one_customer
from crmkit.explore.dialling import targets_a_day
from crmkit.explore.explorer import Explorer, choices, number, share
from crmkit.explore.insurance import claim_history, machine_by_value, score_change
from crmkit.explore.marketing import attributes, bass_by_hand, capacity, pricing
from crmkit.explore.monitor import control_limit, fair_league, five_answers
from crmkit.explore.profit import budget_split, move_work
from crmkit.explore.queues import promise, sites, worth_of_answering
from crmkit.explore.response import cutoff, distortion, profile
from crmkit.explore.retail import budget, clustering, dirt, loyalty, moves, scores, taste
from crmkit.explore.risk import approval, line_warnings, plan_warnings
from crmkit.explore.self_service import after_hours, contained, queue_message, web_answers
from crmkit.explore.shop import sales_ahead, serving_cost
from crmkit.explore.staffing import call_forecast, covering, formula_or_simulation, pooled_sites, promise_or_money
from crmkit.explore.together import (
    beliefs,
    recipe_lift,
    reported_share,
    second_half,
    shelf_pays,
    shelf_trial,
    tea_claim,
)
from crmkit.explore.triage import answered_by_machine
from crmkit.explore.uplift import how_sure, response_or_uplift
from crmkit.explore.whatif import assortment, form, market
from crmkit.explore.worth import contracts_ahead, lifetime, mixed_customers, stopping

__all__ = [
    "Explorer",
    "after_hours",
    "answered_by_machine",
    "approval",
    "ask",
    "assortment",
    "attendant",
    "attributes",
    "bass_by_hand",
    "beliefs",
    "broker_books",
    "budget",
    "budget_split",
    "call_forecast",
    "capacity",
    "channel_costs",
    "choices",
    "claim",
    "claim_history",
    "clustering",
    "contact_plan",
    "contained",
    "contracts_ahead",
    "control_limit",
    "covering",
    "customer_costs",
    "cutoff",
    "dirt",
    "distortion",
    "fair_league",
    "first_channel",
    "five_answers",
    "form",
    "formula_or_simulation",
    "hastening",
    "how_sure",
    "lifetime",
    "line_warnings",
    "location",
    "lottery",
    "loyalty",
    "machine_by_value",
    "mail_in_idle",
    "make_or_buy",
    "market",
    "mixed_customers",
    "move_work",
    "moves",
    "next_offer",
    "number",
    "one_customer",
    "peeking",
    "plan_warnings",
    "pooled_sites",
    "price_war",
    "pricing",
    "profile",
    "promise",
    "promise_or_money",
    "queue_message",
    "recipe_lift",
    "reported_share",
    "response_or_uplift",
    "safe_list",
    "sales_ahead",
    "score_change",
    "scores",
    "second_half",
    "serving_cost",
    "share",
    "shelf_pays",
    "shelf_trial",
    "silence",
    "sites",
    "stopping",
    "targets_a_day",
    "taste",
    "tea_claim",
    "thresholds",
    "trading_bands",
    "watching",
    "web_answers",
    "worth_of_answering",
]
