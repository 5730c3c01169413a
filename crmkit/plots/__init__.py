"""Plots: a result in, Axes out. They neither compute, fit, sample nor show.

In a notebook, ``plots.show(plots.segments(summary))`` displays the picture together
with its text equivalent.
"""

from crmkit.plots.arrivals import calls_ahead, calls_logged
from crmkit.plots.bank import applications, channel_days, claims, commissions, offer_days
from crmkit.plots.baskets import (
    basket_network,
    basket_rules,
    next_steps,
    offer_gain,
    pair_map,
    rule_by_group,
    rules_found,
)
from crmkit.plots.churn import hazard_drivers, list_gains, retention_offer, staying
from crmkit.plots.claim_rates import claim_history, claims_seen
from crmkit.plots.clv import alive_path, back_test, by_frequency, recency_frequency, tracking, value_deciles
from crmkit.plots.contacts import channel_gains, false_alarms, peek_paths, plan_limits
from crmkit.plots.cost import first_channels, hastened, net_worth, ownership
from crmkit.plots.explained import score_reasons, scorecard, tree_rules
from crmkit.plots.house import gain_by_value, hidden, months_online
from crmkit.plots.log import amounts, months, reasons
from crmkit.plots.market import (
    adoption_curve,
    demand_forecast,
    elasticities,
    forecast_errors,
    importance_map,
    price_profit,
    review_capacity,
)
from crmkit.plots.monitor import (
    control_chart,
    early_warnings,
    league_table,
    run_lengths,
    sample_width,
    warning_worth,
)
from crmkit.plots.profit import channel_move, cost_to_serve, equity_split, profit_deciles, whale_curve
from crmkit.plots.queues import day_service, replications, service_by_agents, staffing_cost, waits
from crmkit.plots.regions import residuals, shrinkage
from crmkit.plots.response import chance_profile, claimed_gains, model_profits, profit_curve, reliability
from crmkit.plots.sales import beliefs_after, conversions, focus, quarter, states_ahead
from crmkit.plots.segments import agreement, choose_k, cohorts, concentration, migration, segments, value_matrix
from crmkit.plots.staffing import (
    answered_within,
    day_staffing,
    pooling,
    promise_and_money,
    queue_minutes,
    shift_cover,
    skills_map,
    staying_in_queue,
)
from crmkit.plots.style import Picture, alt, image, percent, png, show
from crmkit.plots.targeting import form, gains, net_gain, programme, promises, trial
from crmkit.plots.telecom import bill_tail, call_day, call_week, leavers, renewals
from crmkit.plots.together import compared, lift_again, lift_of_share
from crmkit.plots.triage import automation_cost, confusion
from crmkit.plots.uplift import rankings, uplift_curve, uplift_quadrants, uplift_rules
from crmkit.plots.worlds import month, pipeline, shelf, topics
from crmkit.plots.worth import equity_by_cohort, option_to_stop, survival, value_by_rank

__all__ = [
    "Picture",
    "adoption_curve",
    "agreement",
    "alive_path",
    "alt",
    "amounts",
    "answered_within",
    "applications",
    "automation_cost",
    "back_test",
    "basket_network",
    "basket_rules",
    "beliefs_after",
    "bill_tail",
    "by_frequency",
    "call_day",
    "call_week",
    "calls_ahead",
    "calls_logged",
    "chance_profile",
    "channel_days",
    "channel_gains",
    "channel_move",
    "choose_k",
    "claim_history",
    "claimed_gains",
    "claims",
    "claims_seen",
    "cohorts",
    "commissions",
    "compared",
    "concentration",
    "confusion",
    "control_chart",
    "conversions",
    "cost_to_serve",
    "day_service",
    "day_staffing",
    "demand_forecast",
    "early_warnings",
    "elasticities",
    "equity_by_cohort",
    "equity_split",
    "false_alarms",
    "first_channels",
    "focus",
    "forecast_errors",
    "form",
    "gain_by_value",
    "gains",
    "hastened",
    "hazard_drivers",
    "hidden",
    "image",
    "importance_map",
    "league_table",
    "leavers",
    "lift_again",
    "lift_of_share",
    "list_gains",
    "migration",
    "model_profits",
    "month",
    "months",
    "months_online",
    "net_gain",
    "net_worth",
    "next_steps",
    "offer_days",
    "offer_gain",
    "option_to_stop",
    "ownership",
    "pair_map",
    "peek_paths",
    "percent",
    "pipeline",
    "plan_limits",
    "png",
    "pooling",
    "price_profit",
    "profit_curve",
    "profit_deciles",
    "programme",
    "promise_and_money",
    "promises",
    "quarter",
    "queue_minutes",
    "rankings",
    "reasons",
    "recency_frequency",
    "reliability",
    "renewals",
    "replications",
    "residuals",
    "retention_offer",
    "review_capacity",
    "rule_by_group",
    "rules_found",
    "run_lengths",
    "sample_width",
    "score_reasons",
    "scorecard",
    "segments",
    "service_by_agents",
    "shelf",
    "shift_cover",
    "show",
    "shrinkage",
    "skills_map",
    "staffing_cost",
    "states_ahead",
    "staying",
    "staying_in_queue",
    "survival",
    "topics",
    "tracking",
    "tree_rules",
    "trial",
    "uplift_curve",
    "uplift_quadrants",
    "uplift_rules",
    "value_by_rank",
    "value_deciles",
    "value_matrix",
    "waits",
    "warning_worth",
    "whale_curve",
]
