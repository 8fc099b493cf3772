"""Put what the rounds of a run measured together; knows no counter."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from commands.bench.dimona.refusals import Refused

LEAST_BARE_PER_S = 28_000
"""What the bare rig files in a second on a machine whose figures tell something; below it the run is void."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """What each round took.

    `seconds` are those of a declaration by megabytes of its payload, `full` those in a full register, about students half of
    whom have an account and periods there already; `bare` and `small`
    are declarations and small submissions a second; `peaks` the largest resident sets of any process of ours in MB, by
    where it was; `airflow` the declarations a second through Airflow, `balance_ms` the 99th percentile of a look-up.
    """

    seconds: Mapping[int, Sequence[float]]
    bare: Sequence[float]
    small: Sequence[float]
    refused: Sequence[Refused]
    full: Sequence[float]
    airflow: float
    balance_ms: float
    peaks: Mapping[str, float]


def figures_of(rounds: Rounds) -> dict[str, float]:
    """Return medians over rounds, in declarations a second unless a name says otherwise; `is_void` is 1 or 0."""
    each = {size: statistics.median(values) for size, values in rounds.seconds.items()}
    largest = each[max(each)]
    bare, full = statistics.median(rounds.bare), statistics.median(rounds.full)
    return {
        "is_void": float(bare < LEAST_BARE_PER_S),
        "declarations_per_s": 1 / largest,
        "airflow_declarations_per_s": rounds.airflow,
        "declarations_per_s_50mb": 1 / each[50],
        "declarations_per_s_10mb": 1 / each[10],
        "bare_per_s": bare,
        "ratio_to_bare": 1 / largest / bare,
        "per_declaration_190_over_50": largest / each[50],
        "peak_mb": max(rounds.peaks.values()),
        **{f"peak_mb_{place}": peak for place, peak in rounds.peaks.items()},
        "refused_s_max": max(one.seconds for one in rounds.refused),
        "refused_peak_mb": max(one.peak_mb for one in rounds.refused),
        "small_submissions_per_s": statistics.median(rounds.small),
        "full_register_per_s": 1 / full,
        "full_register_ratio": largest / full,
        "balance_p99_ms": rounds.balance_ms,
    }


def verdict_on(figures: Mapping[str, float]) -> str:
    """Return the line that says of a void run that it is one, empty for any other."""
    if not figures["is_void"]:
        return ""
    return (
        f"this run is void: the bare rig files {figures['bare_per_s']:,.0f} declarations a second on this machine, "
        f"and {LEAST_BARE_PER_S:,} at least are needed to compare with it\n"
    )
