"""Who works for whom, as the declared periods of work tell it; for registers that ask before they let somebody in."""

from datetime import datetime

from django.db.models import Q

from domain.brussels import brussels_date
from domain.environments import Environment
from registers.student_days.models import Period, PeriodState


class DeclaredEmployments:
    """Answers for one environment."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment

    def is_employed(self, person_id: int, entity_id: int, at: datetime) -> bool:
        """Whether a period of the person with the entity, of any type of worker, runs on that day in Brussels."""
        day = brussels_date(at)
        running = Period.objects.filter(
            Q(ending_date__isnull=True) | Q(ending_date__gte=day),
            person_id=person_id,
            employer_id=entity_id,
            starting_date__lte=day,
            environment=self._environment,
        )
        return running.exclude(state=PeriodState.CANCELLED).exists()
