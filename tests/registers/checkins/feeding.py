"""Sources outside the counter, fed from text as an operator feeds them from files."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from domain.environments import Environment
from registers.checkins.feeding_sources import Fed, feed_source
from registers.checkins.judging import ValidationSource
from registers.checkins.models import SourceName
from registers.checkins.reference_sources import OpenSources
from registers.checkins.sources import sources_of
from registers.persons.numbers import PersonKeys
from tests.checkin_items import RECEIVED
from tests.registers.checkins.validations import validate_again, validate_waiting

R = Environment.PRODUCTION
TITLES = {
    SourceName.LIMOSA: "limosa_id,inss,from,until",
    SourceName.COMPANIES: "company,from,until",
    SourceName.FOUNDERS: "company,inss,from,until",
    SourceName.NATIONAL_REGISTER: "inss",
}
Feed = Callable[..., Fed]


def feeder(keys: PersonKeys, folder: Path) -> Feed:
    """Return what feeds a source with lines below their titles."""

    def feed(name: SourceName, *lines: str, titles: str = "", at: datetime = RECEIVED) -> Fed:
        path = folder / f"{name}.csv"
        path.write_text("\n".join([titles or TITLES[name], *lines, ""]), encoding="utf-8")
        return feed_source(name, path, lookup=keys.lookup, environment=R, actor="test", at=at, may_shrink=True)

    return feed


def all_sources(keys: PersonKeys) -> list[ValidationSource]:
    return [*sources_of(R), OpenSources(R, keys=lambda: keys)]


def validate(keys: PersonKeys, *, at: datetime) -> None:
    validate_waiting(all_sources(keys), environment=R, at=at)


def revalidate(keys: PersonKeys, *, at: datetime) -> None:
    validate_again(all_sources(keys), environment=R, at=at)
