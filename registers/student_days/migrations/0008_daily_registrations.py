"""Keep daily registrations and their history, with their own numbers."""

import django.db.models.deletion
from django.db import migrations, models

REFERENCES = (
    ("dailyregistration", "period_id", "student_days_period"),
    ("dailyregistrationversion", "registration_id", "student_days_dailyregistration"),
    ("dailyregistrationversion", "declaration_id", "student_days_declaration"),
)
FACTS = ("student_days_dailyregistrationversion",)
GUARDS = """
CREATE TRIGGER never_deleted BEFORE DELETE ON student_days_dailyregistration
    FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON student_days_dailyregistrationversion
    FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER never_emptied BEFORE TRUNCATE ON student_days_dailyregistrationversion
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_refuse_change();
"""


def reference(table: str, column: str, parent: str) -> str:
    """Return the triggers that check one reference: new rows all at once, a changed one by itself (decision 0022)."""
    return f"""
CREATE TRIGGER refers_{column} AFTER INSERT ON student_days_{table} REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_require_references('{column}', '{parent}');
CREATE TRIGGER still_refers_{column} BEFORE UPDATE OF {column} ON student_days_{table}
    FOR EACH ROW WHEN (NEW.{column} IS DISTINCT FROM OLD.{column})
    EXECUTE FUNCTION guichet_require_reference('{column}', '{parent}');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("student_days", "0007_limits_and_neutralisations"),
    ]

    operations = [
        migrations.CreateModel(
            name="DailyRegistration",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("starting_date", models.DateField()),
                ("starting_hour", models.CharField(blank=True, max_length=4)),
                ("ending_date", models.DateField()),
                ("ending_hour", models.CharField(blank=True, max_length=4)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("first_declared_at", models.DateTimeField()),
                ("last_changed_at", models.DateTimeField()),
                (
                    "period",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="student_days.period",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DailyRegistrationVersion",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "registration", "number", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("starting_date", models.DateField()),
                ("starting_hour", models.CharField(blank=True, max_length=4)),
                ("ending_date", models.DateField()),
                ("ending_hour", models.CharField(blank=True, max_length=4)),
                ("is_withdrawn", models.BooleanField(default=False)),
                ("received_at", models.DateTimeField()),
                ("filed_at", models.DateTimeField()),
                (
                    "declaration",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="student_days.declaration",
                    ),
                ),
                (
                    "registration",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="student_days.dailyregistration",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="dailyregistration",
            index=models.Index(fields=["period"], name="daily_registration_of_period"),
        ),
        migrations.AddConstraint(
            model_name="dailyregistration",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])), name="daily_registration_environment_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="dailyregistration",
            constraint=models.CheckConstraint(
                condition=models.Q(("ending_date__gte", models.F("starting_date"))),
                name="daily_registration_not_backwards",
            ),
        ),
        migrations.AddConstraint(
            model_name="dailyregistrationversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])),
                name="daily_registration_version_environment_known",
            ),
        ),
        migrations.RunSQL(
            "CREATE SEQUENCE student_days_registration_stem START 6200000000 MAXVALUE 9999999999;",
            "DROP SEQUENCE student_days_registration_stem;",
        ),
        migrations.RunSQL("".join(reference(*row) for row in REFERENCES), migrations.RunSQL.noop),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
