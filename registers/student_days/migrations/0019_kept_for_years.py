"""Let student days be forgotten that are years over; nothing younger, and nothing to which something still refers."""

from django.db import migrations

SHORTEST_YEARS = 3
"""However short the setting, nothing younger is ever deleted: contributions can be claimed for as long."""

_LONG_AGO = f"now() - interval '{SHORTEST_YEARS} years'"
_WORK_IS_NOT_OVER = f"OLD.ending_date IS NULL OR OLD.ending_date > {_LONG_AGO}"
FACTS = ("declaration", "periodversion", "dailyregistrationversion")
"""What is only ever added: it still never changes."""
YOUNG = {
    "declaration": f"OLD.received_at > {_LONG_AGO}",
    "periodversion": f"OLD.received_at > {_LONG_AGO}",
    "dailyregistrationversion": f"OLD.received_at > {_LONG_AGO}",
    "period": f"OLD.last_changed_at > {_LONG_AGO} OR OLD.state <> 'CANCELLED' AND ({_WORK_IS_NOT_OVER})",
    "dailyregistration": f"OLD.last_changed_at > {_LONG_AGO} OR NOT OLD.is_withdrawn AND ({_WORK_IS_NOT_OVER})",
    "quotaaccount": f"make_date(OLD.year + 1, 1, 1) > {_LONG_AGO}",
    "pendingform": f"OLD.settled_at IS NULL OR OLD.settled_at > {_LONG_AGO}",
}
PARENTS = (
    ("period", "periodversion", "period_id"),
    ("period", "dailyregistration", "period_id"),
    ("dailyregistration", "dailyregistrationversion", "registration_id"),
)
STILL_NEEDED = """
CREATE FUNCTION guichet_require_no_children() RETURNS trigger LANGUAGE plpgsql
SET enable_hashjoin = off SET enable_mergejoin = off AS $$
DECLARE
    is_needed boolean;
BEGIN
    EXECUTE format(
        'SELECT EXISTS (SELECT FROM gone WHERE EXISTS (SELECT FROM %1$I child WHERE child.%2$I = gone.id))',
        TG_ARGV[0], TG_ARGV[1]) INTO is_needed;
    IF is_needed THEN
        RAISE foreign_key_violation USING MESSAGE = format('%s.%s still refers to a row of %s', TG_ARGV[0], TG_ARGV[1], TG_TABLE_NAME);
    END IF;
    RETURN NULL;
END $$;
"""


def keep_for_years(table: str) -> str:
    """Return what lets rows of the table be deleted once they are old, and no earlier."""
    name = f"student_days_{table}"
    if table in FACTS:
        before = f"""
DROP TRIGGER append_only ON {name};
CREATE TRIGGER append_only BEFORE UPDATE ON {name} FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
"""
    else:
        before = f"DROP TRIGGER never_deleted ON {name};"
    return f"""{before}
CREATE TRIGGER kept_for_years BEFORE DELETE ON {name}
    FOR EACH ROW WHEN ({YOUNG[table]}) EXECUTE FUNCTION guichet_refuse_change();
"""


def keep_for_children(parent: str, child: str, column: str) -> str:
    """Return the trigger that refuses to delete what rows of another table refer to, once a statement."""
    return f"""
CREATE TRIGGER needed_by_{child} AFTER DELETE ON student_days_{parent} REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_require_no_children('student_days_{child}', '{column}');
"""


class Migration(migrations.Migration):
    dependencies = [("student_days", "0018_versions_by_officials")]

    operations = [
        migrations.RunSQL("".join(keep_for_years(table) for table in YOUNG), migrations.RunSQL.noop),
        migrations.RunSQL(STILL_NEEDED, migrations.RunSQL.noop),
        migrations.RunSQL("".join(keep_for_children(*row) for row in PARENTS), migrations.RunSQL.noop),
    ]
