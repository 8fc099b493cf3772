"""Do something for many at once, and for each half where that fails, so that one at whom it fails holds up no other."""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from django.db import transaction

from domain.refusals import OutageError
from evidence.outages import is_database_gone
from registers.persons.numbers import UnopenedNumberError

log = logging.getLogger(__name__)

One = TypeVar("One")
Done = TypeVar("Done")


def act_in_halves(
    many: Sequence[One], act: Callable[[Sequence[One]], Done], *, left: list[One], name: Callable[[One], str]
) -> list[Done]:
    """Do it in a transaction, or in one of each half where it fails, down to the one; return what each did that held.

    At whom it fails alone is added to those `left`, and named in the log; the first of them with where it failed. An outage is
    nobody's fault: whatever cannot be asked fails at all, and ends it.
    """
    try:
        with transaction.atomic():
            return [act(many)]
    except Exception as trouble:
        if _fails_at_all(trouble):
            raise
        if len(many) == 1:
            where = None if left else trouble
            log.error("left out %s: %s", name(many[0]), type(trouble).__name__, exc_info=where)  # noqa: TRY400
            left.append(many[0])
            return []
    middle = len(many) // 2
    halves = (many[:middle], many[middle:])
    return [done for half in halves for done in act_in_halves(half, act, left=left, name=name)]


def _fails_at_all(trouble: Exception) -> bool:
    is_outage = isinstance(trouble, OutageError) and not isinstance(trouble, UnopenedNumberError)
    return is_outage or is_database_gone(trouble)


class Troubles:
    """What fails in steps that do not need each other: it is raised once all had their turn. A database that is gone is, at once."""

    def __init__(self) -> None:
        self._kept: list[Exception] = []

    @contextmanager
    def kept_for_later(self) -> Iterator[None]:
        """Keep what fails inside the block."""
        try:
            yield
        except Exception as trouble:
            if is_database_gone(trouble):
                raise
            log.exception("failed, and the others go on")
            self._kept.append(trouble)

    def tell(self) -> None:
        """Raise the first that was kept."""
        if self._kept:
            raise self._kept[0]
