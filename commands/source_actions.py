"""What `guichet sources` does to the tables."""

from argparse import Namespace

from commands.checkins.persons import read_person_keys
from commands.configuring.actions import ACTOR
from domain.environments import Environment
from evidence.clock import SystemClock
from registers.checkins.feeding_sources import close_source, feed_source
from registers.checkins.models import ReferenceSource, SourceName
from registers.checkins.reference_sources import REMARKS_OF
from registers.checkins.sources import sources_of
from sender.tables import render_table

_HERE = "in this counter"


def list_all(_arguments: Namespace) -> str:
    """Show every source, open or not, and the remarks that it gives."""
    rows = [
        ("RT", type(source).name, _HERE, "", _words(source.answers)) for source in sources_of(Environment.PRODUCTION)
    ]
    fed = {(row.environment, row.name): row for row in ReferenceSource.objects.all()}
    for name in SourceName:
        for environment in (Environment.PRODUCTION, Environment.TEST):
            row = fed.get((str(environment), str(name)))
            since = "not open: says nothing" if row is None else f"read {row.read_at:%Y-%m-%d %H:%M} UTC"
            rows.append(
                (str(environment), str(name), since, "" if row is None else str(row.lines), _words(REMARKS_OF[name]))
            )
    return render_table(("environment", "source", "state", "lines", "remarks"), rows)


def load(arguments: Namespace) -> str:
    """Read the file for each environment asked for."""
    keys, name, told = read_person_keys(), SourceName(arguments.name), ""
    for environment in arguments.environments:
        fed = feed_source(
            name,
            arguments.file,
            lookup=keys.lookup,
            environment=environment,
            actor=ACTOR,
            at=SystemClock().now(),
            may_shrink=arguments.smaller,
        )
        told += (
            f"{environment}: {name} {'is open' if fed.is_new else 'is replaced'}, lines: {fed.lines}; "
            f"companies and persons to be validated anew: {fed.requests}\n"
        )
    return told


def close(arguments: Namespace) -> str:
    """Close the source in each environment asked for."""
    name = SourceName(arguments.name)
    closed = [
        str(environment)
        for environment in arguments.environments
        if close_source(name, environment=environment, actor=ACTOR, at=SystemClock().now())
    ]
    return (
        f"{name} says nothing any more in {', '.join(closed)}\n" if closed else f"nothing changed: {name} is not open\n"
    )


def _words(remarks: frozenset[str]) -> str:
    return "; ".join(sorted(map(str, remarks)))


ACTIONS = {"list": list_all, "load": load, "close": close}
