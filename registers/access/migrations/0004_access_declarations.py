import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0003_invariants_of_accounts"),
        ("evidence", "0004_append_only_heads_and_no_truncation"),
        ("persons", "0004_details_of_persons"),
    ]

    operations = [
        migrations.CreateModel(
            name="DeclaredForm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("form_index", models.PositiveIntegerField()),
                ("sender", models.CharField(max_length=6)),
                ("reference", models.CharField(blank=True, max_length=36)),
                ("digest", models.BinaryField(max_length=32)),
                ("is_accepted", models.BooleanField()),
                ("header", models.JSONField(default=list)),
                ("company", models.CharField(blank=True, max_length=10)),
                ("quality", models.CharField(blank=True, max_length=32)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("FILED", "FILED"),
                            ("AWAITING_CONFIRMATION", "AWAITING_CONFIRMATION"),
                            ("CONFIRMED", "CONFIRMED"),
                            ("DECLINED", "DECLINED"),
                            ("LAPSED", "LAPSED"),
                        ],
                        max_length=21,
                    ),
                ),
                ("received_at", models.DateTimeField()),
                ("filed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                ("settled_by", models.CharField(blank=True, max_length=64)),
                (
                    "entity",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.entity"
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.submission"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["entity", "-filed_at"], name="access_forms_of_entity"),
                    models.Index(
                        condition=models.Q(("state", "AWAITING_CONFIRMATION")),
                        fields=["expires_at"],
                        name="access_forms_held",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("submission", "form_index", "environment"), name="access_form_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("is_accepted", True)),
                        fields=("environment", "sender", "reference"),
                        name="access_reference_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "AWAITING_CONFIRMATION"), _negated=True),
                            models.Q(("expires_at__isnull", False), ("settled_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="held_form_has_a_deadline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("is_accepted", False), models.Q(("reference", ""), _negated=True), _connector="OR"
                        ),
                        name="accepted_form_has_reference",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["FILED", "AWAITING_CONFIRMATION", "CONFIRMED", "DECLINED", "LAPSED"])
                        ),
                        name="access_form_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="declared_form_environment_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DeclaredAccess",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.PositiveIntegerField()),
                ("seq", models.PositiveIntegerField(null=True)),
                ("ticket", models.CharField(max_length=13)),
                ("action", models.CharField(blank=True, max_length=8)),
                ("subject", models.CharField(blank=True, max_length=13)),
                ("effective_date", models.DateField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("RECEIVED", "RECEIVED"),
                            ("REFUSED", "REFUSED"),
                            ("PENDING_CONFIRMATION", "PENDING_CONFIRMATION"),
                            ("CONFIRMED", "CONFIRMED"),
                            ("DECLINED", "DECLINED"),
                            ("LAPSED", "LAPSED"),
                            ("SCHEDULED", "SCHEDULED"),
                            ("APPLIED", "APPLIED"),
                            ("FAILED_AT_APPLY", "FAILED_AT_APPLY"),
                        ],
                        max_length=20,
                    ),
                ),
                ("result", models.PositiveSmallIntegerField()),
                ("findings", models.JSONField(default=list)),
                ("technical_user", models.CharField(blank=True, max_length=64)),
                ("key_id", models.CharField(blank=True, max_length=16)),
                ("ciphertext", models.BinaryField(default=b"")),
                ("due_on", models.DateField(null=True)),
                ("expires_at", models.DateTimeField(null=True)),
                ("settled_at", models.DateTimeField(null=True)),
                (
                    "account",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.useraccount",
                    ),
                ),
                (
                    "appointment",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="access.appointment",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"
                    ),
                ),
                (
                    "form",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="declarations",
                        to="access.declaredform",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "SCHEDULED")), fields=["due_on"], name="declared_access_due"
                    ),
                    models.Index(
                        condition=models.Q(("state", "PENDING_CONFIRMATION")),
                        fields=["expires_at"],
                        name="declared_access_pending",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("form", "number"), name="declared_access_once"),
                    models.UniqueConstraint(fields=("environment", "ticket"), name="access_ticket_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "SCHEDULED"), _negated=True), ("due_on__isnull", False), _connector="OR"
                        ),
                        name="scheduled_has_a_day",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "PENDING_CONFIRMATION"), _negated=True),
                            ("expires_at__isnull", False),
                            _connector="OR",
                        ),
                        name="pending_has_a_deadline",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "RECEIVED",
                                    "REFUSED",
                                    "PENDING_CONFIRMATION",
                                    "CONFIRMED",
                                    "DECLINED",
                                    "LAPSED",
                                    "SCHEDULED",
                                    "APPLIED",
                                    "FAILED_AT_APPLY",
                                ],
                            )
                        ),
                        name="declared_access_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="declared_access_environment_known",
                    ),
                ],
            },
        ),
    ]
