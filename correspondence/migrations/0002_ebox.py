import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0002_company_accounts"),
        ("correspondence", "0001_initial"),
        ("persons", "0004_details_of_persons"),
    ]

    operations = [
        migrations.CreateModel(
            name="EboxDocument",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("quality", models.CharField(blank=True, max_length=32)),
                ("service", models.CharField(blank=True, max_length=16)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("CONFIRM_MANAGER", "Confirm Manager"),
                            ("CERTIFICATE_EXPIRES", "Certificate Expires"),
                            ("ATTEST_USERS", "Attest Users"),
                            ("ACTIVATION_LAPSES", "Activation Lapses"),
                            ("ORPHAN_CO_MANAGER", "Orphan Co Manager"),
                            ("SENDER_SUSPENDED", "Sender Suspended"),
                            ("SECOND_MANAGER_NEEDED", "Second Manager Needed"),
                            ("NOTIFICATION", "Notification"),
                            ("SECURITY_NOTICE", "Security Notice"),
                            ("REPORT", "Report"),
                        ],
                        max_length=21,
                    ),
                ),
                ("subjects", models.JSONField()),
                ("bodies", models.JSONField()),
                ("publisher", models.CharField(max_length=64)),
                ("occasion", models.CharField(max_length=150)),
                ("published_at", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("is_task", models.BooleanField(default=False)),
                ("due_at", models.DateTimeField(null=True)),
                ("is_reply_allowed", models.BooleanField(default=False)),
                (
                    "state",
                    models.CharField(
                        choices=[("NEW", "New"), ("READ", "Read"), ("HANDLED", "Handled"), ("EXPIRED", "Expired")],
                        default="NEW",
                        max_length=7,
                    ),
                ),
                ("handled_at", models.DateTimeField(null=True)),
                ("handled_by", models.CharField(blank=True, max_length=64)),
                (
                    "entity",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.entity"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["entity", "-published_at", "-id"], name="ebox_of_entity"),
                    models.Index(fields=["person", "-published_at", "-id"], name="ebox_of_person"),
                    models.Index(
                        condition=models.Q(("state", "EXPIRED"), _negated=True),
                        fields=["valid_until"],
                        name="ebox_expiring",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "occasion"), name="ebox_occasion_once"),
                    models.CheckConstraint(
                        condition=models.Q(("entity__isnull", False), ("person__isnull", False), _connector="OR"),
                        name="ebox_document_is_for_somebody",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "HANDLED"), _negated=True),
                            models.Q(("handled_at__isnull", False), ("is_task", True)),
                            _connector="OR",
                        ),
                        name="ebox_tasks_are_handled",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("due_at__isnull", True), ("is_task", True), _connector="OR"),
                        name="ebox_tasks_are_due",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gt", models.F("published_at"))), name="ebox_validity_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["NEW", "READ", "HANDLED", "EXPIRED"])),
                        name="ebox_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "CONFIRM_MANAGER",
                                    "CERTIFICATE_EXPIRES",
                                    "ATTEST_USERS",
                                    "ACTIVATION_LAPSES",
                                    "ORPHAN_CO_MANAGER",
                                    "SENDER_SUSPENDED",
                                    "SECOND_MANAGER_NEEDED",
                                    "NOTIFICATION",
                                    "SECURITY_NOTICE",
                                    "REPORT",
                                ],
                            )
                        ),
                        name="ebox_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="ebox_document_environment_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EboxAttachment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=100)),
                ("sha256", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attachments",
                        to="correspondence.eboxdocument",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("document", "name"), name="ebox_attachment_once")],
            },
        ),
        migrations.CreateModel(
            name="EboxReceipt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("first_opened_at", models.DateTimeField(null=True)),
                ("hidden_at", models.DateTimeField(null=True)),
                ("label", models.CharField(blank=True, max_length=50)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="receipts",
                        to="correspondence.eboxdocument",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("document", "person"), name="ebox_receipt_once")],
            },
        ),
        migrations.CreateModel(
            name="EboxRoute",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("quality", models.CharField(max_length=32)),
                ("service", models.CharField(max_length=16)),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.useraccount"
                    ),
                ),
                (
                    "entity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.entity"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["account"], name="ebox_routes_of_account")],
                "constraints": [
                    models.UniqueConstraint(fields=("entity", "quality", "service", "account"), name="ebox_route_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="ebox_route_environment_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EboxAlert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("address", models.EmailField(max_length=254)),
                (
                    "language",
                    models.CharField(
                        choices=[("nl", "NL"), ("fr", "FR"), ("de", "DE"), ("en", "EN")], default="en", max_length=2
                    ),
                ),
                ("activated_at", models.DateTimeField(null=True)),
                (
                    "entity",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.entity"
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("entity__isnull", False)), fields=("entity",), name="ebox_alert_of_entity"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)), fields=("person",), name="ebox_alert_of_person"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("entity__isnull", False), ("person__isnull", True)),
                            models.Q(("entity__isnull", True), ("person__isnull", False)),
                            _connector="OR",
                        ),
                        name="ebox_alert_of_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__in", ["nl", "fr", "de", "en"])), name="ebox_alert_language_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="ebox_alert_environment_known"
                    ),
                ],
            },
        ),
    ]
