"""Note for which company somebody was brought whom none here employs, where another one sent it (decision 0074).

What was registered before is told by the works of its day and the mandates at its reception: where the sender had no part in
them, it was for the only one of its principals that had. Requests and reports about it follow. The index whose place the new
one takes goes in a migration of its own: a backup keeps that out, and would have all built anew.
"""

from django.db import migrations, models
from django.db.models.functions import Coalesce

FACTS = (
    *("environment", "number", "version", "registration_date", "kind", "sector", "identifier_id", "employer"),
    *("work_place", "event_at", "utc_offset", "event_type", "reason", "capacity", "capacity_source", "address"),
    *("distance", "capture", "device", "reference", "channel", "sender", "brought_by", "brought_by_person"),
    *("submission_id", "seq", "received_at", "created_at", "origin", "correction_id", "brought_for"),
)
GUARD = f"""
DROP TRIGGER facts_stay ON checkins_presence;
CREATE TRIGGER facts_stay BEFORE UPDATE OF {", ".join(FACTS)} ON checkins_presence FOR EACH ROW
    WHEN (({", ".join(f"OLD.{one}" for one in FACTS)}) IS DISTINCT FROM ({", ".join(f"NEW.{one}" for one in FACTS)}))
    EXECUTE FUNCTION guichet_refuse_change();
"""
TOLD = """
WITH came AS MATERIALIZED (
    SELECT number, version, registration_date, environment, brought_by, work_place, received_at,
        to_char(received_at AT TIME ZONE 'Europe/Brussels', 'YYYYQ') AS quarter
    FROM checkins_presence WHERE employer !~ '^[0-9]' AND brought_by <> ''
), parts AS (
    SELECT DISTINCT came.environment, came.work_place, came.registration_date, builder.company
    FROM (SELECT DISTINCT environment, work_place, registration_date FROM came) AS came
    JOIN checkins_workplace place ON place.environment = came.environment AND place.number = came.work_place
    CROSS JOIN LATERAL (
        SELECT place.declarant AS company
        UNION ALL
        SELECT party.enterprise FROM checkins_workplaceparty party
        WHERE party.work_place_id = place.id AND party.role <> 'CLIENT' AND party.valid_from <= came.registration_date
            AND (party.valid_until IS NULL OR party.valid_until >= came.registration_date)
    ) AS builder
), told AS (
    SELECT came.number, came.version, came.registration_date, min(principal.company_number) AS company
    FROM came
    JOIN access_entity mandatary ON mandatary.environment = came.environment AND mandatary.company_number = came.brought_by
    JOIN access_mandate held ON held.mandatary_id = mandatary.id AND held.environment = came.environment
        AND held.service_group = 'CHECK_INS' AND held.in_force_from <= came.received_at
        AND (held.valid_until IS NULL OR held.valid_until > came.received_at)
        AND held.from_quarter <= came.quarter AND (held.to_quarter = '' OR held.to_quarter >= came.quarter)
    JOIN access_entity principal ON principal.id = held.principal_id AND principal.company_number <> ''
    JOIN parts ON parts.environment = came.environment AND parts.work_place = came.work_place
        AND parts.registration_date = came.registration_date AND parts.company = principal.company_number
    WHERE NOT EXISTS (
        SELECT FROM parts AS own WHERE own.environment = came.environment AND own.work_place = came.work_place
            AND own.registration_date = came.registration_date AND own.company = came.brought_by
    )
    GROUP BY came.number, came.version, came.registration_date
    HAVING count(DISTINCT principal.company_number) = 1
)
UPDATE checkins_presence one SET brought_for = told.company FROM told
WHERE one.number = told.number AND one.version = told.version AND one.registration_date = told.registration_date;

UPDATE checkins_correction request SET brought_for = (
    SELECT came.brought_for FROM checkins_presence came
    WHERE came.person_id = request.person_id AND came.environment = request.environment
        AND came.employer = request.employer AND came.work_place = request.work_place
        AND came.brought_by = request.asked_for AND came.brought_for IS NOT NULL
        AND came.registration_date BETWEEN request.registration_date - 31 AND request.registration_date + 31
    ORDER BY came.number = request.target DESC NULLS LAST, came.registration_date DESC, came.number DESC LIMIT 1
) WHERE request.employer !~ '^[0-9]' AND request.asked_for <> '';

UPDATE checkins_errorreport report SET company = came.brought_for FROM checkins_presence came
WHERE report.handled_at IS NULL AND came.number = report.registration AND came.person_id = report.person_id
    AND came.environment = report.environment AND came.next_date IS NULL AND came.brought_for IS NOT NULL
    AND report.company = came.brought_by;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0020_blocked_by_file_for_want_of_use_before"),
        ("checkins", "0056_scan_noted_or_not"),
    ]
    operations = [
        migrations.AddField(
            model_name="presence", name="brought_for", field=models.CharField(max_length=10, null=True)
        ),
        migrations.AddField(
            model_name="correction", name="brought_for", field=models.CharField(max_length=10, null=True)
        ),
        migrations.RunSQL(TOLD, migrations.RunSQL.noop),
        migrations.RunSQL(GUARD, migrations.RunSQL.noop),
        migrations.AddIndex(
            model_name="presence",
            index=models.Index(
                Coalesce("brought_for", "brought_by"),
                models.F("registration_date"),
                condition=models.Q(("employer__regex", "^[0-9]"), _negated=True),
                name="presence_brought_for",
            ),
        ),
        migrations.AddIndex(
            model_name="correction",
            index=models.Index(
                condition=models.Q(("brought_for__isnull", False)),
                fields=["environment", "brought_for", "asked_at"],
                name="correction_brought_for",
            ),
        ),
    ]
