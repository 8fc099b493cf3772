"""What a run of the bench of Dimona declarations says of itself."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from commands.bench.dimona.deliveries import Deliveries, file_measured
from commands.bench.dimona.figures import LEAST_BARE_PER_S, Rounds, figures_of, verdict_on
from commands.bench.dimona.full_register import ROOM, FilledSize, fill_register, name_filled
from commands.bench.dimona.payloads import PayloadWriter
from commands.bench.dimona.refusals import Refused
from commands.bench.doors.installation import Installation
from commands.compose import compose_counter
from commands.demo.installation import OWN_NSSO
from registers.persons.numbers import PersonKeys
from registers.student_days.models import Period, QuotaAccount
from signing.signer import PayloadSigner

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


def test_half_of_the_students_of_a_full_register_are_known_there(bench_installation: Installation, settings):
    at, size, home = datetime.now(UTC), FilledSize(accounts=20, periods=60), bench_installation.home
    fill_register(size, year=at.year + 1, at=at)
    known = name_filled(8, keys=PersonKeys.read(home / "keys" / "persons.json"), size=size)
    filled = set(Period.objects.values_list("person_id", flat=True))
    writer, payload = PayloadWriter(OWN_NSSO, known=known, room=ROOM), home / "payload.xml"
    writer.write(payload, forms=24, at=at)
    keys = bench_installation.keys

    deliveries = Deliveries(PayloadSigner.load(keys.signing_key, keys.certificate))
    file_measured(deliveries, payload, counter=compose_counter(settings.GUICHET), at=at)

    filed = Period.objects.exclude(first_declared_at=at)
    assert (filed.count(), filed.filter(person_id__in=filled).count()) == (24, 12)
    assert filed.filter(person_id__in=filled).values("person_id").distinct().count() == 8
    assert Period.objects.values("employer_id").distinct().count() == 1
    grown = QuotaAccount.objects.filter(person_id__in=filled, granted__gt=650 - ROOM)
    assert (grown.count(), QuotaAccount.objects.filter(person_id__in=filled).count()) == (8, 20)


def test_known_students_plan_too_much_as_often_as_new_ones(tmp_path: Path):
    known = [f"{number:011d}" for number in range(1, 400)]
    payload = tmp_path / "payload.xml"
    PayloadWriter(OWN_NSSO, known=known, room=ROOM).write(payload, forms=1_000, at=datetime(2026, 11, 26, tzinfo=UTC))
    planned: dict[str, int] = {}
    for hours, student in re.findall(r"<PlannedHoursNbr>(\d+)<.*?<INSS>(\d+)<", payload.read_text(), re.DOTALL):
        planned[student] = planned.get(student, 0) + int(hours)
    of_known = [hours > ROOM for student, hours in planned.items() if student in known]
    of_new = [hours > 650 for student, hours in planned.items() if student not in known]

    assert abs(len(of_known) - len(of_new)) <= 2
    assert sum(of_known) == pytest.approx(sum(of_new), rel=0.1)
    assert sum(of_new)
