"""A declaration may be committed after a look that came later than its filing: the next look sees it, and reads little."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from django.db import connection, transaction

from domain.environments import Environment
from registers.checkins.models import RevalidationRequest
from registers.checkins.source_changes import notice_employments
from tests.checkin_items import CLEANING_SITE, RECEIVED, an_event
from tests.registers.checkins.conftest import Counter, a_work_place
from tests.registers.checkins.employing import declare, employ
from tests.registers.checkins.test_indexes_of_questions import plans

R, HOUR, MINUTE = Environment.PRODUCTION, timedelta(hours=1), timedelta(minutes=1)
FILED = RECEIVED + HOUR
FILL = """
INSERT INTO student_days_declaration (environment, submission_id, form_index, ticket, action, accepted, is_late, codes,
    period_id, received_at, filed_at)
SELECT environment, submission_id, 1 + number, lpad(number::text, 13, '0'), action, true, false, '[]', period_id,
    received_at, filed_at + number * interval '2 minutes'
FROM student_days_declaration, generate_series(1, 20000) AS number
"""


@pytest.mark.django_db(transaction=True)
def test_what_was_filed_before_a_look_and_committed_after_it_is_noticed_once(keys):
    a_work_place(number=CLEANING_SITE, sector="CLEANING", name="Offices")
    (outcome,) = Counter(keys)(an_event())
    notice_employments(environment=R, at=FILED - MINUTE)
    filed, looked = Event(), Event()

    def file_slowly() -> None:
        try:
            with transaction.atomic():
                declare(employ(outcome.registration.person_id), filed_at=FILED)
                filed.set()
                assert looked.wait(30)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as threads:
        filing = threads.submit(file_slowly)
        assert filed.wait(30)
        assert notice_employments(environment=R, at=FILED + MINUTE) == 0
        looked.set()
        filing.result()
    assert notice_employments(environment=R, at=FILED + 2 * MINUTE) == 1
    assert notice_employments(environment=R, at=FILED + 3 * MINUTE) == 0
    assert RevalidationRequest.objects.filter(person_id=outcome.registration.person_id).count() == 1


def test_a_look_reads_the_blocks_alone_of_what_was_filed_lately(counter: Counter):
    (outcome,) = counter(an_event())
    declare(employ(outcome.registration.person_id), filed_at=FILED)
    with connection.cursor() as cursor:
        cursor.execute(FILL)
        cursor.execute("SELECT brin_summarize_new_values('declaration_by_filing')")
        cursor.execute("ANALYZE student_days_declaration")
    with plans() as found:
        assert notice_employments(environment=R, at=FILED + 20_000 * 2 * MINUTE) == 1
    assert any("declaration_by_filing" in plan for plan in found)
