import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models

import evidence.models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AnswerCounter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipient", models.CharField(max_length=6)),
                ("environment", models.CharField(choices=[("R", "R"), ("T", "T"), ("S", "S")], max_length=1)),
                ("day", models.DateField()),
                ("last", models.PositiveIntegerField(default=0)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("recipient", "environment", "day"), name="answer_counter_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Blob",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("size", models.BigIntegerField()),
                ("stored_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("size__gte", 0)), name="blob_size_not_negative")
                ],
            },
        ),
        migrations.CreateModel(
            name="Submission",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("environment", models.CharField(choices=[("R", "R"), ("T", "T"), ("S", "S")], max_length=1)),
                (
                    "channel",
                    models.CharField(
                        choices=[("SFTP", "SFTP"), ("FTP", "FTP"), ("WEB_SERVICE", "WEB_SERVICE")], max_length=16
                    ),
                ),
                (
                    "tray",
                    models.CharField(
                        choices=[
                            ("IN", "IN"),
                            ("INTEST", "INTEST"),
                            ("INTEST-S", "INTEST-S"),
                            ("OUT", "OUT"),
                            ("OUTTEST", "OUTTEST"),
                            ("OUTTEST-S", "OUTTEST-S"),
                        ],
                        max_length=9,
                    ),
                ),
                ("owner", models.CharField(max_length=6)),
                ("technical_user", models.CharField(max_length=64)),
                (
                    "reception",
                    models.CharField(
                        choices=[
                            ("COMPLETE", "Complete"),
                            ("MALFORMED_NAME", "Malformed Name"),
                            ("GO_AHEAD_MISSING", "Go Ahead Missing"),
                            ("PARTS_MISSING", "Parts Missing"),
                            ("CANCELLED", "Cancelled"),
                            ("CANCELLED_TOO_LATE", "Cancelled Too Late"),
                        ],
                        max_length=20,
                    ),
                ),
                ("subject_name", models.CharField(max_length=64)),
                ("purpose", models.CharField(blank=True, max_length=4)),
                ("named_sender", models.CharField(blank=True, max_length=6)),
                ("name_date", models.DateField(null=True)),
                ("sequence", models.CharField(blank=True, max_length=5)),
                ("declared_parts", models.PositiveSmallIntegerField(default=1)),
                ("ticket", models.CharField(max_length=13, null=True, unique=True)),
                ("received_at", models.DateTimeField()),
                ("received_on", models.DateField()),
                ("payload_bytes", models.BigIntegerField(default=0)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("SEALED", "Sealed"),
                            ("CLAIMED", "Claimed"),
                            ("REFUSED", "Refused"),
                            ("RECEIVED", "Received"),
                            ("FILED", "Filed"),
                            ("UNDECIDED", "Undecided"),
                            ("QUARANTINED", "Quarantined"),
                        ],
                        default="SEALED",
                        max_length=12,
                    ),
                ),
                ("leased_by", models.CharField(blank=True, max_length=128)),
                ("leased_until", models.DateTimeField(null=True)),
                ("lease_count", models.PositiveSmallIntegerField(default=0)),
                ("retry_at", models.DateTimeField(null=True)),
                ("outage", models.CharField(blank=True, max_length=500)),
                (
                    "first_of_name",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="repeats",
                        to="evidence.submission",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["SEALED", "UNDECIDED"])),
                        fields=["received_at", "id"],
                        name="submission_waiting",
                    ),
                    models.Index(
                        condition=models.Q(("state__in", ["CLAIMED", "RECEIVED"])),
                        fields=["leased_until"],
                        name="submission_leased",
                    ),
                    models.Index(fields=["owner", "environment", "-received_at"], name="submission_of_owner"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["SEALED", "CLAIMED", "REFUSED", "RECEIVED", "FILED", "UNDECIDED", "QUARANTINED"],
                            )
                        ),
                        name="submission_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "reception__in",
                                [
                                    "COMPLETE",
                                    "MALFORMED_NAME",
                                    "GO_AHEAD_MISSING",
                                    "PARTS_MISSING",
                                    "CANCELLED",
                                    "CANCELLED_TOO_LATE",
                                ],
                            )
                        ),
                        name="submission_reception_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["SFTP", "FTP", "WEB_SERVICE"])),
                        name="submission_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tray__in", ["IN", "INTEST", "INTEST-S", "OUT", "OUTTEST", "OUTTEST-S"])),
                        name="submission_tray_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="submission_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "UNDECIDED"), _negated=True),
                            ("retry_at__isnull", False),
                            _connector="OR",
                        ),
                        name="submission_undecided_is_retried",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ticket__isnull", False), ("first_of_name__isnull", False), _connector="OR"
                        ),
                        name="submission_ticket_unless_repeated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["CLAIMED", "RECEIVED"]), _negated=True),
                            ("leased_until__isnull", False),
                            _connector="OR",
                        ),
                        name="submission_worked_on_has_lease",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=64)),
                ("actor", models.CharField(max_length=128)),
                ("detail", models.JSONField(default=dict)),
                ("transaction", models.BigIntegerField(db_default=evidence.models.CurrentTransaction())),
                (
                    "submission",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="evidence.submission",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["transaction", "id"], name="audit_event_order")],
            },
        ),
        migrations.CreateModel(
            name="Answer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("ACRF", "ACRF"), ("NOTI", "NOTI")], max_length=4)),
                ("number", models.PositiveSmallIntegerField(default=1)),
                ("recipient", models.CharField(max_length=6)),
                ("environment", models.CharField(choices=[("R", "R"), ("T", "T"), ("S", "S")], max_length=1)),
                ("day", models.DateField()),
                ("sequence", models.PositiveIntegerField()),
                ("created_at", models.DateTimeField()),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="answers", to="evidence.submission"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("submission", "kind", "number"), name="answer_once"),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["ACRF", "NOTI"])), name="answer_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="answer_environment_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("number__gte", 1)), name="answer_number_from_1"),
                    models.UniqueConstraint(
                        fields=("recipient", "environment", "day", "sequence"), name="answer_sequence_once"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SubmissionPart",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("prefix", models.CharField(choices=[("FI", "FI"), ("FS", "FS")], max_length=2)),
                ("part", models.PositiveSmallIntegerField()),
                ("name", models.CharField(max_length=64)),
                (
                    "blob",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.blob"
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parts", to="evidence.submission"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("submission", "name"), name="submission_part_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(("prefix__in", ["FI", "FS"])), name="submission_part_prefix_known"
                    ),
                    models.CheckConstraint(condition=models.Q(("part__range", (1, 9))), name="submission_part_1_to_9"),
                ],
            },
        ),
        migrations.CreateModel(
            name="UsedName",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("owner", models.CharField(max_length=6)),
                ("purpose", models.CharField(max_length=4)),
                ("named_sender", models.CharField(max_length=6)),
                ("name_date", models.DateField()),
                ("sequence", models.CharField(max_length=5)),
                ("environment", models.CharField(choices=[("R", "R"), ("T", "T"), ("S", "S")], max_length=1)),
                (
                    "submission",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="used_name", to="evidence.submission"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "purpose", "named_sender", "name_date", "sequence", "environment"),
                        name="name_used_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="AuditLink",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False)),
                ("previous_hash", models.CharField(max_length=64)),
                ("hash", models.CharField(max_length=64, unique=True)),
                ("linked_at", models.DateTimeField()),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="link", to="evidence.auditevent"
                    ),
                ),
            ],
            options={
                "ordering": [models.OrderBy(models.F("position"))],
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("position__gte", 1)), name="audit_link_from_1")
                ],
            },
        ),
        migrations.CreateModel(
            name="AnswerFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("recipient", models.CharField(max_length=6)),
                ("environment", models.CharField(choices=[("R", "R"), ("T", "T"), ("S", "S")], max_length=1)),
                ("name", models.CharField(max_length=64)),
                ("size", models.BigIntegerField()),
                ("offered_at", models.DateTimeField()),
                ("collected_at", models.DateTimeField(null=True)),
                (
                    "answer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="files", to="evidence.answer"
                    ),
                ),
                (
                    "blob",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="evidence.blob"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("collected_at__isnull", True)),
                        fields=["recipient", "environment", "name"],
                        name="answer_file_offered",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("recipient", "environment", "name"), name="answer_file_name_once")
                ],
            },
        ),
    ]
