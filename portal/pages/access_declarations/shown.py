"""Say of a declaration what it would change and for whom; national numbers are masked, and what is done is read no more."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from domain.access_declarations import (
    AccessDeclaration,
    DeclaredPerson,
    DeclaredRight,
    ManagerSubject,
    SenderSubject,
    TechnicalUserSubject,
    UserSubject,
)
from domain.access_states import DeclaredState
from domain.identifiers import mask_insz
from portal.access_desk import directory
from portal.pages.access_declarations.words import REASONS, STATES, TO_BE_ACCEPTED, title_of
from portal.pages.deliveries.words import Anomaly, anomalies
from portal.pages.labelled import labelled
from portal.pages.names import RIGHTS, ROLES, SERVICES, quality_name
from portal.pages.parts import NOTHING, SummaryRow
from registers.access.declarations.records import content_of
from registers.access.models import DeclaredAccess


@dataclass(frozen=True, slots=True)
class Shown:
    """A declaration as a list shows it; `content` is what it says, as long as it is still to be done."""

    row: DeclaredAccess
    content: AccessDeclaration | None

    @property
    def title(self) -> str:
        """What it asks for."""
        return title_of(self.row.subject, self.row.action)

    @property
    def who(self) -> str:
        """Whom it is about, by name; by the name of an account where none is known; empty for what nobody could read."""
        said = "" if self.content is None else _named(self.content)
        known = str(getattr(self.row, "name", "") or "")
        account = "" if self.row.account is None else self.row.account.user_name
        return said or known or account or self.row.technical_user

    @property
    def state(self) -> tuple[str, str]:
        """Where it stands, and the colour of its tag."""
        word, colour = TO_BE_ACCEPTED if self.is_accepted_next else STATES[self.row.state]
        return str(word), colour

    @property
    def is_accepted_next(self) -> bool:
        """Whether it is confirmed, and the person has yet to accept it."""
        appointment = self.row.appointment
        return (
            self.row.state == DeclaredState.PENDING_CONFIRMATION
            and appointment is not None
            and appointment.state == "PROPOSED"
            and appointment.confirmed_at is not None
        )

    @property
    def anomalies(self) -> list[Anomaly]:
        """What was found, in the reader's words."""
        return list(anomalies([str(finding[0]) for finding in self.row.findings]))


def shown(row: DeclaredAccess) -> Shown:
    """Return the declaration as it is shown; OutageError when the key that hides it is missing."""
    return Shown(row, content_of(row, persons=directory()) if bytes(row.ciphertext) else None)


def changes_of(one: Shown) -> list[SummaryRow]:
    """Return what the declaration would change, or changed, line by line."""
    rows = [SummaryRow(_("Who"), one.who or NOTHING)]
    if one.content is not None:
        rows += _of_subject(one.content)
        rows += [
            SummaryRow(_("Right") if number == 0 else "", _right(right))
            for number, right in enumerate(one.content.rights)
        ]
        rows.append(SummaryRow(_("Reason"), capfirst(str(REASONS[one.content.reason]))))
    elif one.row.account is not None:
        rows.append(SummaryRow(_("User name"), one.row.account.user_name))
    if one.row.effective_date is not None:
        rows.append(SummaryRow(_("Takes effect on"), _day(one.row.effective_date)))
    rows.append(SummaryRow(_("Quality"), capfirst(quality_name(one.row.form.quality))))
    return rows


def origin_of(row: DeclaredAccess, *, own_number: str) -> list[SummaryRow]:
    """Return who sent the declaration, when and in which file."""
    return [
        SummaryRow(_("Sender number"), row.form.sender),
        SummaryRow(_("File"), row.form.submission.subject_name),
        SummaryRow(_("Received"), instant(row.form.received_at)),
        SummaryRow(_("Reference"), row.form.reference or NOTHING),
        SummaryRow(_("Ticket"), row.ticket),
        *([SummaryRow(_("For the company"), row.form.company)] if row.form.company != own_number else ()),
    ]


def instant(at: datetime) -> str:
    """Return an instant as it is written in the reader's language, in Brussels time."""
    return date_format(localtime(at), "SHORT_DATETIME_FORMAT")


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _named(content: AccessDeclaration) -> str:
    match content.subject:
        case ManagerSubject(person=person):
            return _person(person)
        case UserSubject(person=DeclaredPerson() as person):
            return _person(person)
        case UserSubject(user_name=user_name):
            return user_name or ""
        case TechnicalUserSubject(account=account, family_name=family, first_name=first):
            return account or " ".join(filter(None, (first, family)))
        case SenderSubject(number=number):
            return _("sender %(number)s") % {"number": number}


def _person(person: DeclaredPerson) -> str:
    return f"{person.first_name} {person.family_name} ({mask_insz(person.insz)})"


def _of_subject(content: AccessDeclaration) -> Iterator[SummaryRow]:
    match content.subject:
        case ManagerSubject(role=role):
            yield SummaryRow(_("Role"), capfirst(str(ROLES.get(role, role))))
        case UserSubject(email=email, mobile=telephone) | TechnicalUserSubject(email=email, phone=telephone):
            if email:
                yield SummaryRow(_("E-mail address"), email)
            if telephone:
                yield SummaryRow(_("Telephone"), telephone)
        case _:
            return


def _right(right: DeclaredRight) -> str:
    said = labelled(SERVICES.get(right.service, right.service), RIGHTS.get(right.right, right.right))
    if right.start_date is not None:
        said = _("%(right)s, from %(day)s") % {"right": said, "day": _day(right.start_date)}
    if right.end_date is not None:
        said = _("%(right)s, until %(day)s") % {"right": said, "day": _day(right.end_date)}
    return said
