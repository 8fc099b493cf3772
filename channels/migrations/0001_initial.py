import django.db.models.deletion
from django.db import migrations, models

import domain.certificates


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Sender",
            fields=[
                ("number", models.CharField(max_length=6, primary_key=True, serialize=False)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("CONFIGURED", "Configured"),
                            ("ACTIVE", "Active"),
                            ("SUSPENDED", "Suspended"),
                            ("RETIRED", "Retired"),
                        ],
                        default="DRAFT",
                        max_length=10,
                    ),
                ),
                (
                    "entity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.entity"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Delivery",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("purpose", models.CharField(max_length=4)),
                ("named_sender", models.CharField(max_length=6)),
                ("name_date", models.DateField()),
                ("sequence", models.CharField(max_length=5)),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("OPEN", "Open"),
                            ("SEALED", "Sealed"),
                            ("CANCELLED", "Cancelled"),
                            ("LAPSED", "Lapsed"),
                        ],
                        default="OPEN",
                        max_length=9,
                    ),
                ),
                ("opened_at", models.DateTimeField()),
                ("go_ahead_at", models.DateTimeField(null=True)),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="deliveries", to="channels.sender"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("state", "OPEN")), fields=["opened_at"], name="delivery_open")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "OPEN")),
                        fields=("owner", "tray", "purpose", "named_sender", "name_date", "sequence", "environment"),
                        name="delivery_open_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["OPEN", "SEALED", "CANCELLED", "LAPSED"])),
                        name="delivery_state_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("tray__in", ["IN", "INTEST", "INTEST-S", "OUT", "OUTTEST", "OUTTEST-S"])),
                        name="delivery_tray_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])), name="delivery_environment_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SenderCertificate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("der", models.BinaryField(max_length=16384)),
                ("sha256", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            (
                                domain.certificates.CertificateState["ACTIVE"],
                                domain.certificates.CertificateState["ACTIVE"],
                            ),
                            (
                                domain.certificates.CertificateState["WITHDRAWN"],
                                domain.certificates.CertificateState["WITHDRAWN"],
                            ),
                        ],
                        default=domain.certificates.CertificateState["ACTIVE"],
                        max_length=9,
                    ),
                ),
                ("valid_from", models.DateTimeField()),
                ("valid_until", models.DateTimeField()),
                ("registered_at", models.DateTimeField()),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="certificates", to="channels.sender"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ACTIVE")), fields=("sha256",), name="certificate_of_one_sender"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ACTIVE", "WITHDRAWN"])), name="certificate_state_known"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("valid_until__gt", models.F("valid_from"))),
                        name="certificate_window_forward",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SenderChannel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "channel",
                    models.CharField(
                        choices=[("SFTP", "SFTP"), ("FTP", "FTP"), ("WEB_SERVICE", "WEB_SERVICE")], max_length=16
                    ),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="channels", to="channels.sender"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sender", "channel"), name="sender_channel_once"),
                    models.CheckConstraint(
                        condition=models.Q(("channel__in", ["SFTP", "FTP", "WEB_SERVICE"])), name="sender_channel_known"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="SenderService",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("purpose", models.CharField(max_length=4)),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                (
                    "sender",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="services", to="channels.sender"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("sender", "purpose", "environment"), name="sender_service_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="sender_service_environment_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StagedFile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
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
                ("name", models.CharField(max_length=64)),
                (
                    "prefix",
                    models.CharField(
                        blank=True,
                        choices=[("FI", "PAYLOAD"), ("FS", "SIGNATURE"), ("GO", "GO_AHEAD"), ("TD", "CANCEL")],
                        max_length=2,
                    ),
                ),
                ("part", models.PositiveSmallIntegerField(null=True)),
                ("declared_parts", models.PositiveSmallIntegerField(null=True)),
                ("path", models.CharField(max_length=200)),
                ("size", models.BigIntegerField(default=0)),
                ("upload", models.UUIDField()),
                ("modified_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(null=True)),
                (
                    "delivery",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="files",
                        to="channels.delivery",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="staged_files", to="channels.sender"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("owner", "tray", "name"), name="staged_name_once"),
                    models.CheckConstraint(
                        condition=models.Q(("tray__in", ["IN", "INTEST", "INTEST-S"])), name="staged_in_an_inbox"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="TechnicalUser",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("user_name", models.CharField(max_length=64, unique=True)),
                ("contact_name", models.CharField(max_length=100)),
                ("contact_address", models.EmailField(max_length=254)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("DRAFT", "Draft"),
                            ("ACTIVE", "Active"),
                            ("BLOCKED", "Blocked"),
                            ("REMOVED", "Removed"),
                        ],
                        default="DRAFT",
                        max_length=8,
                    ),
                ),
                (
                    "entity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="access.entity"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SshKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("algorithm", models.CharField(max_length=64)),
                ("blob", models.BinaryField(max_length=2048)),
                ("fingerprint", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[("ACTIVE", "Active"), ("REVOKED", "Revoked")], default="ACTIVE", max_length=8
                    ),
                ),
                ("added_at", models.DateTimeField()),
                ("revoked_at", models.DateTimeField(null=True)),
                (
                    "technical_user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="ssh_keys",
                        to="channels.technicaluser",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "ACTIVE")), fields=("fingerprint",), name="ssh_key_of_one_user"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["ACTIVE", "REVOKED"])), name="ssh_key_state_known"
                    ),
                ],
            },
        ),
        migrations.AddField(
            model_name="sender",
            name="technical_user",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT, related_name="sender", to="channels.technicaluser"
            ),
        ),
        migrations.AddConstraint(
            model_name="sender",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("number__regex", "^[0-9]{6}$"), models.Q(("number__in", ["000000", "999999"]), _negated=True)
                ),
                name="sender_number_six_digits",
            ),
        ),
        migrations.AddConstraint(
            model_name="sender",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["DRAFT", "CONFIGURED", "ACTIVE", "SUSPENDED", "RETIRED"])),
                name="sender_state_known",
            ),
        ),
    ]
