"""Have the database guard all that a registration says, how it ended, and for as long as the rule of its sector says.

Sector, distance and what told the capacity are facts too. What is cancelled or superseded is so for good, and names its next
version if it is superseded, and only then. What a reference was used for first decides about whoever uses it again. A row is
deleted once the rule of its sector let go of its day, where it was a year: as `forget_old` reads the rules, where the first one
of a sector says so of all days before it, and of no sector all that hold say so. A step and a reference, which tell no sector
and go with their registration, stay for what any sector keeps; a request for a correction for what every sector does.
"""

from django.db import migrations

FACTS = (
    *(
        "environment",
        "number",
        "version",
        "registration_date",
        "kind",
        "sector",
        "identifier_id",
        "employer",
        "work_place",
    ),
    *(
        "event_at",
        "utc_offset",
        "event_type",
        "reason",
        "capacity",
        "capacity_source",
        "address",
        "distance",
        "capture",
    ),
    *(
        "device",
        "reference",
        "channel",
        "sender",
        "brought_by",
        "brought_by_person",
        "submission_id",
        "seq",
        "received_at",
    ),
    *("created_at", "origin", "correction_id"),
)
CHANGES = f"""
DROP TRIGGER facts_stay ON checkins_presence;
CREATE TRIGGER facts_stay BEFORE UPDATE OF {", ".join(FACTS)} ON checkins_presence FOR EACH ROW
    WHEN (({", ".join(f"OLD.{one}" for one in FACTS)}) IS DISTINCT FROM ({", ".join(f"NEW.{one}" for one in FACTS)}))
    EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER ends_stay BEFORE UPDATE OF status, next_date ON checkins_presence FOR EACH ROW
    WHEN (OLD.status IN ('CANCELLED', 'SUPERSEDED') AND NEW.status <> OLD.status
        OR OLD.next_date IS NOT NULL AND NEW.next_date IS DISTINCT FROM OLD.next_date
        OR (NEW.status = 'SUPERSEDED') <> (NEW.next_date IS NOT NULL))
    EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER first_use_stays BEFORE UPDATE OF environment, reference, digest ON checkins_bringerreference FOR EACH ROW
    WHEN ((OLD.environment, OLD.reference, OLD.digest) IS DISTINCT FROM (NEW.environment, NEW.reference, NEW.digest))
    EXECUTE FUNCTION guichet_refuse_change();
"""
YEARS_KEPT = """
CREATE FUNCTION checkins_years_kept(of_environment varchar, of_sector varchar, of_day date, OUT fewest integer,
    OUT most integer) LANGUAGE sql STABLE AS $$
    SELECT min(keep_years), max(keep_years) FROM (
        SELECT DISTINCT ON (sector) sector, keep_years FROM checkins_sectorrule WHERE environment = of_environment
        ORDER BY sector, valid_from > of_day, abs(valid_from - of_day)
    ) AS holding
    WHERE holding.sector = of_sector
        OR of_sector NOT IN (SELECT sector FROM checkins_sectorrule WHERE environment = of_environment)
$$;
"""
KEPT = {
    "checkins_presence": ("OLD.sector", "most"),
    "checkins_presencestep": ("''", "fewest"),
    "checkins_bringerreference": ("''", "fewest"),
    "checkins_correction": ("''", "most"),
}


def keep(table: str, sector: str, years: str) -> str:
    """Return the statements that let a row of the table go only after so many years, in Brussels."""
    kept = f"(checkins_years_kept(OLD.environment, {sector}, OLD.registration_date)).{years}"
    return f"""
DROP TRIGGER IF EXISTS kept_for_years ON {table};
CREATE TRIGGER kept_for_years BEFORE DELETE ON {table} FOR EACH ROW
    WHEN ((OLD.registration_date < (now() AT TIME ZONE 'Europe/Brussels')::date - make_interval(years => {kept})) IS NOT TRUE)
    EXECUTE FUNCTION guichet_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0035_evidence_by_its_hash"),
    ]

    operations = [
        migrations.RunSQL(
            CHANGES + YEARS_KEPT + "".join(keep(table, *by) for table, by in KEPT.items()), migrations.RunSQL.noop
        ),
    ]
