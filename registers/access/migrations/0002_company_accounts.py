import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("channels", "0005_notice_leases"),
        ("persons", "0004_details_of_persons"),
    ]

    operations = [
        migrations.CreateModel(
            name="Appointment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("quality", models.CharField(blank=True, max_length=32)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("CHIEF", "CHIEF"),
                            ("CO_CHIEF", "CO_CHIEF"),
                            ("MANAGER", "MANAGER"),
                            ("CO_MANAGER", "CO_MANAGER"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("PROPOSED", "PROPOSED"),
                            ("ACTIVE", "ACTIVE"),
                            ("BLOCKED", "BLOCKED"),
                            ("DECLINED", "DECLINED"),
                            ("EXPIRED", "EXPIRED"),
                            ("ENDED", "ENDED"),
                        ],
                        default="PROPOSED",
                        max_length=8,
                    ),
                ),
                ("proposed_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                ("confirmed_by", models.CharField(blank=True, max_length=64)),
                ("valid_from", models.DateTimeField(null=True)),
                ("valid_until", models.DateTimeField(null=True)),
                ("orphan_since", models.DateTimeField(null=True)),
                ("created_by", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "PROPOSED")), fields=["expires_at"], name="appointments_waiting"
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("state", "PROPOSED"), ("valid_from__isnull", True), ("valid_until__isnull", True)
                            ),
                            models.Q(
                                ("state__in", ["ACTIVE", "BLOCKED"]),
                                ("valid_from__isnull", False),
                                ("valid_until__isnull", True),
                            ),
                            models.Q(("state__in", ["DECLINED", "EXPIRED", "ENDED"]), ("valid_until__isnull", False)),
                            _connector="OR",
                        ),
                        name="appointment_valid_as_its_state",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["ACTIVE", "BLOCKED"]), _negated=True),
                            ("confirmed_at__isnull", False),
                            _connector="OR",
                        ),
                        name="held_appointment_is_confirmed",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role", "CHIEF"), ("state", "BLOCKED"), _negated=True),
                        name="chief_is_never_blocked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("orphan_since__isnull", True), ("role", "CO_MANAGER"), _connector="OR"),
                        name="orphan_is_co_manager",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("role__in", ["CHIEF", "CO_CHIEF", "MANAGER", "CO_MANAGER"])),
                        name="appointment_role_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["PROPOSED", "ACTIVE", "BLOCKED", "DECLINED", "EXPIRED", "ENDED"])
                        ),
                        name="appointment_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="appointment_environment_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="EntityAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("REGISTERED", "REGISTERED"),
                            ("ACTIVATION_EXPIRED", "ACTIVATION_EXPIRED"),
                            ("ACTIVE", "ACTIVE"),
                            ("SUSPENDED", "SUSPENDED"),
                            ("CLOSED", "CLOSED"),
                        ],
                        max_length=18,
                    ),
                ),
                ("is_password_login_allowed", models.BooleanField(default=True)),
                ("codes_issued_at", models.DateTimeField()),
                ("activated_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("created_by", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state__in", ["ACTIVE", "SUSPENDED"]), _negated=True),
                            ("activated_at__isnull", False),
                            _connector="OR",
                        ),
                        name="active_account_was_activated",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("closed_at__isnull", False), ("state", "CLOSED")),
                            models.Q(models.Q(("state", "CLOSED"), _negated=True), ("closed_at__isnull", True)),
                            _connector="OR",
                        ),
                        name="closed_account_was_closed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Grant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                (
                    "service",
                    models.CharField(
                        choices=[
                            ("DIMONA", "DIMONA"),
                            ("CHECK_INS", "CHECK_INS"),
                            ("ACCESS", "ACCESS"),
                            ("CHANNELS", "CHANNELS"),
                            ("EBOX", "EBOX"),
                            ("MANDATES", "MANDATES"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "right",
                    models.CharField(
                        choices=[("CONSULT", "CONSULT"), ("DECLARE", "DECLARE"), ("MANAGE", "MANAGE")], max_length=7
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("PROPOSED", "PROPOSED"),
                            ("ACTIVE", "ACTIVE"),
                            ("REFUSED", "REFUSED"),
                            ("CLOSED", "CLOSED"),
                        ],
                        default="ACTIVE",
                        max_length=8,
                    ),
                ),
                ("granted_by", models.CharField(max_length=64)),
                ("confirmed_by", models.CharField(blank=True, max_length=64)),
                ("granted_at", models.DateTimeField()),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
                ("source", models.CharField(max_length=64)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("valid_until__isnull", True), ("valid_until__gte", models.F("valid_from")), _connector="OR"
                        ),
                        name="grant_window_forward",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["PROPOSED", "ACTIVE"]), ("valid_until__isnull", False), _connector="OR"
                        ),
                        name="grant_over_has_an_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("service__in", ["DIMONA", "CHECK_INS", "ACCESS", "CHANNELS", "EBOX", "MANDATES"])
                        ),
                        name="grant_service_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("right__in", ["CONSULT", "DECLARE", "MANAGE"])), name="grant_right_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["PROPOSED", "ACTIVE", "REFUSED", "CLOSED"])),
                        name="grant_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="grant_environment_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StandingChange",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("state", models.CharField(max_length=8)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=64)),
                ("reason", models.CharField(blank=True, max_length=200)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="standing_change_environment_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UserAccount",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("quality", models.CharField(max_length=32)),
                ("user_name", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("INVITED", "INVITED"),
                            ("ACTIVE", "ACTIVE"),
                            ("BLOCKED", "BLOCKED"),
                            ("EXPIRED", "EXPIRED"),
                            ("REMOVED", "REMOVED"),
                        ],
                        default="INVITED",
                        max_length=7,
                    ),
                ),
                ("invited_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("activated_at", models.DateTimeField(null=True)),
                ("locked_until", models.DateTimeField(null=True)),
                ("block_reason", models.CharField(blank=True, max_length=32)),
                ("employment_declared_by", models.CharField(blank=True, max_length=64)),
                ("employment_declared_at", models.DateTimeField(null=True)),
                ("employment_checked_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField(null=True)),
                ("created_by", models.CharField(max_length=64)),
                ("source", models.CharField(max_length=64)),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "INVITED")), fields=["expires_at"], name="invitations_waiting"
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "user_name"), name="account_user_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("state", "REMOVED"), ("valid_until__isnull", False)),
                            models.Q(models.Q(("state", "REMOVED"), _negated=True), ("valid_until__isnull", True)),
                            _connector="OR",
                        ),
                        name="removed_account_has_an_end",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("employment_declared_at__isnull", False),
                            ("employment_checked_at__isnull", False),
                            _connector="OR",
                        ),
                        name="employment_declared_or_checked",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state", "BLOCKED"), ("block_reason", ""), ("state", "REMOVED"), _connector="OR"
                        ),
                        name="reason_of_a_block",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("quality", ""), _negated=True), name="account_in_a_quality"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("invited_at"))), name="invitation_window_forward"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["INVITED", "ACTIVE", "BLOCKED", "EXPIRED", "REMOVED"])),
                        name="account_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="user_account_environment_known"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="entityquality",
            name="registration_number",
            field=models.CharField(blank=True, max_length=16),
        ),
        migrations.AddField(
            model_name="mandate",
            name="proposed_by",
            field=models.CharField(
                blank=True, choices=[("PRINCIPAL", "Principal"), ("MANDATARY", "Mandatary")], max_length=9
            ),
        ),
        migrations.AddConstraint(
            model_name="entityquality",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_standard", True), ("valid_until__isnull", True)),
                fields=("entity",),
                name="one_standard_quality",
            ),
        ),
        migrations.AddConstraint(
            model_name="entityquality",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])), name="entity_quality_environment_known"
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="entity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="appointments", to="access.entity"
            ),
        ),
        migrations.AddField(
            model_name="appointment",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"),
        ),
        migrations.AddField(
            model_name="entityaccount",
            name="entity",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="account", to="access.entity"
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="sender",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="channels.sender"
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="via_mandate",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="access.mandate"
            ),
        ),
        migrations.AddField(
            model_name="standingchange",
            name="appointment",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="access.appointment"
            ),
        ),
        migrations.AddField(
            model_name="standingchange",
            name="grant",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="access.grant"
            ),
        ),
        migrations.AddField(
            model_name="useraccount",
            name="entity",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="user_accounts", to="access.entity"
            ),
        ),
        migrations.AddField(
            model_name="useraccount",
            name="person",
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="persons.person"),
        ),
        migrations.AddField(
            model_name="standingchange",
            name="account",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="changes", to="access.useraccount"
            ),
        ),
        migrations.AddField(
            model_name="grant",
            name="account",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.PROTECT, related_name="grants", to="access.useraccount"
            ),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(fields=["entity", "quality", "proposed_at"], name="appointments_of_entity"),
        ),
        migrations.AddIndex(
            model_name="appointment",
            index=models.Index(
                condition=models.Q(("state__in", ["PROPOSED", "ACTIVE", "BLOCKED"])),
                fields=["person"],
                name="appointments_of_person",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "CHIEF"), ("state__in", ["ACTIVE", "BLOCKED"])),
                fields=("entity",),
                name="one_chief",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "CHIEF"), ("state", "PROPOSED")),
                fields=("entity",),
                name="one_chief_to_come",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "MANAGER"), ("state__in", ["ACTIVE", "BLOCKED"])),
                fields=("entity", "quality"),
                name="one_manager",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("role", "MANAGER"), ("state", "PROPOSED")),
                fields=("entity", "quality"),
                name="one_manager_to_come",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["PROPOSED", "ACTIVE", "BLOCKED"])),
                fields=("entity", "quality", "role", "person"),
                name="appointment_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="appointment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("quality", ""), ("role__in", ["CHIEF", "CO_CHIEF"])),
                    models.Q(
                        models.Q(("role__in", ["CHIEF", "CO_CHIEF"]), _negated=True),
                        models.Q(("quality", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="appointment_reaches_entity_or_quality",
            ),
        ),
        migrations.AddIndex(
            model_name="entityaccount",
            index=models.Index(
                condition=models.Q(("state", "REGISTERED")), fields=["codes_issued_at"], name="entity_account_waiting"
            ),
        ),
        migrations.AddConstraint(
            model_name="entityaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["REGISTERED", "ACTIVATION_EXPIRED", "ACTIVE", "SUSPENDED", "CLOSED"])
                ),
                name="entity_account_state_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="entityaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("environment__in", ["R", "T", "S"])), name="entity_account_environment_known"
            ),
        ),
        migrations.AddIndex(
            model_name="useraccount",
            index=models.Index(fields=["entity", "quality", "user_name"], name="accounts_of_quality"),
        ),
        migrations.AddIndex(
            model_name="useraccount",
            index=models.Index(
                condition=models.Q(("state", "REMOVED"), _negated=True), fields=["person"], name="accounts_of_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="useraccount",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "REMOVED"), _negated=True),
                fields=("entity", "quality", "person"),
                name="account_once",
            ),
        ),
        migrations.AddIndex(
            model_name="standingchange",
            index=models.Index(
                condition=models.Q(("appointment__isnull", False)),
                fields=["appointment", "-at", "-id"],
                name="changes_of_appointment",
            ),
        ),
        migrations.AddIndex(
            model_name="standingchange",
            index=models.Index(
                condition=models.Q(("account__isnull", False)),
                fields=["account", "-at", "-id"],
                name="changes_of_account",
            ),
        ),
        migrations.AddIndex(
            model_name="standingchange",
            index=models.Index(
                condition=models.Q(("grant__isnull", False)), fields=["grant", "-at", "-id"], name="changes_of_grant"
            ),
        ),
        migrations.AddConstraint(
            model_name="standingchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account__isnull", True), ("appointment__isnull", False), ("grant__isnull", True)),
                    models.Q(("account__isnull", False), ("appointment__isnull", True), ("grant__isnull", True)),
                    models.Q(("account__isnull", True), ("appointment__isnull", True), ("grant__isnull", False)),
                    _connector="OR",
                ),
                name="change_of_one_thing",
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("account__isnull", False)), fields=["account", "service"], name="grants_of_account"
            ),
        ),
        migrations.AddIndex(
            model_name="grant",
            index=models.Index(
                condition=models.Q(("sender__isnull", False)), fields=["sender", "service"], name="grants_of_sender"
            ),
        ),
        migrations.AddConstraint(
            model_name="grant",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account__isnull", False), ("sender__isnull", True)),
                    models.Q(("account__isnull", True), ("sender__isnull", False)),
                    _connector="OR",
                ),
                name="grant_to_account_or_sender",
            ),
        ),
    ]
