"""Correct the name that somebody said of a person: an operator does, with a reason, and the person is written to."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from correspondence.models import Carrier
from correspondence.outbox import post
from domain.configuration_refusals import ConfigurationRefusedError
from domain.environments import Environment
from domain.languages import Language
from evidence.audit import append_event
from registers.persons.details import require_name
from registers.persons.left_addresses import not_expected
from registers.persons.models import PersonDetails

_LETTER: Mapping[Language, tuple[str, str]] = MappingProxyType(
    {
        Language.NL: (
            "Uw naam is verbeterd",
            "Bij Guichet staat u nu onder een andere naam: wij hebben een fout verbeterd.",
        ),
        Language.FR: (
            "Votre nom a été corrigé",
            "Vous figurez désormais sous un autre nom auprès de Guichet : nous avons corrigé une erreur.",
        ),
        Language.DE: (
            "Ihr Name wurde berichtigt",
            "Bei Guichet stehen Sie jetzt unter einem anderen Namen: Wir haben einen Fehler berichtigt.",
        ),
        Language.EN: (
            "Your name was corrected",
            "You now stand under another name at Guichet: we corrected a mistake.",
        ),
    }
)
"""It holds no name: whoever reads at the address may be somebody else."""


@dataclass(frozen=True, slots=True)
class OtherName:
    """The right name, why it is entered, and what proves it; without a `source` it is merely said."""

    family_name: str = field(repr=False)
    first_name: str = field(repr=False)
    reason: str
    source: str = ""


@dataclass(frozen=True, slots=True)
class Renamed:
    """A person whose name was corrected; `told_at` is the address that was written to, empty where none is known.

    Where it `was_called_so` already, the name was proved alone, and nobody is told.
    """

    person_id: int
    told_at: str = field(repr=False)
    was_called_so: bool = False


def rename_person(person_id: int, name: OtherName, *, actor: str, at: datetime) -> Renamed | None:
    """Enter the right name and write to the person; None where it is his name already, and no better proved by this.

    ConfigurationRefusedError for a name that is none, for who has no name here yet, and without a source for one whose
    name a card, a provider or documents proved.
    """
    family_name, first_name = require_name(name.family_name, name.first_name)
    with transaction.atomic():
        known = PersonDetails.objects.select_for_update().filter(person_id=person_id).first()
        if known is None:
            raise ConfigurationRefusedError(
                "This person has no name here yet.", next_step="It comes with the first sign-in or invitation."
            )
        is_proved_now = bool(name.source)
        if known.name_proved_at is not None and not is_proved_now:
            raise ConfigurationRefusedError(
                "A card, a provider or documents proved the name of this person.",
                next_step="Say with --source what proves another one, such as an extract of the national register.",
            )
        was_called_so = (known.family_name, known.first_name) == (family_name, first_name)
        if was_called_so and (known.name_proved_at is not None or not is_proved_now):
            return None
        known.family_name, known.first_name = family_name, first_name
        known.name_proved_at = at if is_proved_now else None
        known.save(update_fields=["family_name", "first_name", "name_proved_at"])
        append_event(
            "person:renamed", at=at, actor=actor, person=person_id, reason=name.reason, source=name.source or None
        )
        return Renamed(person_id, "" if was_called_so else _write(known, at=at), was_called_so)


def _write(known: PersonDetails, *, at: datetime) -> str:
    """Return the address that was written to; a person of the tests is told nothing."""
    if not known.email or known.environment != Environment.PRODUCTION:
        return ""
    language = Language(known.language)
    subject, body = _LETTER[language]
    post(
        carrier=Carrier.MAIL,
        recipient=known.email,
        subject=subject,
        body=f"{body} {not_expected(language)}\n",
        occasion=f"name of person {known.pk} corrected {at.isoformat()}",
        at=at,
    )
    return str(known.email)
