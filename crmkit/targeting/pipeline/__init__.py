"""Opportunities on their way: shares that go on, what the open ones will bring, what a source returns."""

from crmkit.targeting.pipeline.ahead import Forecast, forecast
from crmkit.targeting.pipeline.conversion import chance_from, conversion
from crmkit.targeting.pipeline.sources import source_return

__all__ = ["Forecast", "chance_from", "conversion", "forecast", "source_return"]
