"""Statistics of latencies in integers: sums, posterior of the mean, speedup as a ratio of means, median.

The model, said once: latencies of one arm are independent draws from a normal distribution whose mean and
deviation are both unknown, with the reference prior p(mean, deviation) ~ 1 / deviation. Then the posterior of the
mean is Student's t with n - 1 degrees of freedom, centred at the sample mean and scaled by s / sqrt(n) (H. Jeffreys,
Theory of Probability, 1939; A. Gelman and others, Bayesian Data Analysis, 2013, section 3.2). Real latencies are
skewed: for the many samples that are taken here the mean is near normal all the same, and `median` does not care.
Samples of one run are not independent either; repeat the run, and believe the spread of the runs.

All decisions and figures are integers: nanoseconds, Q48.16 (runtime/q48), and finer fixed point inside. Every
function is a kernel function that also runs as plain Python, on `plain(Samples)` in the place of memory.
"""

from __future__ import annotations

from cupola.runtime.statistics.histogram import Histogram, add_to_histogram, median
from cupola.runtime.statistics.posterior import LEAST_SAMPLES, credible_interval, deviation, mean, quantile
from cupola.runtime.statistics.records import plain, read
from cupola.runtime.statistics.report import report
from cupola.runtime.statistics.samples import LONGEST, MOST_SAMPLES, Samples, clear, record
from cupola.runtime.statistics.speedup import probability_above, speedup, speedup_interval

__all__ = [
    "LEAST_SAMPLES",
    "LONGEST",
    "MOST_SAMPLES",
    "Histogram",
    "Samples",
    "add_to_histogram",
    "clear",
    "credible_interval",
    "deviation",
    "mean",
    "median",
    "plain",
    "probability_above",
    "quantile",
    "read",
    "record",
    "report",
    "speedup",
    "speedup_interval",
]
