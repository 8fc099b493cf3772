"""Tell a person by mail and e-Box that a company invites or proposes him: he has 30 days to do something (access §8.4)."""

from datetime import datetime

from correspondence.ebox import Posting, publish
from correspondence.ebox_alerts import active_among
from correspondence.models import Carrier, EboxKind, OutboxMessage
from domain.environments import Environment
from registers.access.declarations.letters import read_letters
from registers.access.models import Appointment, UserAccount
from registers.access.told_persons import address_of
from registers.persons.details import details_in
from registers.persons.models import PersonDetails

_PUBLISHER = "access register"


def tell_invited(row: UserAccount, *, at: datetime) -> None:
    """Tell whoever signs in with keys that he has; others are told by the letter with their user name."""
    occasion = f"user account {row.pk} invited {row.invited_at:%Y%m%dT%H%M%S.%f}"
    _tell(row, "INVITED", what="CREATE", occasion=occasion, at=at)


def tell_proposed(row: Appointment, *, at: datetime) -> None:
    """Tell who can accept an appointment now."""
    _tell(row, "PROPOSED", what="MANAGER", occasion=f"appointment {row.pk} proposed", at=at)


def _tell(row: UserAccount | Appointment, letter: str, *, what: str, occasion: str, at: datetime) -> None:
    """Write the letter where there is an address, and to the e-Box where it is active. A test concerns nobody."""
    if row.environment != Environment.PRODUCTION:
        return
    company = row.entity.called
    details = PersonDetails.objects.filter(pk=row.person_id).first()
    recipient = _address(row, details)
    if details is not None and recipient:
        words = read_letters()[letter][details.language]
        OutboxMessage.objects.get_or_create(
            occasion=occasion,
            defaults={
                "carrier": Carrier.MAIL,
                "recipient": recipient,
                "subject": words["subject"],
                "body": words["body"].format(company=company),
                "written_at": at,
            },
        )
    if row.person_id in active_among({row.person_id}):
        publish(
            Posting(
                kind=EboxKind.ACCESS_OF_PERSON,
                environment=Environment.PRODUCTION,
                values={"company": company, "what": f"ACCESS_{what}"},
                publisher=_PUBLISHER,
                occasion=occasion,
                person_id=row.person_id,
            ),
            at=at,
        )


def _address(row: UserAccount | Appointment, details: PersonDetails | None) -> str:
    if isinstance(row, UserAccount):
        return address_of(row, None if details is None else details_in(details))
    return "" if details is None else str(details.email)
