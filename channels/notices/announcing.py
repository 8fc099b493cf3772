"""Note, in the transaction that offers an answer, which subscribers are to be told of it."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import connection

NOTICES_CHANNEL = "guichet_notices"
"""PostgreSQL's channel on which whoever carries notices is woken."""

GATHERING = timedelta(minutes=1)
"""How long mail waits for further answers, such as the notification that follows its acknowledgement."""

_ANNOUNCE = """
    WITH noted AS (
        INSERT INTO channels_answernotice
            (subscription_id, answer_id, number, state, attempts, waiting_since, next_attempt_at, problem)
        SELECT s.id, offered.answer, gen_random_uuid(), 'WAITING', 0, %(at)s,
            CASE s.means WHEN 'EMAIL' THEN %(gathered)s ELSE %(at)s END, ''
        FROM unnest(%(answers)s::bigint[], %(recipients)s::text[]) AS offered (answer, recipient)
        JOIN channels_answersubscription s ON s.sender_id = offered.recipient AND s.ended_at IS NULL
        ON CONFLICT DO NOTHING RETURNING id
    )
    SELECT pg_notify(%(channel)s, '') FROM noted LIMIT 1
"""


class NoticeBoard:
    """Fulfils `ingest.offer_answers.Announces`: one statement, which finds nothing where nobody subscribed."""

    def announce(self, answers: Collection[tuple[int, str]], *, at: datetime) -> None:
        """Let every subscriber be told of its answers, ids with recipients, once the running transaction commits."""
        values: dict[str, datetime | str | list[int] | list[str]] = {
            "answers": [answer for answer, _ in answers],
            "recipients": [recipient for _, recipient in answers],
            "at": at,
            "gathered": at + GATHERING,
            "channel": NOTICES_CHANNEL,
        }
        with connection.cursor() as cursor:
            cursor.execute(_ANNOUNCE, values)
