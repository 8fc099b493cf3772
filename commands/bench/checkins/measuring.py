"""Set the measurement up, run its parts, and return its figures."""

import gc
import logging
import sys
import time
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import structlog

from commands.authority import utc_now
from commands.bench.check_in_file import EVENTS_A_DAY, measure_files
from commands.bench.checkins.filling import fill
from commands.bench.checkins.people import Person, enter_crowd, enter_people, enter_work_places
from commands.bench.checkins.present import bring_to_work, fill_large_places
from commands.bench.checkins.queries import Asked, ask_all, measure_on_site
from commands.bench.checkins.questions import Asking, Question, anew_for_the_largest, on_site_questions, questions
from commands.bench.checkins.scale import Scale
from commands.bench.checkins.single import measure_single
from commands.bench.checkins.waiting import ask_for_corrections
from commands.bench.doors.footprints import cpu_seconds, database_process
from commands.bench.doors.installation import Installation, open_installation
from commands.bench.doors.portal import RunningPortal, running_portal
from commands.bench.doors.senders import BenchSender, open_all_doors
from commands.demo.installation import OWN_COMPANY

if TYPE_CHECKING:
    from registers.persons.aliases import Aliases

_SENDER = "100202"


def measure() -> dict[str, float]:
    """Return the flat figures of the table."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    scale = Scale.from_environment()
    with open_installation() as installation:
        sender = _open_sender(installation)
        aliases = _aliases(installation)
        people, events = _fill(aliases, scale)
        own = [person for person in people if person.company == OWN_COMPANY]
        present = bring_to_work(own, events=scale.events, sender=_SENDER, aliases=aliases, at=utc_now())
        tell(f"{len(present):,} people are at work")
        large = fill_large_places(events=scale.events, sender=_SENDER, aliases=aliases, at=utc_now())
        tell(f"{ask_for_corrections(own, events=scale.events, at=utc_now()):,} requests for corrections wait")
        crowd = _enter_crowd(own, aliases, scale)
        on_site, asked = _ask(Asking.of(own, present, aliases=aliases, rounds=scale.rounds, large=large))
        with running_portal(installation, {}) as portal:
            before = _cpu_seconds(portal)
            pace = measure_single(portal, sender, crowd, scale)
            costs = {name: seconds - before[name] for name, seconds in _cpu_seconds(portal).items()}
            costs["client"] = pace.client_cpu_s
        filed = measure_files(installation.home)
        asked += _ask_and_tell(anew_for_the_largest())
    return {
        "single_per_s": pace.per_s,
        "single_p50_ms": pace.p50_ms,
        "single_p99_ms": pace.p99_ms,
        "file_10000_s": filed["file_10000_s"],
        "file_10000_new_people_s": filed["file_10000_new_people_s"],
        "register_events": float(events),
        "queries_over_goal": float(sum(one.is_over for one in asked)),
        "on_site_p99_ms": on_site,
        **{f"single_{name}_cpu_ms": seconds * 1000 / pace.sent for name, seconds in costs.items()},
    }


def _cpu_seconds(portal: RunningPortal) -> dict[str, float]:
    """Return the processor time that the portal and the database have had."""
    return {"server": cpu_seconds(portal.pid), "database": cpu_seconds(database_process())}


def _enter_crowd(own: Sequence[Person], aliases: "Aliases", scale: Scale) -> Sequence[Person]:
    """Return who clocks in and out while it is measured: so many that nobody does it more often than on a day of work."""
    count = max(scale.rate * scale.seconds // EVENTS_A_DAY, len(own))
    return enter_crowd(own, count=count, aliases=aliases, at=utc_now())


def _ask(asking: Asking) -> tuple[float, list[Asked]]:
    """Return who is on site now as 99 of 100 are told it, and how long every question takes.

    Whom the bench remembers no portal does: they are kept from the collector of garbage, as a portal keeps what it has
    loaded.
    """
    gc.collect()
    gc.freeze()
    return measure_on_site(on_site_questions(asking)), _ask_and_tell(questions(asking))


def _ask_and_tell(wanted: Iterable[Question]) -> list[Asked]:
    asked = ask_all(wanted)
    for one in asked:
        verdict = "over its goal" if one.is_over else "within"
        tell(f"{one.name:<36} p50 {one.p50_ms:>9,.1f} ms  p95 {one.p95_ms:>9,.1f} ms  {verdict} {one.goal_ms:,.0f} ms")
    return asked


def _open_sender(installation: Installation) -> BenchSender:
    """Return a sender that may bring check-ins; what else it would need, it is not asked for here."""
    from channels.models import SenderService  # noqa: PLC0415 - Django is set up by then

    sender = open_all_doors(installation.home / "senders", _SENDER)
    SenderService.objects.create(sender_id=_SENDER, purpose="CIAO", environment="R")
    return sender


def _aliases(installation: Installation) -> "Aliases":
    from domain.environments import Environment  # noqa: PLC0415 - Django is set up by then
    from registers.persons.aliases import Aliases  # noqa: PLC0415
    from registers.persons.numbers import PersonKeys  # noqa: PLC0415

    return Aliases(PersonKeys.read(installation.home / "keys" / "persons.json"), environment=Environment.PRODUCTION)


def _fill(aliases: "Aliases", scale: Scale) -> tuple[Sequence[Person], int]:
    began = time.monotonic()
    people = enter_people(scale.events, aliases=aliases, at=utc_now())
    enter_work_places(people, at=utc_now())
    events = fill(people, events=scale.events, until=utc_now())
    tell(f"{events:,} events of {len(people):,} people filed in {time.monotonic() - began:.0f} s")
    return people, events


def tell(sentence: str) -> None:
    """Say where the measurement is."""
    sys.stdout.write(f"  {sentence}\n")
    sys.stdout.flush()
