"""Who may come through the FTP door, and from where without TLS; each question is one query."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address

from cryptography import x509
from django.db.models import Q, QuerySet

from channels.cidr_field import IpNetwork
from channels.ftp_tables import ChannelPassword, LoginCertificate
from channels.logins import ChannelLogin
from channels.models import Sender, SenderState, TechnicalUser, TechnicalUserState
from channels.network_tables import NetworkRange, SenderNetwork
from domain.channels import Channel
from domain.sender_numbers import SenderNumber
from evidence.outages import outages

_MAY_SIGN_IN = (SenderState.ACTIVE, SenderState.SUSPENDED)
_MAY_COME = Q(
    state=TechnicalUserState.ACTIVE,
    sender__state__in=_MAY_SIGN_IN,
    sender__channels__channel=Channel.FTP,
)


@dataclass(frozen=True, slots=True)
class Credential:
    """What a login rests on: the password set at that instant, or the certificate of that SHA-256."""

    password_set_at: datetime | None = None
    certificate: str = ""


@dataclass(frozen=True, slots=True)
class PasswordHolder:
    """A technical user that may come through this door, with the hash its password is verified by."""

    login: ChannelLogin
    encoded: str
    credential: Credential


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who has signed in; `plain_from` is the address that one without TLS has come from."""

    login: ChannelLogin
    credential: Credential
    plain_from: str = ""


class FtpUsers:
    """The door's view of technical users; whatever is not registered, active and configured for FTP finds nobody.

    Every method may raise OutageError.
    """

    def is_closed_network(self, address: str) -> bool:
        """Whether the address lies in any listed network."""
        with outages():
            return _ranges(address).exists()

    def find_password(self, user_name: str, *, plain_from: str = "") -> PasswordHolder | None:
        """Return what the user's password is verified by, if the user may sign in here and has one.

        Who comes without TLS, hence from the address `plain_from`, must be listed on a network that holds it.
        """
        users = TechnicalUser.objects.filter(_MAY_COME, user_name=user_name, password__isnull=False)
        if plain_from:
            users = users.filter(sender__networks__network__in=_ranges(plain_from).values("network"))
        with outages():
            user = users.select_related("sender", "password").first()
        if user is None:
            return None
        return PasswordHolder(_login(user), user.password.encoded, Credential(password_set_at=user.password.set_at))

    def find_by_certificate(self, user_name: str, sha256: str, *, at: datetime) -> Visitor | None:
        """Return the user when that certificate is registered for its login, living, and valid at that instant."""
        with outages():
            row = (
                LoginCertificate.objects.select_related("technical_user__sender")
                .filter(sha256=sha256, state="ACTIVE", technical_user__user_name=user_name)
                .filter(technical_user__in=TechnicalUser.objects.filter(_MAY_COME))
                .first()
            )
        if row is None or not _is_valid(bytes(row.der), at=at):
            return None
        return Visitor(_login(row.technical_user), Credential(certificate=sha256))

    def still_welcome(self, visitors: Collection[Visitor], *, at: datetime) -> set[Visitor]:
        """Return those who would still get in as they did; a few queries, however many they are."""
        names = {visitor.login.user_name for visitor in visitors}
        with outages():
            users = {
                user.user_name: user
                for user in TechnicalUser.objects.select_related("sender", "password")
                .filter(_MAY_COME, user_name__in=names)
                .prefetch_related("login_certificates")
            }
            listed = _listed_ranges(names)
        return {
            visitor
            for visitor in visitors
            if (user := users.get(visitor.login.user_name)) is not None
            and user.sender.number == str(visitor.login.sender)
            and _holds(user, visitor.credential, at=at)
            and (not visitor.plain_from or _is_listed(visitor.plain_from, listed.get(user.user_name, ())))
        }


def _listed_ranges(user_names: Collection[str]) -> dict[str, list[IpNetwork]]:
    rows = SenderNetwork.objects.filter(
        sender__technical_user__user_name__in=user_names, network__ranges__removed_at__isnull=True
    ).values_list("sender__technical_user__user_name", "network__ranges__range")
    listed: dict[str, list[IpNetwork]] = {}
    for user_name, network in rows:
        if network is not None:
            listed.setdefault(user_name, []).append(network)
    return listed


def _is_listed(address: str, networks: Sequence[IpNetwork]) -> bool:
    return any(ip_address(address) in network for network in networks)


def _ranges(address: str) -> QuerySet[NetworkRange]:
    return NetworkRange.objects.filter(removed_at__isnull=True, range__holds=address)


def _holds(user: TechnicalUser, credential: Credential, *, at: datetime) -> bool:
    if credential.certificate:
        rows: Sequence[LoginCertificate] = [
            row
            for row in user.login_certificates.all()
            if row.state == "ACTIVE" and row.sha256 == credential.certificate
        ]
        return any(_is_valid(bytes(row.der), at=at) for row in rows)
    held: ChannelPassword | None = getattr(user, "password", None)
    return held is not None and held.set_at == credential.password_set_at


def _is_valid(der: bytes, *, at: datetime) -> bool:
    certificate = x509.load_der_x509_certificate(der)
    return certificate.not_valid_before_utc <= at <= certificate.not_valid_after_utc


def _login(user: TechnicalUser) -> ChannelLogin:
    sender: Sender = user.sender
    return ChannelLogin(SenderNumber(sender.number), user.user_name, Channel.FTP)
