"""How many audit events have waited for more than a minute to be linked; for health checks, without Django."""

UNLINKED_EVENTS = """
    WITH newest AS (
        SELECT event.transaction, event.id
        FROM evidence_auditlink link JOIN evidence_auditevent event ON event.id = link.event_id
        ORDER BY link.position DESC LIMIT 1
    )
    SELECT count(*) FROM evidence_auditevent
    WHERE at < now() - interval '1 minute'
    AND (transaction, id) > (coalesce((SELECT transaction FROM newest), 0), coalesce((SELECT id FROM newest), 0))
"""
"""Links follow the order of transaction and id, so whatever comes after the newest linked event is not linked yet."""
