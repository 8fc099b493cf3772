"""Match who proved himself by itsme or eIDAS with a person, or refuse him: the room between signing in and the registers."""

from collections.abc import Mapping
from datetime import datetime
from string import Template

from django.db import IntegrityError, transaction

from auth.locksmith import Locksmith
from auth.openid.calls import hold_call_time
from auth.openid.matching import WaitingIdentity, note_matched, note_number_asked, note_refused, read_waiting
from auth.openid.outcomes import IdentityPending
from correspondence.models import Carrier
from correspondence.outbox import post
from domain.assurance import Means
from domain.configuration_refusals import ConfigurationRefusedError
from domain.identifiers import is_insz
from domain.languages import Language
from domain.opening_hours import OpeningHours
from domain.written_dates import render_opening_hours
from ingest.identity_letters import Letter, letters_for
from ingest.propose_calls import told_of_call_ended
from ingest.same_person import require_born_on, require_named
from registers.persons.bis_numbers import require_numberless
from registers.persons.merging import current_id
from registers.persons.numbers import PersonDirectory


class NumberOfAnotherError(ConfigurationRefusedError):
    """Who was signed in when he asked is known here as another person than he of the number."""

    def __init__(self) -> None:
        super().__init__(
            "This number is another person's here than who is signed in.",
            next_step="Make a bis number, and join the two with `guichet persons change-number`.",
        )


class NumberlessError(ConfigurationRefusedError):
    """The person with whom somebody is to be matched after a call has no number."""

    def __init__(self) -> None:
        super().__init__(
            "This person has no number, and would have none afterwards.",
            next_step="Let the person sign in and ask for a number, or make one.",
        )


def match_identity(
    waiting: WaitingIdentity, national_number: str, *, persons: PersonDirectory, actor: str, at: datetime
) -> int:
    """Match who waits with the person of that national number, and return the person's id.

    The person is made at the first sight of the number, and written to. What a provider proved finds him from now on; a
    call proves no key, and leaves nothing to be found by. ConfigurationRefusedError when the number is unsound, when
    nobody waits there any more, or when the identity finds somebody else already; OtherPersonError, one of these, when
    somebody told who he is in a call, and the number is not his; NumberOfAnotherError when he was signed in, and is known
    here as another person than the number.
    """
    if not is_insz(national_number):
        raise ConfigurationRefusedError(
            "This is no national number with sound check digits.", next_step="Give the eleven digits and nothing else."
        )
    with transaction.atomic():
        person_id = _person_of(waiting.pending, national_number, persons=persons, at=at)
        return _match(waiting, person_id, national_number, persons=persons, actor=actor, at=at)


def match_identity_with(
    waiting: WaitingIdentity, person_id: int, *, persons: PersonDirectory, actor: str, at: datetime
) -> int:
    """Likewise with a person who is known already; LookupError when there is no such person.

    NumberlessError when it was a call, and the person would have no number afterwards either.
    """
    with transaction.atomic():
        person_id, number = current_id(person_id), persons.reveal_number(person_id)
        if waiting.pending.person_id is not None and current_id(waiting.pending.person_id) != person_id:
            raise NumberOfAnotherError
        if waiting.pending.means is Means.EMAIL_CODE and number is None:
            raise NumberlessError
        return _match(waiting, person_id, number, persons=persons, actor=actor, at=at)


def refuse_identity(number: int, *, phone: str, locksmith: Locksmith, actor: str, at: datetime) -> None:
    """Refuse the identity, write so, and forget what was told; ConfigurationRefusedError when nobody waits there.

    `phone` is whom the letter says to call.
    """
    with transaction.atomic():
        call_at = hold_call_time(number)
        waiting = read_waiting(number, locksmith=locksmith, actor=actor, at=at)
        note_refused(number, actor=actor, at=at)
        refused = letters_for(waiting.pending.means).refused
        ended = told_of_call_ended(call_at, waiting.language, at=at)
        _write(waiting, refused, occasion=f"identity-refused:{number}", at=at, phone=phone, below=ended)


def ask_for_number(
    number: int, *, phone: str, hours: OpeningHours, locksmith: Locksmith, actor: str, at: datetime
) -> None:
    """Ask in a letter for the person's number, or to have one made; he waits on. ConfigurationRefusedError as above.

    `phone` is whom the letter says to call, and `hours` when somebody answers there.
    """
    with transaction.atomic():
        waiting = read_waiting(number, locksmith=locksmith, actor=actor, at=at)
        note_number_asked(number, actor=actor, at=at)
        occasion = f"identity-asked:{number}:{int(at.timestamp())}"
        _write(waiting, letters_for(waiting.pending.means).asked, occasion=occasion, at=at, phone=phone, hours=hours)


def _match(
    waiting: WaitingIdentity,
    person_id: int,
    national_number: str | None,
    *,
    persons: PersonDirectory,
    actor: str,
    at: datetime,
) -> int:
    if waiting.pending.means is Means.EMAIL_CODE:
        _require_same(waiting.pending, person_id, national_number)
    else:
        _let_find(waiting.pending, person_id, persons=persons, at=at)
    call_at = hold_call_time(waiting.number)
    note_matched(waiting, person_id, actor=actor, at=at)
    matched, ended = letters_for(waiting.pending.means).matched, told_of_call_ended(call_at, waiting.language, at=at)
    _write(waiting, matched, occasion=f"identity-matched:{waiting.number}", at=at, below=ended)
    return person_id


def _person_of(pending: IdentityPending, national_number: str, *, persons: PersonDirectory, at: datetime) -> int:
    """Return the person of the number: who was signed in, where it is nobody's yet; else made at its first sight."""
    if pending.person_id is None:
        return current_id(persons.find_or_create([national_number], at=at)[national_number])
    own = current_id(pending.person_id)
    found = persons.find([national_number]).get(national_number)
    if found is None:
        require_numberless(own, persons=persons)
        persons.add_number(national_number, person_id=own, at=at)
    elif current_id(found) != own:
        raise NumberOfAnotherError
    return own


def _let_find(proved: IdentityPending, person_id: int, *, persons: PersonDirectory, at: datetime) -> None:
    """Let what a provider calls somebody find the person."""
    try:
        with transaction.atomic():
            persons.add_identity(proved.identifier, person_id=person_id, at=at)
    except IntegrityError:
        raise ConfigurationRefusedError(
            "This identity belongs to somebody already.", next_step="Refuse it, and let the person sign in again."
        ) from None


def _require_same(told: IdentityPending, person_id: int, national_number: str | None) -> None:
    """Compare as at the desk what was told in a call, which no provider proved (providers tell married names, too)."""
    if national_number is not None and told.birth_date is not None:
        require_born_on(national_number, told.birth_date)
    require_named(person_id, told.family_name)


def _write(
    waiting: WaitingIdentity,
    letters: Mapping[Language, Letter],
    *,
    occasion: str,
    at: datetime,
    phone: str = "",
    hours: OpeningHours | None = None,
    below: str = "",
) -> None:
    subject, body = letters[waiting.language]
    open_at = "" if hours is None else render_opening_hours(hours, waiting.language)
    post(
        carrier=Carrier.MAIL,
        recipient=waiting.reach.mail,
        subject=subject,
        body=Template(body).substitute(phone=phone, hours=open_at) + below,
        occasion=occasion,
        at=at,
    )
