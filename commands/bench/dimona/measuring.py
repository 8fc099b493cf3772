"""Run the deliveries, the bare rig and the look-ups in turn, and put their figures together."""

import logging
import os
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from commands.authority import utc_now
from commands.bench.database import bench_database
from commands.bench.dimona.bare import file_barely
from commands.bench.dimona.figures import Rounds, figures_of, verdict_on
from commands.bench.dimona.full_register import FULL, ROOM, analyze_register, fill_register, name_filled
from commands.bench.dimona.payloads import FORMS_OF_LARGEST, PayloadWriter
from commands.bench.dimona.refusals import Refused, measure_refusals
from commands.bench.dimona.through_airflow import measure_airflow
from commands.bench.footprints import forget_peaks, peak_megabytes
from commands.demo.installation import OWN_NSSO, DemoKeys, install_demo_sender
from commands.keys import make_missing_keys
from signing.signer import PayloadSigner

if TYPE_CHECKING:
    from commands.bench.dimona.deliveries import Deliveries
    from ingest.work import Counter

MEGABYTES = (10, 50, 190)
LARGEST = MEGABYTES[-1]
ROUNDS = 3
WARM_UP_FORMS = 4_000
SMALL_SUBMISSIONS = 1_000
SMALL_FORMS = 16
LOOK_UPS = 2_000
KNOWN = ROUNDS * (FORMS_OF_LARGEST // 3 + 1)
"""Students of the rounds in the full register who are known there: half of all, with one start or two."""


def measure() -> dict[str, float]:
    """Return the figures of a run; says so when the bare rig shows that the machine is too slow to tell anything."""
    with tempfile.TemporaryDirectory(prefix="gb-") as folder, bench_database(Path(folder)):
        rig = _set_up(Path(folder))
        rig.deliver(WARM_UP_FORMS)
        seconds: dict[int, list[float]] = {size: [] for size in MEGABYTES}
        bare, small = [], []
        for _ in range(ROUNDS):
            for size in MEGABYTES:
                seconds[size].append(rig.deliver(FORMS_OF_LARGEST * size // LARGEST))
            bare.append(rig.file_barely())
            small.append(rig.deliver_small())
        peaks = {"empty_register": peak_megabytes()}
        refused = rig.refuse()
        rig.fill_register()
        forget_peaks()
        full = [rig.deliver(FORMS_OF_LARGEST) for _ in range(ROUNDS)]
        peaks["full_register"] = peak_megabytes()
        balance = rig.look_up_balances()
    airflow = measure_airflow()
    peaks["airflow"] = airflow.peak_mb
    figures = figures_of(
        Rounds(seconds, bare, small, refused, full, airflow.declarations_per_s, balance_ms=balance, peaks=peaks)
    )
    sys.stdout.write(verdict_on(figures))
    return figures


@dataclass(slots=True)
class _Rig:
    """A counter with one sender, its payloads, and the bare rig beside it."""

    home: Path
    counter: "Counter"
    deliveries: "Deliveries"
    writer: PayloadWriter = field(default_factory=lambda: PayloadWriter(OWN_NSSO))

    @property
    def payload(self) -> Path:
        return self.home / "payload.xml"

    def deliver(self, forms: int) -> float:
        """Return the seconds a declaration takes from the GO to the last notification, in a payload of so many."""
        from commands.bench.dimona.deliveries import file_measured  # noqa: PLC0415 - Django is set up by then

        self.writer.write(self.payload, forms=forms, at=utc_now())
        return file_measured(self.deliveries, self.payload, counter=self.counter, at=utc_now()) / forms

    def file_barely(self) -> float:
        """Return how many declarations of the payload delivered last the bare rig files in a second."""
        payloads = self.counter.desk.payloads
        schema = payloads.schemas.find("Dimona_20231.xsd", message="DIMN", on=utc_now().date())
        began = time.perf_counter()
        filed = file_barely(
            self.payload, schema=schema, database_url=os.environ["DATABASE_URL"], workers=payloads.workers()
        )
        return filed / (time.perf_counter() - began)

    def deliver_small(self) -> float:
        """Return how many small submissions that wait are answered and filed in a second by two workers."""
        for _ in range(SMALL_SUBMISSIONS):
            self.writer.write(self.payload, forms=SMALL_FORMS, at=utc_now())
            self.deliveries.go(self.deliveries.upload(self.payload, at=utc_now()))
        workers = self.counter.desk.payloads.workers()
        began = time.perf_counter()
        filed = sum(workers.map(_drain, ("one", "other")))
        spent = time.perf_counter() - began
        if filed != SMALL_SUBMISSIONS:
            raise ValueError("a small submission of the bench was not filed")
        return SMALL_SUBMISSIONS / spent

    def refuse(self) -> list[Refused]:
        """Return what refusing the largest payload took, broken in one way after the other."""
        self.writer.write(self.payload, forms=FORMS_OF_LARGEST, at=utc_now())
        figures = measure_refusals(self.payload, deliveries=self.deliveries, counter=self.counter, now=utc_now)
        return list(figures.values())

    def fill_register(self) -> None:
        """Fill the register; half of the students who are declared from now on have an account and periods there."""
        from registers.persons.numbers import PersonKeys  # noqa: PLC0415 - Django is set up by then

        fill_register(year=utc_now().year + 1, at=utc_now())
        known = name_filled(KNOWN, keys=PersonKeys.read(self.home / "keys" / "persons.json"))
        analyze_register()
        self.writer = replace(self.writer, known=known, room=ROOM)

    def look_up_balances(self) -> float:
        """Return the 99th percentile of a look at a balance, in milliseconds."""
        structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
        from domain.environments import Environment  # noqa: PLC0415 - few need it
        from domain.student_day_questions import Asker, AskerKind  # noqa: PLC0415
        from registers.student_days.questions.balances import read_balance  # noqa: PLC0415 - Django is set up by then

        asker = Asker(AskerKind.OPERATOR, "bench", "measuring")
        year, spent = utc_now().year + 1, []
        for number in range(LOOK_UPS):
            person = FULL.accounts * number // LOOK_UPS + 1
            began = time.perf_counter()
            read_balance(person, year, environment=Environment.PRODUCTION, asker=asker, at=utc_now())
            spent.append(time.perf_counter() - began)
        return statistics.quantiles(spent, n=100)[98] * 1000


def _drain(worker: str) -> int:
    """Work off what waits, in another process; return how many submissions were filed."""
    from commands.compose import open_counter  # noqa: PLC0415 - Django is set up by then

    return open_counter().work_once(worker).filed


def _set_up(home: Path) -> _Rig:
    from commands.compose import compose_counter, set_up_django  # noqa: PLC0415 - the database must be there

    set_up_django()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from commands.bench.dimona.deliveries import Deliveries  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    make_missing_keys(home / "keys")
    keys = DemoKeys(home / "sender")
    install_demo_sender(keys, home=home, sftp_port=0, at=utc_now() - timedelta(minutes=1))
    return _Rig(
        home,
        compose_counter(settings.GUICHET),
        Deliveries(PayloadSigner.load(keys.signing_key, keys.certificate)),
    )
