"""Ask a second manager about services of senders."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_attested_users"),
        ("correspondence", "0004_locked_activations"),
        ("persons", "0004_details_of_persons"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="eboxdocument",
            name="ebox_kind_known",
        ),
        migrations.AlterField(
            model_name="eboxdocument",
            name="kind",
            field=models.CharField(
                choices=[
                    ("CONFIRM_MANAGER", "Confirm Manager"),
                    ("CERTIFICATE_EXPIRES", "Certificate Expires"),
                    ("ATTEST_USERS", "Attest Users"),
                    ("ACTIVATION_LAPSES", "Activation Lapses"),
                    ("ORPHAN_CO_MANAGER", "Orphan Co Manager"),
                    ("SENDER_SUSPENDED", "Sender Suspended"),
                    ("SECOND_MANAGER_NEEDED", "Second Manager Needed"),
                    ("SECOND_MANAGER_FOR_SENDER", "Second Manager For Sender"),
                    ("ACTIVATION_LOCKED", "Activation Locked"),
                    ("NOTIFICATION", "Notification"),
                    ("SECURITY_NOTICE", "Security Notice"),
                    ("REPORT", "Report"),
                ],
                max_length=32,
            ),
        ),
        migrations.AddConstraint(
            model_name="eboxdocument",
            constraint=models.CheckConstraint(
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
                            "SECOND_MANAGER_FOR_SENDER",
                            "ACTIVATION_LOCKED",
                            "NOTIFICATION",
                            "SECURITY_NOTICE",
                            "REPORT",
                        ],
                    )
                ),
                name="ebox_kind_known",
            ),
        ),
    ]
