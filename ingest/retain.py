"""Take answers out of the outboxes once they were kept long enough; their bytes and their evidence stay."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from evidence.answer_files import OFFERED
from evidence.audit import append_event
from evidence.models import AnswerFile

FILES_AT_ONCE = 1500
_ACTOR = "retention"


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long an outbox shows an answer after its first complete download, and after its offer; None is for ever."""

    downloaded: timedelta | None
    offered: timedelta | None

    @classmethod
    def of_days(cls, *, downloaded: int, offered: int) -> Self:
        """Return what the two settings say, in days; 0 keeps for ever."""
        return cls(
            downloaded=timedelta(days=downloaded) if downloaded else None,
            offered=timedelta(days=offered) if offered else None,
        )


def retire_answers(keeping: Keeping, *, now: datetime, files_at_once: int = FILES_AT_ONCE) -> int:
    """Let whole answers that were kept long enough leave their outbox; return how many did.

    Each batch commits for itself, so an interrupted run has done what it did and the next goes on.
    """
    retired = 0
    while batch := set(
        _due(keeping, now=now).order_by("offered_at").values_list("answer_id", flat=True)[:files_at_once]
    ):
        with transaction.atomic():
            retired += _retire(batch, keeping, now=now)
    return retired


def _retire(answers: Collection[int], keeping: Keeping, *, now: datetime) -> int:
    """Judge the answers again with their files locked: one may have been offered anew or collected meanwhile."""
    files = AnswerFile.objects.filter(answer_id__in=answers)
    list(files.select_for_update().order_by("pk").values_list("pk"))
    due = list(_due(keeping, now=now).filter(answer_id__in=answers).select_related("answer").order_by("pk"))
    files.filter(pk__in=[file.pk for file in due]).update(expired_at=now)
    names = defaultdict(list)
    for file in due:
        names[file.answer].append(file.name)
    for answer, left in names.items():
        append_event("answer:expired", at=now, actor=_ACTOR, submission_id=answer.submission_id, files=left)
    return len(names)


def _due(keeping: Keeping, *, now: datetime) -> QuerySet[AnswerFile]:
    """Return the files in the outboxes that are to leave; those of one answer always together, found by their age."""
    rules = []
    if keeping.offered is not None:
        rules.append(Q(offered_at__lte=now - keeping.offered))
    if keeping.downloaded is not None:
        since = now - keeping.downloaded
        read = AnswerFile.objects.filter(answer=OuterRef("answer"), downloaded_at__lte=since)
        rules.append(Q(Exists(read), offered_at__lte=since))
    if not rules:
        return AnswerFile.objects.none()
    shortest = min(kept for kept in (keeping.offered, keeping.downloaded) if kept is not None)
    due = rules[0] if len(rules) == 1 else rules[0] | rules[1]
    return AnswerFile.objects.filter(OFFERED, due, offered_at__lte=now - shortest)
