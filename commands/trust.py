"""`guichet trust`: bring the trust list and the revocation data up to date, and show what they are."""

import sys
from argparse import ArgumentParser, Namespace
from datetime import timedelta
from typing import TYPE_CHECKING

from commands.compose import set_up_django
from sender.tables import render_table

if TYPE_CHECKING:
    from ingest.refresh_trust import RefreshReport


def add_arguments(parser: ArgumentParser) -> None:
    """Declare the two actions."""
    parser.description = (
        "Senders' certificates must lead to an authority in GUICHET_TRUST/anchors (through GUICHET_TRUST/intermediates), "
        "and fresh revocation data must say that they were not revoked. Lists that are not fetched lie in "
        "GUICHET_TRUST/crls."
    )
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    refresh = actions.add_parser("refresh", help="read the files, fetch the revocation data, tell what is lacking")
    refresh.add_argument("--offline", action="store_true", help="read the files only")
    actions.add_parser("list", help="show the authorities and the age of their revocation data")


def run(arguments: Namespace) -> int:
    """Refresh or list; 1 when revocation data that are needed cannot be relied on."""
    set_up_django()
    if arguments.action == "list":
        return _list()
    report = refresh(offline=arguments.offline)
    sys.stdout.write(_render(report))
    return 1 if report.stale else 0


def refresh(*, offline: bool) -> "RefreshReport":
    """Bring everything up to date by the settings of this process; Django must be set up.

    Raises OutageError when the database does not answer.
    """
    from django.conf import settings  # noqa: PLC0415 - Django must be set up first

    from commands.trust_sources import HttpFetch  # noqa: PLC0415
    from evidence.clock import SystemClock  # noqa: PLC0415
    from evidence.outages import outages  # noqa: PLC0415
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
    rows = [(one.source, one.what, one.trouble or "") for one in report.outcomes]
    lines = [render_table(("source", "outcome", "trouble"), rows)] if rows else ["no file and no address to read\n"]
    lines += [f"held: {sentence}\n" for sentence in report.stale]
    lines += [f"soon too old: the revocation data of {issuer}\n" for issuer in report.ageing]
    if not report.stale:
        lines.append("every certificate that may sign has revocation data that can be relied on\n")
    return "".join(lines)


def _list() -> int:
    from channels.models import RevocationRecord, TrustedCertificate  # noqa: PLC0415 - Django must be set up first

    authorities = TrustedCertificate.objects.order_by("state", "role", "subject")
    rows = [
        (one.state, one.role, one.subject, f"{one.valid_until:%Y-%m-%d}", one.source, one.sha256[:16])
        for one in authorities
    ]
    sys.stdout.write(render_table(("state", "role", "subject", "valid until", "source", "SHA-256"), rows))
    records = RevocationRecord.objects.order_by("source", "-this_update").distinct("source")
    shown = [
        (
            one.kind,
            one.source,
            f"{one.this_update:%Y-%m-%d %H:%M}",
            f"{one.next_update:%Y-%m-%d %H:%M}" if one.next_update else "",
            f"{one.obtained_at:%Y-%m-%d %H:%M}",
        )
        for one in records
    ]
    sys.stdout.write("\n" + render_table(("kind", "source", "of (UTC)", "next", "last seen"), shown))
    return 0
