"""The pictures of a report, one family a module: each is a function that gives a picture, or None where there is
nothing to draw.

Each picture explains its marks in its subtitle, has its data as a table, and a sentence for those who cannot see it.
altair is imported inside the functions: who only asks for a page's text does not wait for it.
"""

from cupola.lab.reporting.charts.events import promotions
from cupola.lab.reporting.charts.forest import forest
from cupola.lab.reporting.charts.physics import heartbeat, heat_distribution
from cupola.lab.reporting.charts.predictions import all_predicted, predicted, reliability
from cupola.lab.reporting.charts.sequence import order, single, warming
from cupola.lab.reporting.charts.spread import against_itself, histograms

__all__ = [
    "against_itself",
    "all_predicted",
    "forest",
    "heartbeat",
    "heat_distribution",
    "histograms",
    "order",
    "predicted",
    "promotions",
    "reliability",
    "single",
    "warming",
]
