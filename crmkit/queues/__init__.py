"""How long do they wait? Exact formulas of call queues, a simulator that agrees with them, staffing in money."""

from crmkit.queues.arrivals import Dispersion, arrivals, dispersion
from crmkit.queues.centre import CallCentre, Service
from crmkit.queues.classic import pollaczek_khinchine, priority_waits, square_root_agents
from crmkit.queues.contacts import first_contact_resolution, handle_times
from crmkit.queues.crew import Line, Team
from crmkit.queues.day import day, modified_load
from crmkit.queues.erlang import erlang_a, erlang_b, erlang_c, erlang_x
from crmkit.queues.forecast import BackTest, Forecast, backtest, forecast
from crmkit.queues.measure import measure
from crmkit.queues.patience import mmng
from crmkit.queues.patterns import day_intervals, shift_patterns
from crmkit.queues.runs import replicate
from crmkit.queues.shifts import ShiftPlan, cover_shifts
from crmkit.queues.simulate import simulate
from crmkit.queues.skills import SkillPlan, staff_skills
from crmkit.queues.split import at_sites, by_value
from crmkit.queues.staffing import staff, staff_by_money
from crmkit.queues.waiting import Patience, compare_patience, fit_patience, patience_curve
from crmkit.queues.work import backlog, done_within
from crmkit.queues.worth import ValuePlan, staff_by_value

__all__ = [
    "BackTest",
    "CallCentre",
    "Dispersion",
    "Forecast",
    "Line",
    "Patience",
    "Service",
    "ShiftPlan",
    "SkillPlan",
    "Team",
    "ValuePlan",
    "arrivals",
    "at_sites",
    "backlog",
    "backtest",
    "by_value",
    "compare_patience",
    "cover_shifts",
    "day",
    "day_intervals",
    "dispersion",
    "done_within",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "erlang_x",
    "first_contact_resolution",
    "fit_patience",
    "forecast",
    "handle_times",
    "measure",
    "mmng",
    "modified_load",
    "patience_curve",
    "pollaczek_khinchine",
    "priority_waits",
    "replicate",
    "shift_patterns",
    "simulate",
    "square_root_agents",
    "staff",
    "staff_by_money",
    "staff_by_value",
    "staff_skills",
]
