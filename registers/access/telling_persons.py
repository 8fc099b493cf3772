"""Tell a person by mail and e-Box that a company invites or proposes him: he has 30 days to do something (access §8.4)."""

from datetime import datetime

from correspondence.ebox import Posting, publish
from correspondence.ebox_alerts import active_among
from correspondence.models import Carrier, EboxKind, OutboxMessage
from domain.environments import Environment
from registers.access.declarations.letters import read_letters
from registers.access.models import Appointment, UserAccount
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
    company = row.entity.company_number
    details = PersonDetails.objects.filter(pk=row.person_id).first()
    if details is not None and details.email:
        words = read_letters()[letter][details.language]
        OutboxMessage.objects.get_or_create(
            occasion=occasion,
            defaults={
                "carrier": Carrier.MAIL,
                "recipient": details.email,
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
