"""Keep forms that wait for the identification of their worker."""

import django.db.models.deletion
from django.db import migrations, models

GUARDS = """
CREATE TRIGGER never_deleted BEFORE DELETE ON student_days_pendingform
    FOR EACH ROW EXECUTE FUNCTION guichet_refuse_change();
CREATE TRIGGER refers_submission_id AFTER INSERT ON student_days_pendingform REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION guichet_require_references('submission_id', 'evidence_submission');
CREATE TRIGGER still_refers_submission_id BEFORE UPDATE OF submission_id ON student_days_pendingform
    FOR EACH ROW WHEN (NEW.submission_id IS DISTINCT FROM OLD.submission_id)
    EXECUTE FUNCTION guichet_require_reference('submission_id', 'evidence_submission');
"""


class Migration(migrations.Migration):
    dependencies = [
        ("evidence", "0004_append_only_heads_and_no_truncation"),
        ("student_days", "0008_daily_registrations"),
    ]

    operations = [
        migrations.CreateModel(
            name="PendingForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("form_index", models.PositiveIntegerField()),
                ("ticket", models.CharField(max_length=13)),
                ("key_id", models.CharField(max_length=16)),
                ("ciphertext", models.BinaryField()),
                ("received_at", models.DateTimeField()),
                ("noted_at", models.DateTimeField()),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "submission",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evidence.submission",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("submission", "form_index", "environment"), name="form_waits_once"),
                    models.UniqueConstraint(fields=("environment", "ticket"), name="pending_ticket_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="pending_form_environment_known"
                    ),
                ],
            },
        ),
        migrations.RunSQL(GUARDS, migrations.RunSQL.noop),
    ]
