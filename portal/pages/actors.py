"""Say who did something, by the names of the audit trail: a person of the register, a sender, an operator, the counter."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from registers.persons.details import Details, read_details

_PERSON, _SENDER = "person:", "sender:"


def called_actors(actors: Collection[str], *, reader: int) -> dict[str, str]:
    """Return how each actor is called to the person `reader`. One query, none where no person is among them."""
    persons = {actor: int(actor.removeprefix(_PERSON)) for actor in actors if _is_person(actor)}
    known = read_details(set(persons.values()) - {reader})
    return {actor: _called(actor, persons.get(actor), reader=reader, known=known) for actor in actors}


def _called(actor: str, person: int | None, *, reader: int, known: Mapping[int, Details]) -> str:
    if person is not None:
        details = known.get(person)
        return _("you") if person == reader else (_("an access manager") if details is None else details.name)
    if actor.startswith(_SENDER):
        return _("sender %(number)s") % {"number": actor.removeprefix(_SENDER)}
    if actor == "operator":
        return _("the contact centre")
    return _("the counter")


def _is_person(actor: str) -> bool:
    return actor.startswith(_PERSON) and actor.removeprefix(_PERSON).isdecimal()
