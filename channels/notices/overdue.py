"""How many notices are due for minutes though their receiver is neither paused nor busy; for health checks, without Django."""

OVERDUE_NOTICES = """
    SELECT count(*) FROM channels_answernotice notice
    JOIN channels_answersubscription subscription ON subscription.id = notice.subscription_id
    WHERE notice.state = 'WAITING' AND notice.next_attempt_at < now() - interval '5 minutes'
    AND subscription.ended_at IS NULL
    AND coalesce(subscription.retry_at, '-infinity') < now() - interval '5 minutes'
    AND NOT EXISTS (
        SELECT FROM channels_answernotice told
        WHERE told.subscription_id = subscription.id AND told.told_at > now() - interval '5 minutes'
    )
"""
