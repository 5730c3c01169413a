"""What is out of the ordinary? Early warning, control charts, what samples tell, fair league tables."""

from crmkit.monitor.alarm import Alarm, alarm
from crmkit.monitor.charts import EWMA, Shewhart
from crmkit.monitor.counts import c_chart, c_run_length, p_chart, p_run_length
from crmkit.monitor.hindsight import Hindsight, hindsight
from crmkit.monitor.league import league, league_means
from crmkit.monitor.run_length import RunLength
from crmkit.monitor.samples import mean_interval, share_interval
from crmkit.monitor.sizes import Change, before_after, sample_size_mean, sample_size_share
from crmkit.monitor.warn import behind_plan, limit_exceeded, over_plan

__all__ = [
    "EWMA",
    "Alarm",
    "Change",
    "Hindsight",
    "RunLength",
    "Shewhart",
    "alarm",
    "before_after",
    "behind_plan",
    "c_chart",
    "c_run_length",
    "hindsight",
    "league",
    "league_means",
    "limit_exceeded",
    "mean_interval",
    "over_plan",
    "p_chart",
    "p_run_length",
    "sample_size_mean",
    "sample_size_share",
    "share_interval",
]
