import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("evidence", "0004_append_only_heads_and_no_truncation"),
        ("persons", "0005_kinds_of_numbers"),
    ]

    operations = [
        migrations.CreateModel(
            name="BringerReference",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("bringer", models.CharField(max_length=28)),
                ("reference", models.CharField(max_length=24)),
                ("digest", models.BinaryField(max_length=32)),
                ("number", models.BigIntegerField()),
                ("registration_date", models.DateField()),
            ],
            options={
                "indexes": [
                    django.contrib.postgres.indexes.BrinIndex(fields=["registration_date"], name="reference_by_day")
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "bringer", "reference"), name="reference_used_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="bringer_reference_environment_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.CharField(max_length=19)),
                ("target", models.BigIntegerField(null=True)),
                ("identifier_id", models.BigIntegerField()),
                ("employer", models.CharField(blank=True, max_length=15)),
                ("work_place", models.CharField(max_length=13)),
                ("event_type", models.CharField(max_length=3)),
                ("registration_date", models.DateField()),
                ("deadline", models.DateField()),
                ("corrected_at", models.DateTimeField(null=True)),
                ("corrected_offset", models.SmallIntegerField(null=True)),
                ("corrected_work_place", models.CharField(blank=True, max_length=13)),
                ("justification", models.CharField(max_length=1000)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "DRAFT"),
                            ("SUBMITTED", "SUBMITTED"),
                            ("UNDER_REVIEW", "UNDER_REVIEW"),
                            ("ACCEPTED", "ACCEPTED"),
                            ("REJECTED", "REJECTED"),
                            ("WITHDRAWN", "WITHDRAWN"),
                            ("EXPIRED", "EXPIRED"),
                        ],
                        max_length=12,
                    ),
                ),
                ("is_late", models.BooleanField(default=False)),
                ("channel", models.CharField(max_length=6)),
                ("asked_for", models.CharField(blank=True, max_length=15)),
                ("asked_by", models.CharField(max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("evidence_due_at", models.DateTimeField()),
                ("submitted_at", models.DateTimeField(null=True)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=64)),
                ("decision", models.CharField(blank=True, max_length=500)),
                ("made_number", models.BigIntegerField(null=True)),
                ("made_version", models.PositiveSmallIntegerField(null=True)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state__in", ["DRAFT", "SUBMITTED", "UNDER_REVIEW"])),
                        fields=["environment", "deadline"],
                        name="pending_correction_by_end",
                    ),
                    models.Index(fields=["environment", "asked_for", "asked_at"], name="correction_of_company"),
                    models.Index(fields=["person", "asked_at"], name="correction_of_person"),
                    models.Index(
                        condition=models.Q(("state", "DRAFT")),
                        fields=["evidence_due_at"],
                        name="draft_correction_by_end",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "number"), name="correction_numbered_once"),
                    models.UniqueConstraint(
                        condition=models.Q(("state__in", ["DRAFT", "SUBMITTED", "UNDER_REVIEW"])),
                        fields=("environment", "target"),
                        name="correction_pending_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(
                            ("state__in", ["DRAFT", "SUBMITTED", "UNDER_REVIEW"]), ("target__isnull", True)
                        ),
                        fields=("person", "employer", "work_place", "event_type", "corrected_at"),
                        name="missing_event_pending_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="correction_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["DRAFT", "SUBMITTED", "UNDER_REVIEW", "ACCEPTED", "REJECTED", "WITHDRAWN", "EXPIRED"],
                            )
                        ),
                        name="correction_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("event_type__in", ["IN", "OUT"])), name="correction_event_type_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decided_by", models.F("asked_by")), _negated=True),
                        name="correction_by_four_eyes",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("target__isnull", False), ("corrected_at__isnull", False), _connector="OR"),
                        name="missing_event_has_instant",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CorrectionEvidence",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("file_name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("media_type", models.CharField(blank=True, max_length=60)),
                ("size", models.PositiveIntegerField(null=True)),
                ("stored_at", models.DateTimeField(null=True)),
                ("erased_at", models.DateTimeField(null=True)),
                (
                    "correction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="evidence", to="checkins.correction"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["sha256"], name="evidence_by_hash")],
                "constraints": [
                    models.UniqueConstraint(fields=("correction", "sha256"), name="evidence_named_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="correction_evidence_environment_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("sha256__regex", "^[0-9a-f]{64}$")), name="evidence_has_a_hash"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ErrorReport",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("registration", models.BigIntegerField(null=True)),
                ("registration_date", models.DateField()),
                ("employer", models.CharField(blank=True, max_length=15)),
                ("work_place", models.CharField(max_length=13)),
                ("message", models.CharField(max_length=1000)),
                ("reported_at", models.DateTimeField()),
                ("handled_at", models.DateTimeField(null=True)),
                ("handled_by", models.CharField(blank=True, max_length=64)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["environment", "employer", "reported_at"], name="error_report_of_employer"),
                    models.Index(fields=["person", "reported_at"], name="error_report_of_person"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="error_report_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("message", ""), _negated=True), name="error_report_says_something"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "number", "version", blank=True, editable=False, primary_key=True, serialize=False
                    ),
                ),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.BigIntegerField()),
                ("version", models.PositiveSmallIntegerField()),
                ("registration_date", models.DateField()),
                ("latitude", models.DecimalField(decimal_places=7, max_digits=9)),
                ("longitude", models.DecimalField(decimal_places=7, max_digits=10)),
            ],
            options={
                "indexes": [models.Index(fields=["registration_date"], name="position_by_day")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="position_environment_known"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "number",
                        "version",
                        "registration_date",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.BigIntegerField()),
                ("version", models.PositiveSmallIntegerField(default=1)),
                ("registration_date", models.DateField()),
                ("kind", models.CharField(choices=[("DAY", "DAY"), ("EVENT", "EVENT")], max_length=5)),
                ("sector", models.CharField(blank=True, max_length=12)),
                ("employer", models.CharField(blank=True, max_length=15)),
                ("work_place", models.CharField(max_length=13)),
                ("event_at", models.DateTimeField(null=True)),
                ("utc_offset", models.SmallIntegerField(null=True)),
                ("event_type", models.CharField(blank=True, max_length=3)),
                ("reason", models.CharField(blank=True, max_length=5)),
                ("capacity", models.CharField(blank=True, max_length=13)),
                ("capacity_source", models.CharField(blank=True, max_length=8)),
                ("address", models.JSONField(null=True)),
                ("distance", models.PositiveIntegerField(null=True)),
                ("capture", models.CharField(blank=True, max_length=10)),
                ("device", models.CharField(blank=True, max_length=100)),
                ("reference", models.CharField(blank=True, max_length=24)),
                (
                    "channel",
                    models.CharField(
                        choices=[("BATCH", "BATCH"), ("REST", "REST"), ("WS", "WS"), ("PORTAL", "PORTAL")], max_length=6
                    ),
                ),
                ("sender", models.CharField(blank=True, max_length=6)),
                ("brought_by", models.CharField(blank=True, max_length=10)),
                ("brought_by_person", models.BigIntegerField(null=True)),
                ("seq", models.PositiveIntegerField(null=True)),
                ("received_at", models.DateTimeField()),
                ("created_at", models.DateTimeField()),
                ("status", models.CharField(default="REGISTERED", max_length=10)),
                (
                    "remarks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), default=list, size=None
                    ),
                ),
                ("validated_at", models.DateTimeField(null=True)),
                ("origin", models.CharField(default="SENT", max_length=10)),
                ("correction_id", models.BigIntegerField(null=True)),
                ("next_date", models.DateField(null=True)),
                ("slot", models.BigIntegerField(default=0)),
                (
                    "identifier",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="persons.personidentifier",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="persons.person",
                    ),
                ),
                (
                    "submission",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="evidence.submission",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["employer", "registration_date", "number"], name="presence_of_employer"),
                    models.Index(fields=["work_place", "registration_date", "number"], name="presence_of_work_place"),
                    models.Index(
                        condition=models.Q(("status", "VALIDATED"), _negated=True),
                        fields=["status", "registration_date", "number"],
                        name="presence_by_status",
                    ),
                    models.Index(
                        condition=models.Q(("sender", ""), _negated=True),
                        fields=["sender", "created_at"],
                        name="presence_of_sender",
                    ),
                    django.contrib.postgres.indexes.GinIndex(
                        condition=models.Q(("remarks", []), _negated=True),
                        fields=["remarks"],
                        name="presence_by_remark",
                    ),
                    django.contrib.postgres.indexes.BrinIndex(fields=["created_at"], name="presence_by_creation"),
                    models.Index(
                        condition=models.Q(("status", "FAILED")), fields=["work_place"], name="failed_of_work_place"
                    ),
                    models.Index(
                        condition=models.Q(("status", "FAILED")), fields=["employer"], name="failed_of_employer"
                    ),
                    models.Index(condition=models.Q(("status", "FAILED")), fields=["person"], name="failed_of_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "person",
                            "registration_date",
                            "event_at",
                            "event_type",
                            "employer",
                            "work_place",
                            "slot",
                        ),
                        name="presence_once",
                        nulls_distinct=False,
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="presence_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["DAY", "EVENT"])), name="presence_kind_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["REGISTERED", "CANCELLED", "VALIDATED", "FAILED", "SUPERSEDED"])
                        ),
                        name="presence_status_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["BATCH", "REST", "WS", "PORTAL"])),
                        name="presence_channel_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("origin__in", ["SENT", "CORRECTION"])), name="presence_origin_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "sector__in",
                                ["", "CONSTRUCTION", "SECURITY", "MEAT", "READY_MIX", "CLEANING", "REMOVALS"],
                            )
                        ),
                        name="presence_sector_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason__in", ["", "WORK", "BREAK"])), name="presence_reason_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("capacity__in", ["", "EMPLOYEE", "SELF_EMPLOYED", "TEMP_WORKER", "TRAINEE", "POSTED"])
                        ),
                        name="presence_capacity_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("capture__in", ["", "BADGE", "QR", "APP", "GATEWAY", "TRACKTRACE"])),
                        name="presence_capture_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("event_at__isnull", True), ("event_type", ""), ("kind", "DAY")),
                            models.Q(("event_at__isnull", False), ("event_type__in", ["IN", "OUT"]), ("kind", "EVENT")),
                            _connector="OR",
                        ),
                        name="presence_event_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 100000000000000), ("number__lt", 1000000000000000)),
                        name="presence_number_of_15_digits",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PresenceLook",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("asked_at", models.DateTimeField()),
                (
                    "asker_kind",
                    models.CharField(
                        choices=[
                            ("WORKER", "WORKER"),
                            ("EMPLOYER", "EMPLOYER"),
                            ("CONTRACTOR", "CONTRACTOR"),
                            ("CLIENT", "CLIENT"),
                            ("SENDER", "SENDER"),
                            ("INSPECTOR", "INSPECTOR"),
                            ("OPERATOR", "OPERATOR"),
                        ],
                        max_length=10,
                    ),
                ),
                ("asker", models.CharField(max_length=64)),
                (
                    "question",
                    models.CharField(
                        choices=[
                            ("OWN", "OWN"),
                            ("ONE", "ONE"),
                            ("SEARCH", "SEARCH"),
                            ("PERIOD", "PERIOD"),
                            ("SITE", "SITE"),
                            ("ON_SITE", "ON_SITE"),
                            ("MISSING_OUT", "MISSING_OUT"),
                            ("CORRECTION", "CORRECTION"),
                            ("REPORT", "REPORT"),
                        ],
                        max_length=12,
                    ),
                ),
                ("about", models.CharField(blank=True, max_length=32)),
                ("reason", models.CharField(max_length=200)),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="persons.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["person", "asked_at"], name="presence_look_of_person"),
                    models.Index(fields=["asked_at"], name="presence_look_by_age"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="presence_look_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "asker_kind__in",
                                ["WORKER", "EMPLOYER", "CONTRACTOR", "CLIENT", "SENDER", "INSPECTOR", "OPERATOR"],
                            )
                        ),
                        name="presence_look_asker_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "question__in",
                                [
                                    "OWN",
                                    "ONE",
                                    "SEARCH",
                                    "PERIOD",
                                    "SITE",
                                    "ON_SITE",
                                    "MISSING_OUT",
                                    "CORRECTION",
                                    "REPORT",
                                ],
                            )
                        ),
                        name="presence_look_question_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("reason", ""), _negated=True), name="presence_look_has_reason"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PresenceStep",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "number",
                        "registration_date",
                        "at",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.BigIntegerField()),
                ("registration_date", models.DateField()),
                ("at", models.DateTimeField()),
                ("status", models.CharField(max_length=10)),
                (
                    "remarks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), default=list, size=None
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=8)),
                ("sender", models.CharField(blank=True, max_length=6)),
                ("brought_by", models.CharField(blank=True, max_length=10)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="presence_step_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["REGISTERED", "CANCELLED", "VALIDATED", "FAILED", "SUPERSEDED"])
                        ),
                        name="presence_step_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SectorRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                (
                    "sector",
                    models.CharField(
                        choices=[
                            ("CONSTRUCTION", "CONSTRUCTION"),
                            ("SECURITY", "SECURITY"),
                            ("MEAT", "MEAT"),
                            ("READY_MIX", "READY_MIX"),
                            ("CLEANING", "CLEANING"),
                            ("REMOVALS", "REMOVALS"),
                        ],
                        max_length=12,
                    ),
                ),
                ("valid_from", models.DateField()),
                (
                    "kinds",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), size=None),
                ),
                (
                    "registrants",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=10), size=None),
                ),
                ("days_ahead", models.PositiveSmallIntegerField(default=0)),
                ("cancel_days", models.SmallIntegerField(default=0)),
                ("correction_days", models.PositiveSmallIntegerField(default=30)),
                ("keep_years", models.PositiveSmallIntegerField(default=7)),
                ("keep_position_days", models.PositiveSmallIntegerField(default=90)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("environment", "sector", "valid_from"), name="sector_rule_once_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="sector_rule_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sector__in", ["CONSTRUCTION", "SECURITY", "MEAT", "READY_MIX", "CLEANING", "REMOVALS"])
                        ),
                        name="sector_rule_sector_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kinds__contained_by", ["DAY", "EVENT"])), name="sector_rule_kinds_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("registrants__contained_by", ["WORKER", "EMPLOYER", "CONTRACTOR"])),
                        name="sector_rule_registrants_known",
                    ),
                    models.CheckConstraint(condition=models.Q(("keep_years__gte", 1)), name="sector_rule_keeps_a_year"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Spell",
            fields=[
                (
                    "pk",
                    models.CompositePrimaryKey(
                        "person",
                        "work_date",
                        "started_at",
                        "employer",
                        "work_place",
                        blank=True,
                        editable=False,
                        primary_key=True,
                        serialize=False,
                    ),
                ),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("work_date", models.DateField()),
                ("employer", models.CharField(blank=True, max_length=15)),
                ("work_place", models.CharField(max_length=13)),
                ("started_at", models.DateTimeField()),
                ("last_in_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "state",
                    models.CharField(
                        choices=[("OPEN", "Open"), ("ENDED", "Ended"), ("MISSING_OUT", "Missing Out")], max_length=11
                    ),
                ),
                ("breaks", models.JSONField(default=list)),
                ("first_in", models.BigIntegerField()),
                ("last_in", models.BigIntegerField()),
                (
                    "person",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="persons.person",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "OPEN")),
                        fields=["work_place", "employer"],
                        name="open_spell_of_work_place",
                    ),
                    models.Index(
                        condition=models.Q(("state", "OPEN")), fields=["last_in_at"], name="open_spell_by_age"
                    ),
                    models.Index(
                        condition=models.Q(("state", "MISSING_OUT")),
                        fields=["employer", "work_date"],
                        name="missing_out_of_employer",
                    ),
                    models.Index(fields=["employer", "work_date"], name="spell_of_employer"),
                    models.Index(fields=["work_place", "work_date"], name="spell_of_work_place"),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="spell_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["OPEN", "ENDED", "MISSING_OUT"])), name="spell_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state", "ENDED")),
                            models.Q(("ended_at__isnull", True), models.Q(("state", "ENDED"), _negated=True)),
                            _connector="OR",
                        ),
                        name="spell_ends_when_ended",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ValidityNotice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("sender", models.CharField(max_length=6)),
                ("number", models.BigIntegerField()),
                ("registration_date", models.DateField()),
                ("status", models.CharField(max_length=10)),
                (
                    "remarks",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=32), default=list, size=None
                    ),
                ),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("told_at__isnull", True)),
                        fields=["environment", "sender", "id"],
                        name="validity_notice_waiting",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="validity_notice_environment_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("status__in", ["REGISTERED", "CANCELLED", "VALIDATED", "FAILED", "SUPERSEDED"])
                        ),
                        name="validity_notice_status_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.CharField(max_length=13)),
                (
                    "sector",
                    models.CharField(
                        choices=[
                            ("CONSTRUCTION", "CONSTRUCTION"),
                            ("SECURITY", "SECURITY"),
                            ("MEAT", "MEAT"),
                            ("READY_MIX", "READY_MIX"),
                            ("CLEANING", "CLEANING"),
                            ("REMOVALS", "REMOVALS"),
                        ],
                        max_length=12,
                    ),
                ),
                ("name", models.CharField(max_length=200)),
                ("declarant", models.CharField(max_length=15)),
                ("responsible", models.CharField(blank=True, max_length=15)),
                ("is_subject", models.BooleanField(default=True)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("street", models.CharField(blank=True, max_length=200)),
                ("house_number", models.CharField(blank=True, max_length=20)),
                ("post_code", models.CharField(blank=True, max_length=10)),
                ("municipality", models.CharField(blank=True, max_length=100)),
                ("latitude", models.DecimalField(decimal_places=7, max_digits=9, null=True)),
                ("longitude", models.DecimalField(decimal_places=7, max_digits=10, null=True)),
                ("changed_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["environment", "declarant"], name="work_place_of_declarant"),
                    models.Index(fields=["environment", "responsible"], name="work_place_of_responsible"),
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "number"), name="work_place_numbered_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="work_place_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("sector__in", ["CONSTRUCTION", "SECURITY", "MEAT", "READY_MIX", "CLEANING", "REMOVALS"])
                        ),
                        name="work_place_sector_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="work_place_not_backwards",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                            _connector="OR",
                        ),
                        name="work_place_point_is_whole",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__regex", "^[A-HJ-NP-Z0-9]{13}$")),
                        name="work_place_number_well_formed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MeansRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("employer", models.CharField(max_length=15)),
                ("subcontractor", models.CharField(blank=True, max_length=15)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("GIVEN", "Given"),
                            ("ALTERNATIVE_AGREED", "Alternative Agreed"),
                            ("USER_FIRM_MEANS", "User Firm Means"),
                            ("CONTRACT_CLAUSE", "Contract Clause"),
                        ],
                        max_length=18,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                ("recorded_at", models.DateTimeField()),
                ("recorded_by", models.CharField(max_length=64)),
                (
                    "person",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"
                    ),
                ),
                (
                    "work_place",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="checkins.workplace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["environment", "employer", "subcontractor"], name="means_of_employer"),
                    models.Index(
                        condition=models.Q(("person__isnull", False)), fields=["person"], name="means_of_person"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="means_record_environment_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind__in", ["GIVEN", "ALTERNATIVE_AGREED"]),
                                ("person__isnull", True),
                                models.Q(("subcontractor", ""), _negated=True),
                            ),
                            models.Q(
                                ("kind__in", ["USER_FIRM_MEANS", "CONTRACT_CLAUSE"]),
                                ("person__isnull", False),
                                ("subcontractor", ""),
                            ),
                            _connector="OR",
                        ),
                        name="means_of_a_subcontractor_or_a_temporary_worker",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["GIVEN", "USER_FIRM_MEANS"]),
                            models.Q(("note", ""), _negated=True),
                            _connector="OR",
                        ),
                        name="means_agreed_are_told",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="WorkPlaceParty",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("enterprise", models.CharField(max_length=15)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("CLIENT", "Client"),
                            ("DECLARANT", "Declarant"),
                            ("CONTRACTOR", "Contractor"),
                            ("SUBCONTRACTOR", "Subcontractor"),
                        ],
                        max_length=13,
                    ),
                ),
                ("valid_from", models.DateField()),
                ("valid_until", models.DateField(null=True)),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="subcontractors",
                        to="checkins.workplaceparty",
                    ),
                ),
                (
                    "work_place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="parties", to="checkins.workplace"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["environment", "enterprise"], name="party_by_enterprise")],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("work_place", "enterprise", "role", "valid_from"), name="party_once_from_a_day"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="work_place_party_environment_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["CLIENT", "DECLARANT", "CONTRACTOR", "SUBCONTRACTOR"])),
                        name="party_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("role", "SUBCONTRACTOR"), _negated=True),
                            ("parent__isnull", False),
                            _connector="OR",
                        ),
                        name="subcontractor_has_parent",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="party_not_backwards",
                    ),
                ],
            },
        ),
    ]
