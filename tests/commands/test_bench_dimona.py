"""What a run of the bench of Dimona declarations says of itself."""

from dataclasses import replace

import pytest

from commands.bench.dimona.figures import LEAST_BARE_PER_S, Rounds, figures_of, verdict_on
from commands.bench.dimona.refusals import Refused

RUN = Rounds(
    seconds={10: [1 / 20_000], 50: [1 / 24_000], 190: [1 / 25_000, 1 / 26_000, 1 / 24_000]},
    bare=[30_000, 29_000, 40_000],
    small=[320],
    refused=[Refused(2.0, 200.0), Refused(3.0, 150.0)],
    full=[1 / 20_000],
    airflow=15_000,
    balance_ms=2.0,
    peaks={"empty_register": 250.0, "full_register": 300.0, "airflow": 270.0},
)


def test_a_run_has_the_medians_of_its_rounds():
    figures = figures_of(RUN)

    assert figures["declarations_per_s"] == pytest.approx(25_000)
    assert figures["ratio_to_bare"] == pytest.approx(25_000 / 30_000)
    assert figures["full_register_ratio"] == pytest.approx(0.8)


def test_the_peak_is_that_of_any_process_in_any_part_of_the_run():
    figures = figures_of(RUN)

    assert (figures["peak_mb"], figures["peak_mb_full_register"], figures["peak_mb_airflow"]) == (300, 300, 270)


@pytest.mark.parametrize(("bare", "is_void"), [(LEAST_BARE_PER_S, 0), (LEAST_BARE_PER_S - 1, 1)])
def test_a_run_is_void_whose_bare_rig_is_too_slow(bare: float, is_void: int):
    figures = figures_of(replace(RUN, bare=[bare]))

    assert figures["is_void"] == is_void
    assert ("this run is void" in verdict_on(figures)) == bool(is_void)
