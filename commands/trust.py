"""`guichet trust`: bring the trust list and the revocation data up to date, and show what they are."""

import sys
from argparse import ArgumentParser, Namespace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from commands.compose import set_up_django
from sender.tables import render_table

if TYPE_CHECKING:
    from ingest.refresh_trust import RefreshReport


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the two actions."""
    parser.description = (
        "Senders' certificates must lead to an authority in GUICHET_TRUST/anchors (through GUICHET_TRUST/intermediates), "
        "and fresh revocation data must say that they were not revoked. Data that are not fetched lie in "
        "GUICHET_TRUST/crls and GUICHET_TRUST/ocsp."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    refresh = actions.add_parser("refresh", help="read the files, fetch the revocation data, tell what is lacking")
    refresh.add_argument("--offline", action="store_true", help="read the files only")
    actions.add_parser("list", help="show the authorities and the age of their revocation data")


def run(arguments: Namespace) -> int:
    """Refresh or list; 1 when revocation data that are needed cannot be relied on."""
    set_up_django()
    from evidence.outages import outages  # noqa: PLC0415 - Django must be set up first

    if arguments.action == "list":
        with outages():
            return _list()
    report = refresh(offline=arguments.offline)
    sys.stdout.write(_render(report))
    return 1 if report.missing else 0


def refresh(*, offline: bool) -> "RefreshReport":
    """Bring everything up to date by the settings of this process; Django must be set up.

    Raises OutageError when the database does not answer.
    """
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from evidence.clock import SystemClock  # noqa: PLC0415
    from evidence.outages import outages  # noqa: PLC0415
    from ingest.http_fetch import HttpFetch  # noqa: PLC0415
    from ingest.refresh_trust import TrustRules, refresh_trust  # noqa: PLC0415

    configuration = settings.GUICHET
    with outages():
        return refresh_trust(
            configuration.trust,
            fetch=None if offline or not configuration.trust_fetch else HttpFetch(),
            rules=TrustRules(timedelta(hours=configuration.revocation_max_age_hours), configuration.trust_policies),
            operator_address=configuration.operator_address,
            at=SystemClock().now(),
        )


def _render(report: "RefreshReport") -> str:
    headings = ("source", "issuer", "this update", "next update", "entries", "outcome")
    rows = [
        (
            one.source,
            one.issuer,
            _instant(one.this_update),
            _instant(one.next_update),
            "" if one.entries is None else str(one.entries),
            one.what if one.trouble is None else f"{one.what}: {one.trouble}",
        )
        for one in report.outcomes
    ]
    lines = [render_table(headings, rows)] if rows else ["no file and no address to read\n"]
    lines += [f"held: {sentence}\n" for sentence in report.missing.values()]
    lines += [f"soon too old: {issuer}, last seen {_instant(seen)} UTC\n" for issuer, seen in report.ageing.items()]
    lines += [
        f"certificate {sha256[:16]} leads to no trusted authority: what it signs is refused; put its authority into "
        "GUICHET_TRUST, or withdraw it\n"
        for sha256 in report.stray
    ]
    if report.suspended:
        lines.append(f"senders suspended, since none of their certificates signs any more: {report.suspended}\n")
    if report.missing:
        lines.append(
            "put newer lists into GUICHET_TRUST/crls, or open the way to these addresses, and run this again\n"
        )
    else:
        lines.append("every certificate that leads to a trusted authority has revocation data that can be relied on\n")
    return "".join(lines)


def _list() -> int:
    from channels.models import RevocationRecord, TrustedCertificate  # noqa: PLC0415 - Django must be set up first
    from evidence.clock import SystemClock  # noqa: PLC0415

    now = SystemClock().now()
    authorities = [
        (one.state, one.role, one.subject, f"{one.valid_until:%Y-%m-%d}", one.source, one.sha256[:16])
        for one in TrustedCertificate.objects.order_by("state", "role", "subject")
    ]
    records = [
        (
            one.kind,
            one.source,
            _instant(one.this_update),
            _instant(one.next_update),
            _age(now - one.obtained_at),
            "too old" if one.next_update is not None and one.next_update < now else "current",
        )
        for one in RevocationRecord.objects.order_by("source", "issuer", "certificate", "-this_update").distinct(
            "source", "issuer", "certificate"
        )
    ]
    sys.stdout.write(render_table(("state", "role", "subject", "valid until", "source", "SHA-256"), authorities))
    headings = ("kind", "source", "this update", "next update", "last seen", "state")
    sys.stdout.write(f"\n{render_table(headings, records)}")
    return 0


def _instant(instant: datetime | None) -> str:
    return "" if instant is None else f"{instant:%Y-%m-%d %H:%M}"


def _age(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    return f"{minutes // 60} h {minutes % 60:02d} min ago"
