"""How many audit events have waited for more than a minute to be linked; for health checks, without Django."""

UNLINKED_EVENTS = """
    WITH newest AS (
        SELECT event.transaction, event.id
        FROM evidence_auditlink link JOIN evidence_auditevent event ON event.id = link.event_id
        ORDER BY link.position DESC LIMIT 1
    ), waiting AS (
        SELECT id, at FROM evidence_auditevent
        WHERE (transaction, id) > (coalesce((SELECT transaction FROM newest), 0), coalesce((SELECT id FROM newest), 0))
        AND transaction < pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        UNION
        SELECT id, at FROM evidence_auditevent
        WHERE id > coalesce((SELECT max(event_id) FROM evidence_auditlink), 0)
    )
    SELECT count(*) FROM waiting
    WHERE at < now() - interval '1 minute'
    AND NOT EXISTS (SELECT 1 FROM evidence_auditlink link WHERE link.event_id = waiting.id)
"""
"""Links follow the order of transaction and id, so what comes after the newest linked event is not linked yet; after a
restore, what this server has recorded is known by its ids instead."""
