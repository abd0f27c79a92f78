"""Figures that are looked up when somebody asks for the metrics."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from kernel import outbox
from kernel.registry import active_modules, quarantined_modules


class Figures(Collector):
    """The state of the modules, of the outbox and of the database, as of now."""

    def collect(self) -> Iterator[Metric]:
        """Yield the figures; without a database, those that need none."""
        modules = GaugeMetricFamily(
            "module_up",
            "1 for a module that runs, 0 for a quarantined one",
            labels=["module"],
        )
        for name in active_modules():
            modules.add_metric([name], 1)
        for name in quarantined_modules():
            modules.add_metric([name], 0)
        yield modules
        try:
            counts = outbox.counts()
        except SQLAlchemyError:
            yield GaugeMetricFamily("database_up", "Whether it answers", 0)
            return
        yield GaugeMetricFamily("database_up", "Whether it answers", 1)
        deliveries = GaugeMetricFamily(
            "outbox_deliveries", "Deliveries in the outbox", labels=["state"]
        )
        for state, count in counts.items():
            deliveries.add_metric([state.lower()], count)
        yield deliveries
