"""Keep what is recorded of means of registration: the database lets a row be replaced once, and nothing else be done to it.

Two of one company, place and subcontractor or person could hold on one day, after two numbers were found to be one person's or
where two recorded at one instant: the last that was recorded holds, and what is left of the other is written anew. A row goes
after the years of what every sector keeps, as `forget_old` reads them.
"""

from datetime import UTC, datetime
from itertools import groupby

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F, Q

from domain.checkins.day_spans import DaySpan, apart

KEY = ("environment", "employer", "work_place_id", "subcontractor", "person_id")
FACTS = ("environment", "employer", "work_place_id", "subcontractor", "kind", "note", "valid_from", "valid_until")
WRITTEN = ("recorded_at", "recorded_by", "written_at")
UPGRADE = "upgrade"


def settle(apps: Apps, _schema_editor: BaseDatabaseSchemaEditor) -> None:
    records = apps.get_model("checkins", "MeansRecord").objects
    records.update(written_at=F("recorded_at"))
    at = datetime.now(UTC)
    rows = list(records.order_by(*KEY, "recorded_at", "pk"))
    for _, of_one in groupby(rows, lambda row: [getattr(row, name) for name in KEY]):
        recorded = list(of_one)
        spans = [DaySpan(row.valid_from, row.valid_until) for row in recorded]
        for row, span, left in zip(recorded, spans, apart(spans), strict=True):
            if left == (span,):
                continue
            records.filter(pk=row.pk).update(replaced_at=at, replaced_by=UPGRADE)
            for days in left:
                facts = {name: getattr(row, name) for name in (*FACTS, "person_id", "recorded_at", "recorded_by")}
                facts |= {"valid_from": days.first, "valid_until": days.last}
                records.create(**facts, written_at=at)


def same(row: str) -> str:
    return ", ".join(f"{row}.{name}" for name in (*FACTS, *WRITTEN))


GUARDS = f"""
CREATE TRIGGER facts_stay BEFORE UPDATE ON checkins_meansrecord FOR EACH ROW
    WHEN (({same("OLD")}) IS DISTINCT FROM ({same("NEW")})
        OR OLD.replaced_at IS NOT NULL
            AND (OLD.replaced_at, OLD.replaced_by) IS DISTINCT FROM (NEW.replaced_at, NEW.replaced_by))
    EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON checkins_meansrecord
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_refuse_change();
"""
LAST_DAY = "LEAST(OLD.valid_until, (OLD.replaced_at AT TIME ZONE 'Europe/Brussels')::date)"
KEPT = f"""
CREATE TRIGGER kept_for_years BEFORE DELETE ON checkins_meansrecord FOR EACH ROW
    WHEN (({LAST_DAY} < (now() AT TIME ZONE 'Europe/Brussels')::date
        - make_interval(years => (checkins_years_kept(OLD.environment, '', {LAST_DAY})).most)) IS NOT TRUE)
    EXECUTE FUNCTION guichet_refuse_change();
"""
_TOLD = " || ' ' || ".join(f"COALESCE({name}::text, '')" for name in KEY)
_HASH = f"hashtextextended({_TOLD}, 0)"
ONE_A_DAY = f"""
ALTER TABLE checkins_meansrecord ADD CONSTRAINT means_one_on_a_day EXCLUDE USING gist (
    int8range({_HASH}, {_HASH}, '[]') WITH &&, daterange(valid_from, valid_until, '[]') WITH &&
) WHERE (replaced_at IS NULL);
"""
"""A range of one hash stands for company, place and of whom it is recorded, as GiST knows no words."""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0045_ended_after_all"),
    ]

    operations = [
        migrations.AddField("meansrecord", "written_at", models.DateTimeField(null=True)),
        migrations.AddField("meansrecord", "replaced_at", models.DateTimeField(null=True)),
        migrations.AddField("meansrecord", "replaced_by", models.CharField(blank=True, default="", max_length=64)),
        migrations.RunPython(settle, migrations.RunPython.noop),
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;", migrations.RunSQL.noop),
        migrations.AlterField("meansrecord", "written_at", models.DateTimeField()),
        migrations.AddConstraint(
            "meansrecord",
            models.CheckConstraint(
                condition=Q(replaced_at__isnull=True, replaced_by="")
                | Q(replaced_at__isnull=False) & ~Q(replaced_by=""),
                name="means_replaced_by_somebody",
            ),
        ),
        migrations.RunSQL(GUARDS + KEPT + ONE_A_DAY, migrations.RunSQL.noop),
    ]
