"""Who works for whom, by the periods of work that were declared."""

from collections.abc import Collection
from datetime import date

from django.db.models import Q

from registers.student_days.models import Period, PeriodState


class DeclaredPeriods:
    """Employments as the register of periods of work knows them, those of students among them."""

    def employed(self, person_ids: Collection[int], *, entity_id: int, on: date) -> set[int]:
        """Return those of the persons who have a period with the entity that runs on that Brussels date. One query."""
        if not person_ids:
            return set()
        running = Period.objects.filter(
            Q(ending_date__isnull=True) | Q(ending_date__gte=on),
            person_id__in=list(person_ids),
            employer_id=entity_id,
            starting_date__lte=on,
        ).exclude(state=PeriodState.CANCELLED)
        return set(running.values_list("person_id", flat=True))
