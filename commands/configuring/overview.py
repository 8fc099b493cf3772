"""The overview of the configuration data of one sender, as tables; shows no secret."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from channels.configuring.senders import equipment_of
from channels.configuring.ssh_keys import openssh_fingerprint
from channels.models import ChannelPassword, LoginCertificate, Sender, SshKey
from domain.certificates import CertificateState, standing_of
from domain.environments import Environment
from sender.tables import render_table


def render_overview(sender: Sender, *, at: datetime) -> str:
    """Return everything that is configured for the sender, section by section, and what it still lacks."""
    user = sender.technical_user
    lacking = equipment_of(sender, at=at).lacking
    facts = [
        ("sender number", sender.number),
        ("state", sender.state),
        ("suspended by", sender.suspended_by.lower()),
        ("lacks", ", ".join(lacking)),
        ("entity", f"{sender.entity.name} ({sender.entity.company_number})"),
        ("language", sender.language),
        ("technical user", f"{user.user_name} ({user.state})"),
        ("contact", ", ".join(filter(None, (user.contact_name, user.contact_address, user.contact_phone)))),
        ("channels", ", ".join(sorted(row.channel for row in sender.channels.all()))),
        ("needs no FS files over", ", ".join(sorted(row.channel for row in sender.channels.all() if row.is_unsigned))),
        ("networks", ", ".join(sorted(row.network.name for row in sender.networks.select_related("network")))),
        ("FTP password", _password(sender)),
        ("copied to the e-Box", "notifications" if sender.ebox_copy else ""),
    ]
    return "".join(
        [
            render_table(("overview", ""), facts),
            _section(("service", "environments"), _services(sender)),
            _section(("SSH key", "state", "fingerprint"), _ssh_keys(sender)),
            _section(("certificate", "standing", "from", "until"), _certificates(sender, at=at)),
            _section(("login certificate", "state", "added"), _login_certificates(sender)),
            _section(("web client", "state", "scopes", "living keys"), _web_clients(sender)),
            _section(("told of answers by", "address", "since"), _subscriptions(sender)),
        ]
    )


def _section(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    listed = list(rows)
    return f"\n{render_table(headings, listed)}" if listed else ""


def _password(sender: Sender) -> str:
    kept = ChannelPassword.objects.filter(technical_user=sender.technical_user).first()
    return "" if kept is None else f"set on {kept.set_at:%Y-%m-%d}"


def _services(sender: Sender) -> list[tuple[str, str]]:
    where: dict[str, set[str]] = {}
    for row in sender.services.order_by("purpose"):
        where.setdefault(row.purpose, set()).add(row.environment)
    return [(purpose, "".join(e for e in Environment if e in known)) for purpose, known in where.items()]


def _ssh_keys(sender: Sender) -> list[tuple[str, ...]]:
    keys = SshKey.objects.filter(technical_user=sender.technical_user).order_by("state", "pk")
    return [(key.algorithm, key.state, openssh_fingerprint(key.fingerprint)) for key in keys]


def _certificates(sender: Sender, *, at: datetime) -> list[tuple[str, ...]]:
    return [
        (
            row.sha256[:16],
            standing_of(CertificateState(row.state), row.valid_from, row.valid_until, at=at, revoked_at=row.revoked_at),
            f"{row.valid_from:%Y-%m-%d}",
            f"{row.valid_until:%Y-%m-%d}",
        )
        for row in sender.certificates.order_by("valid_until")
    ]


def _login_certificates(sender: Sender) -> list[tuple[str, ...]]:
    rows = LoginCertificate.objects.filter(technical_user=sender.technical_user).order_by("state", "pk")
    return [(row.sha256[:16], row.state, f"{row.added_at:%Y-%m-%d}") for row in rows]


def _web_clients(sender: Sender) -> list[tuple[str, ...]]:
    return [
        (client.client_id, client.state, client.scopes, str(client.keys.filter(state="ACTIVE").count()))
        for client in sender.web_clients.order_by("state", "client_id")
    ]


def _subscriptions(sender: Sender) -> list[tuple[str, ...]]:
    living = sender.answer_subscriptions.filter(ended_at=None).order_by("pk")
    return [(row.means, row.address, f"{row.created_at:%Y-%m-%d}") for row in living]
