"""The student of the demo, for whom both companies declare work and who checks in at a work place of the first one."""

from datetime import datetime
from typing import Final

from commands.demo.installation import OWN_COMPANY
from commands.mock_identity_provider.people import ITSME_PEOPLE
from domain.brussels import brussels_date
from domain.checkins.vocabulary import Sector
from domain.environments import Environment
from domain.languages import Language

_ACTOR = "demo"
STUDENT: Final = next(person for person in ITSME_PEOPLE if person.key == "noor")
WORK_PLACE: Final = "1Y1003DEMA17Z"
WORK_PLACE_NAME: Final = "Voorbeeld Kantoor"
_MAIL = "noor@student.example"


def register_demo_student(*, at: datetime) -> str | None:
    """Name the student, open her e-Box, enter the work place; Django must be set up. Repeats are harmless.

    Return her national number while nothing is declared of her, None afterwards.
    """
    from django.conf import settings  # noqa: PLC0415 - after django.setup()
    from django.db import transaction  # noqa: PLC0415

    from correspondence.ebox_alerts import activate  # noqa: PLC0415
    from registers.persons.details import name_person, read_details  # noqa: PLC0415
    from registers.persons.numbers import PersonDirectory, PersonKeys  # noqa: PLC0415
    from registers.student_days.models import Period  # noqa: PLC0415

    number = STUDENT.national_number or ""
    directory = PersonDirectory(PersonKeys.read(settings.KEYS / "persons.json"), environment=Environment.PRODUCTION)
    with transaction.atomic():
        person = directory.find_or_create([number], at=at)[number]
        if not read_details([person]):
            name_person(
                person,
                family_name=STUDENT.family_name,
                first_name=STUDENT.given_name,
                language=Language.NL,
                actor=_ACTOR,
                at=at,
            )
            activate(person, _MAIL, language=Language.NL, environment=Environment.PRODUCTION, at=at)
        _enter_work_place(at=at)
    is_declared = Period.objects.filter(environment=Environment.PRODUCTION, person_id=person).exists()
    return None if is_declared else number


def _enter_work_place(*, at: datetime) -> None:
    from registers.checkins.models import PartyRole, WorkPlace  # noqa: PLC0415 - after django.setup()
    from registers.checkins.work_places import WorkPlaceFacts, add_party, enter_work_place  # noqa: PLC0415

    if WorkPlace.objects.filter(environment=Environment.PRODUCTION, number=WORK_PLACE).exists():
        return
    today = brussels_date(at)
    facts = WorkPlaceFacts(
        WORK_PLACE, Sector.CLEANING, WORK_PLACE_NAME, declarant=OWN_COMPANY, valid_from=today, municipality="Brussel"
    )
    enter_work_place(facts, environment=Environment.PRODUCTION, actor=_ACTOR, at=at)
    add_party(
        WORK_PLACE,
        OWN_COMPANY,
        role=PartyRole.CONTRACTOR,
        parent="",
        valid_from=today,
        valid_until=None,
        environment=Environment.PRODUCTION,
        actor=_ACTOR,
        at=at,
    )
