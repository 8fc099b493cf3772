"""Match who proved himself by itsme or eIDAS with the person of a number: the room between signing in and the registers."""

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from auth.locksmith import Locksmith
from auth.models import MatchState
from auth.openid.matching import end_waiting, read_waiting
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.configuration_refusals import ConfigurationRefusedError
from domain.identifiers import is_insz
from domain.languages import Language
from registers.persons.merging import current_id
from registers.persons.numbers import PersonDirectory

LETTERS: Mapping[Language, tuple[str, str]] = {
    Language.NL: (
        "U kunt zich nu aanmelden",
        "Wij hebben u gevonden. Meld u opnieuw aan met dezelfde digitale sleutel als de vorige keer.\n",
    ),
    Language.FR: (
        "Vous pouvez maintenant vous connecter",
        "Nous vous avons trouvé. Connectez-vous à nouveau avec la même clé numérique que la dernière fois.\n",
    ),
    Language.DE: (
        "Sie können sich jetzt anmelden",
        "Wir haben Sie gefunden. Melden Sie sich wieder mit demselben digitalen Schlüssel an wie beim letzten Mal.\n",
    ),
    Language.EN: (
        "You can sign in now",
        "We have found you. Sign in again with the same digital key as the last time.\n",
    ),
}
"""What is written to who was matched; no link, no name, no number."""


def match_identity(
    number: int, national_number: str, *, locksmith: Locksmith, persons: PersonDirectory, actor: str, at: datetime
) -> int:
    """Let the identity that waits under `number` find the person of that number from now on, and return the person's id.

    He is written to. ConfigurationRefusedError when the number is unsound, when nobody waits there, or when the identity
    finds somebody else already.
    """
    if not is_insz(national_number):
        raise ConfigurationRefusedError(
            "This is no national number with sound check digits.", next_step="Give the eleven digits and nothing else."
        )
    waiting = read_waiting(number, locksmith=locksmith, actor=actor, at=at)
    person_id = current_id(persons.find_or_create([national_number], at=at)[national_number])
    try:
        with transaction.atomic():
            persons.add_number(waiting.pending.identifier, person_id=person_id, at=at)
    except IntegrityError:
        raise ConfigurationRefusedError(
            "This identity belongs to somebody already.", next_step="Refuse it, and let the person sign in again."
        ) from None
    end_waiting(number, MatchState.MATCHED, actor=actor, at=at)
    subject, body = LETTERS[waiting.language]
    post(
        carrier=Carrier.MAIL,
        recipient=waiting.reach.mail,
        subject=subject,
        body=body,
        occasion=f"identity-matched:{number}",
        at=at,
    )
    return person_id
