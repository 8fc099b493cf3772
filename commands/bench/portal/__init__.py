"""Measure the portal with 100,000 users and 20,000 companies at 50 requests a second, and 10,000 access declarations."""

import json
import logging
import subprocess
import sys
import time
from collections import defaultdict
from pathlib import Path

from commands.authority import utc_now
from commands.bench.doors.installation import Installation, open_installation
from commands.bench.doors.portal import running_portal
from commands.bench.portal.addresses import Address, find_addresses
from commands.bench.portal.filling import LARGEST, fill
from commands.bench.portal.prototypes import make_prototypes
from commands.bench.portal.staff import register_staff
from commands.bench.portal.stays import Stay, Visitor, keep_fresh, open_stays
from commands.bench.portal.visiting import Times, Visit, spread, visit
from domain.environments import Environment
from sender.tables import render_table

RATE = 50.0
_WARM_UP = 500
_VISITS = 4_000
_LOOKED_AT = 3
"""Stays of each kind whose pages are looked for; the largest company's are among them."""

_SHOWN = 12


def measure() -> dict[str, float]:
    """Return the 95th percentile over all pages in milliseconds, most queries of a page, and seconds of the declarations."""
    declared = _declare_access()
    with open_installation() as installation:
        _take_key(installation)
        prototypes = make_prototypes(installation)
        began = time.perf_counter()
        fill(prototypes)
        _register_staff(installation)
        filled = time.perf_counter() - began
        stays = open_stays(at=utc_now())
        found = _look(stays)
        with running_portal(installation, {}) as portal:
            pages = _visits(found, stays)
            place = {"port": portal.port, "authority": portal.authority, "rate": RATE}
            keep_fresh(at=utc_now())
            visit(spread(pages, _WARM_UP), **place).require_shown()  # type: ignore[arg-type]
            keep_fresh(at=utc_now())
            times = visit(spread(pages, _VISITS), **place)  # type: ignore[arg-type]
    _tell(times, found)
    times.require_shown()
    return {
        "pages_p95_ms": times.p95(),
        "pages_slowest_p95_ms": times.slowest()[0][2],
        "max_queries": float(max(address.queries for _stay, address in found)),
        "pages": float(len(pages)),
        "fill_s": filled,
        "access_10000_s": declared,
    }


def _declare_access() -> float:
    """Return the seconds that `guichet bench access` finds, in a process of its own: this one has one database."""
    command = [sys.executable, "-m", "commands", "bench", "access"]
    subprocess.run(command, check=True, cwd=Path.cwd())  # noqa: S603 - our own command
    figures = json.loads(Path(".bench/access.json").read_text(encoding="utf-8"))
    return float(figures["access_10000_s"])


def _register_staff(installation: Installation) -> None:
    """Let the largest company, whose chief and first user are among those whose pages are looked for, have staff."""
    from registers.access.models import Entity  # noqa: PLC0415 - Django is set up by then
    from registers.persons.aliases import Aliases  # noqa: PLC0415
    from registers.persons.numbers import PersonKeys  # noqa: PLC0415

    keys = PersonKeys.read(installation.home / "keys" / "persons.json")
    company = Entity.objects.get(pk=LARGEST).company_number
    register_staff(company, aliases=Aliases(keys, environment=Environment.PRODUCTION), at=utc_now())


def _take_key(installation: Installation) -> None:
    """Let this process sign stays by the key of the portal that reads them; its settings may be older than the key."""
    from django.conf import settings  # noqa: PLC0415 - Django is set up by then

    settings.SECRET_KEY = (installation.home / "keys" / "django_secret").read_text(encoding="ascii").strip()


def _look(stays: list[Stay]) -> list[tuple[Stay, Address]]:
    """Return every page that some stays of each kind can open."""
    seen: dict[Visitor, int] = defaultdict(int)
    found = []
    logging.disable()  # of pages that are not for them, which is no news here
    for stay in stays:
        seen[stay.visitor] += 1
        if seen[stay.visitor] <= _LOOKED_AT:
            found += [(stay, address) for address in find_addresses(stay)]
    logging.disable(logging.NOTSET)
    return found


def _visits(found: list[tuple[Stay, Address]], stays: list[Stay]) -> dict[str, list[Visit]]:
    """Return how each page is opened: at the addresses found, and by everybody of a kind where the address is the same for all."""
    pages: dict[str, list[Visit]] = defaultdict(list)
    for stay, address in found:
        pages[address.page].append(Visit(address.page, address.path, stay.header))
        others = [other for other in stays if other.visitor is stay.visitor] if _is_for_all(address) else []
        pages[address.page] += [Visit(address.page, address.path, other.header) for other in others]
    return pages


def _is_for_all(address: Address) -> bool:
    """Whether the address names nothing of one company."""
    return not any(sign.isdigit() for sign in address.path)


def _tell(times: Times, found: list[tuple[Stay, Address]]) -> None:
    """Print the slowest pages, and those with most queries."""
    queries: dict[str, int] = defaultdict(int)
    for _stay, address in found:
        queries[address.page] = max(queries[address.page], address.queries)
    rows = [
        (page, f"{median:.0f}", f"{p95:.0f}", str(queries[page]), str(count))
        for page, median, p95, count in times.slowest()
    ]
    sys.stdout.write(render_table(("page", "median ms", "p95 ms", "queries", "opened"), rows[:_SHOWN]))
    most = sorted(queries.items(), key=lambda pair: -pair[1])[:_SHOWN]
    sys.stdout.write("\n" + render_table(("page", "queries"), [(page, str(count)) for page, count in most]) + "\n")
