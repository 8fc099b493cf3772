"""Say who did something, by the names of the audit trail: a person of the register, a sender, an operator, the counter."""

from collections.abc import Collection, Mapping

from django.utils.translation import gettext as _

from domain.access.actors import person_named
from registers.access.told_persons import names_in

_SENDER = "sender:"


def called_actors(actors: Collection[str], *, entity_id: int, reader: int, unnamed: str = "") -> dict[str, str]:
    """Return how each actor is called to the person `reader` in a company. Two queries, none where no person is among them.

    `unnamed` is what a person is called of whom no name is known there, an access manager where it is not given.
    """
    persons = {actor: person for actor in actors if (person := person_named(actor)) is not None}
    known = names_in(entity_id, set(persons.values()) - {reader})
    return {actor: _called(actor, persons.get(actor), reader=reader, known=known, unnamed=unnamed) for actor in actors}


def _called(actor: str, person: int | None, *, reader: int, known: Mapping[int, str], unnamed: str) -> str:
    if person is not None:
        return _("you") if person == reader else known.get(person) or unnamed or _("an access manager")
    if actor.startswith(_SENDER):
        return _("sender %(number)s") % {"number": actor.removeprefix(_SENDER)}
    if actor == "operator":
        return _("the contact centre")
    return _("the counter")
