"""What `guichet persons rename` does to the tables."""

from argparse import Namespace

from auth.keys.email_codes import mask
from auth.logins import normalise_user_name
from auth.models import Login, LoginState
from commands.configuring.actions import ACTOR
from commands.configuring.finding_people import read_person
from domain.configuration_refusals import ConfigurationRefusedError
from evidence.clock import SystemClock
from registers.access.entity_accounts import require_reason
from registers.access.told_persons import companies_with_own_words
from registers.persons.renaming import OtherName, rename_person


def rename(arguments: Namespace) -> str:
    """Correct a name; what is told holds none."""
    require_reason(arguments.reason)
    if arguments.source is not None:
        require_reason(arguments.source)
    person_id = _person(arguments)
    name = OtherName(
        family_name=arguments.family_name,
        first_name=arguments.first_name,
        reason=arguments.reason,
        source=arguments.source or "",
    )
    renamed = rename_person(person_id, name, actor=ACTOR, at=SystemClock().now())
    own_words = _tell_own_words(person_id, is_proved=bool(name.source))
    if renamed is None:
        return f"nothing changed: person {person_id} has that name already\n{own_words}"
    if renamed.was_called_so:
        return f"the name of person {person_id} is proved from now on; it is the same\n"
    reached = f"written to {mask(renamed.told_at)}" if renamed.told_at else "nobody is told: no e-mail address is known"
    return f"person {person_id} is renamed; {reached}\n{own_words}"


def _tell_own_words(person_id: int, *, is_proved: bool) -> str:
    """Say where a company's own words go on to count, since nothing proves the name (decision 0048)."""
    companies = 0 if is_proved else companies_with_own_words(person_id)
    if not companies:
        return ""
    return (
        f"companies that call this person in words of their own: {companies}; these stay there until the name is proved: give "
        "--source where something proves it\n"
    )


def _person(arguments: Namespace) -> int:
    if arguments.user is None:
        found = read_person()
    else:
        living = Login.objects.exclude(state=LoginState.REMOVED).filter(user_name=normalise_user_name(arguments.user))
        found = living.values_list("person_id", flat=True).first()
    if found is None:
        raise ConfigurationRefusedError(
            "There is no such person.", next_step="Look at the number or the user name again."
        )
    return found


ACTIONS = {"rename": rename}
