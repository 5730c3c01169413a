"""How long do they wait? Exact formulas of call queues, and staffing by promises or by money."""

from crmkit.queues.centre import CallCentre, Service
from crmkit.queues.classic import pollaczek_khinchine, priority_waits, square_root_agents
from crmkit.queues.erlang import erlang_a, erlang_b, erlang_c, erlang_x
from crmkit.queues.patience import mmng
from crmkit.queues.staffing import staff, staff_by_money

__all__ = [
    "CallCentre",
    "Service",
    "erlang_a",
    "erlang_b",
    "erlang_c",
    "erlang_x",
    "mmng",
    "pollaczek_khinchine",
    "priority_waits",
    "square_root_agents",
    "staff",
    "staff_by_money",
]
