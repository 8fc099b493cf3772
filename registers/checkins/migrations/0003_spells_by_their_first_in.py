"""Tell spells apart by the number of their first IN, and keep what is to be validated anew and who was told."""

import django.db.models.deletion
from django.db import migrations, models

KEY = """
ALTER TABLE checkins_spell DROP CONSTRAINT checkins_spell_pkey;
ALTER TABLE checkins_spell ADD PRIMARY KEY (person_id, work_date, first_in);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("checkins", "0002_months"),
        ("persons", "0005_kinds_of_numbers"),
    ]

    operations = [
        migrations.CreateModel(
            name="RevalidationRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("work_place", models.CharField(blank=True, max_length=13)),
                ("employer", models.CharField(blank=True, max_length=15)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SourceMark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("source", models.CharField(max_length=32)),
                ("seen_until", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="spell",
            name="told_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(KEY, migrations.RunSQL.noop)],
            state_operations=[
                migrations.AlterField(
                    model_name="spell",
                    name="pk",
                    field=models.CompositePrimaryKey(
                        "person", "work_date", "first_in", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="spell",
            index=models.Index(
                condition=models.Q(("state", "MISSING_OUT"), ("told_at__isnull", True)),
                fields=["work_date"],
                name="missing_out_not_told",
            ),
        ),
        migrations.AddField(
            model_name="revalidationrequest",
            name="person",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="persons.person",
            ),
        ),
        migrations.AddConstraint(
            model_name="sourcemark",
            constraint=models.UniqueConstraint(fields=("environment", "source"), name="source_marked_once"),
        ),
        migrations.AddConstraint(
            model_name="sourcemark",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])), name="source_mark_environment_known"
            ),
        ),
        migrations.AddIndex(
            model_name="revalidationrequest",
            index=models.Index(
                condition=models.Q(("done_at__isnull", True)), fields=["id"], name="revalidation_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="revalidationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])), name="revalidation_request_environment_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="revalidationrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("person__isnull", False),
                    models.Q(("work_place", ""), _negated=True),
                    models.Q(("employer", ""), _negated=True),
                    _connector="OR",
                ),
                name="revalidation_is_of_something",
            ),
        ),
    ]
