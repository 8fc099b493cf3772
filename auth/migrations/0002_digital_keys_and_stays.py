import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0001_initial"),
        ("access_control", "0001_initial"),
        ("persons", "0003_merged_persons"),
    ]

    operations = [
        migrations.CreateModel(
            name="CountedAttempt",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("scope", models.CharField(max_length=32)),
                ("key_hash", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["scope", "key_hash", "at"], name="counted_attempt_of_key"),
                    models.Index(fields=["at"], name="counted_attempt_old"),
                ],
            },
        ),
        migrations.CreateModel(
            name="DigitalKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("EID", "EID"),
                            ("ITSME", "ITSME"),
                            ("EIDAS", "EIDAS"),
                            ("PASSWORD", "PASSWORD"),
                            ("TOTP", "TOTP"),
                            ("EMAIL_CODE", "EMAIL_CODE"),
                            ("TOKEN_CARD", "TOKEN_CARD"),
                            ("PASSKEY", "PASSKEY"),
                            ("RECOVERY_CODE", "RECOVERY_CODE"),
                        ],
                        max_length=16,
                    ),
                ),
                ("label", models.CharField(blank=True, max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("PENDING", "Pending"),
                            ("ACTIVE", "Active"),
                            ("SUSPENDED", "Suspended"),
                            ("REVOKED", "Revoked"),
                            ("EXPIRED", "Expired"),
                        ],
                        default="PENDING",
                        max_length=9,
                    ),
                ),
                ("enrolled_level", models.PositiveSmallIntegerField()),
                ("key_id", models.CharField(blank=True, max_length=16)),
                ("sealed", models.BinaryField(null=True)),
                ("subject", models.BinaryField(max_length=32, null=True)),
                ("counter", models.BigIntegerField(null=True)),
                ("misses", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("locked_until", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("activated_at", models.DateTimeField(null=True)),
                ("last_used_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "means__in",
                                [
                                    "EID",
                                    "ITSME",
                                    "EIDAS",
                                    "PASSWORD",
                                    "TOTP",
                                    "EMAIL_CODE",
                                    "TOKEN_CARD",
                                    "PASSKEY",
                                    "RECOVERY_CODE",
                                ],
                            )
                        ),
                        name="digital_key_means_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["PENDING", "ACTIVE", "SUSPENDED", "REVOKED", "EXPIRED"])),
                        name="digital_key_state_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True), ("subject__isnull", False)),
                        fields=("means", "subject"),
                        name="digital_key_subject_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ended_at__isnull", False), ("state__in", ["REVOKED", "EXPIRED"])),
                            models.Q(
                                models.Q(("state__in", ["REVOKED", "EXPIRED"]), _negated=True),
                                ("ended_at__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="digital_key_ended_when_over",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="KeyEnrolment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("link_hash", models.BinaryField(max_length=32, unique=True)),
                ("code_hash", models.BinaryField(max_length=32, null=True)),
                ("misses", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("issued_by", models.CharField(max_length=64)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="LoginTransaction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("handle_hash", models.BinaryField(max_length=32, unique=True)),
                (
                    "means",
                    models.CharField(
                        choices=[
                            ("EID", "EID"),
                            ("ITSME", "ITSME"),
                            ("EIDAS", "EIDAS"),
                            ("PASSWORD", "PASSWORD"),
                            ("TOTP", "TOTP"),
                            ("EMAIL_CODE", "EMAIL_CODE"),
                            ("TOKEN_CARD", "TOKEN_CARD"),
                            ("PASSKEY", "PASSKEY"),
                            ("RECOVERY_CODE", "RECOVERY_CODE"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "purpose",
                    models.CharField(
                        choices=[
                            ("SIGN_IN", "Sign In"),
                            ("STEP_UP", "Step Up"),
                            ("ENROL", "Enrol"),
                            ("ACTIVATE", "Activate"),
                            ("EXTERNAL", "External"),
                        ],
                        max_length=8,
                    ),
                ),
                ("browser_hash", models.BinaryField(max_length=32)),
                ("key_id", models.CharField(max_length=16)),
                ("sealed", models.BinaryField()),
                ("tries", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="OneTimeCode",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("position", models.PositiveSmallIntegerField()),
                ("encoded", models.CharField(max_length=128)),
                ("asked_at", models.DateTimeField(null=True)),
                ("used_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="TemporaryCredential",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("ACTIVATION", "Activation"), ("NEW_PASSWORD", "New Password")], max_length=12
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("ISSUED", "Issued"),
                            ("USED_ONCE", "Used Once"),
                            ("CONSUMED", "Consumed"),
                            ("EXPIRED", "Expired"),
                            ("REVOKED", "Revoked"),
                            ("LOCKED", "Locked"),
                        ],
                        default="ISSUED",
                        max_length=9,
                    ),
                ),
                ("encoded", models.CharField(max_length=128)),
                ("misses", models.PositiveSmallIntegerField(db_default=0, default=0)),
                ("issued_by", models.CharField(max_length=64)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("ended_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["ACTIVATION", "NEW_PASSWORD"])),
                        name="temporary_credential_kind",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("state__in", ["ISSUED", "USED_ONCE", "CONSUMED", "EXPIRED", "REVOKED", "LOCKED"])
                        ),
                        name="temporary_credential_state",
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="session",
            name="address",
            field=models.GenericIPAddressField(null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="agent",
            field=models.CharField(blank=True, db_default="", max_length=200),
        ),
        migrations.AddField(
            model_name="session",
            name="authenticated_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="session",
            name="means",
            field=models.CharField(blank=True, db_default="", max_length=64),
        ),
        migrations.AddField(
            model_name="session",
            name="signed_in_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AlterField(
            model_name="login",
            name="user_name",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddIndex(
            model_name="session",
            index=models.Index(
                condition=models.Q(("ended_at__isnull", True)), fields=["entity"], name="session_living_of_entity"
            ),
        ),
        migrations.AddConstraint(
            model_name="login",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "REMOVED"), _negated=True), fields=("person",), name="login_once_a_person"
            ),
        ),
        migrations.AddConstraint(
            model_name="login",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("user_name__isnull", True),
                    ("user_name", django.db.models.functions.text.Lower("user_name")),
                    _connector="OR",
                ),
                name="login_name_lower_case",
            ),
        ),
        migrations.AddField(
            model_name="digitalkey",
            name="login",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="keys", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="keyenrolment",
            name="login",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="enrolments", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="logintransaction",
            name="login",
            field=models.ForeignKey(
                null=True, on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
            ),
        ),
        migrations.AddField(
            model_name="onetimecode",
            name="key",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="codes", to="access_control.digitalkey"
            ),
        ),
        migrations.AddField(
            model_name="temporarycredential",
            name="login",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="temporary_credentials",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddConstraint(
            model_name="digitalkey",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    models.Q(("means", "PASSKEY"), _negated=True), ("state__in", ["PENDING", "ACTIVE", "SUSPENDED"])
                ),
                fields=("login", "means", "state"),
                name="digital_key_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="keyenrolment",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("login",), name="key_enrolment_once"
            ),
        ),
        migrations.AddIndex(
            model_name="logintransaction",
            index=models.Index(fields=["expires_at"], name="login_transaction_over"),
        ),
        migrations.AddConstraint(
            model_name="logintransaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "means__in",
                        [
                            "EID",
                            "ITSME",
                            "EIDAS",
                            "PASSWORD",
                            "TOTP",
                            "EMAIL_CODE",
                            "TOKEN_CARD",
                            "PASSKEY",
                            "RECOVERY_CODE",
                        ],
                    )
                ),
                name="login_transaction_means",
            ),
        ),
        migrations.AddConstraint(
            model_name="logintransaction",
            constraint=models.CheckConstraint(
                condition=models.Q(("purpose__in", ["SIGN_IN", "STEP_UP", "ENROL", "ACTIVATE", "EXTERNAL"])),
                name="login_transaction_purpose",
            ),
        ),
        migrations.AddConstraint(
            model_name="onetimecode",
            constraint=models.UniqueConstraint(fields=("key", "position"), name="one_time_code_once"),
        ),
        migrations.AddConstraint(
            model_name="temporarycredential",
            constraint=models.UniqueConstraint(
                condition=models.Q(("ended_at__isnull", True)), fields=("login",), name="temporary_credential_once"
            ),
        ),
    ]
