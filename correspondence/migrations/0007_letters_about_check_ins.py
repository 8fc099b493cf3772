"""Tell employers of errors that workers report, of missing check-outs and of decided corrections."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0005_attested_users"),
        ("correspondence", "0006_declarations_to_confirm"),
        ("persons", "0005_kinds_of_numbers"),
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
                    ("CONFIRM_FILE", "Confirm File"),
                    ("CONFIRM_DECLARATION", "Confirm Declaration"),
                    ("CERTIFICATE_EXPIRES", "Certificate Expires"),
                    ("ATTEST_USERS", "Attest Users"),
                    ("ACTIVATION_LAPSES", "Activation Lapses"),
                    ("ORPHAN_CO_MANAGER", "Orphan Co Manager"),
                    ("SENDER_SUSPENDED", "Sender Suspended"),
                    ("SECOND_MANAGER_NEEDED", "Second Manager Needed"),
                    ("SECOND_MANAGER_FOR_SENDER", "Second Manager For Sender"),
                    ("ACTIVATION_LOCKED", "Activation Locked"),
                    ("CHECK_IN_ERROR", "Check In Error"),
                    ("MISSING_CHECK_OUT", "Missing Check Out"),
                    ("CORRECTION_DECIDED", "Correction Decided"),
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
                            "CONFIRM_FILE",
                            "CONFIRM_DECLARATION",
                            "CERTIFICATE_EXPIRES",
                            "ATTEST_USERS",
                            "ACTIVATION_LAPSES",
                            "ORPHAN_CO_MANAGER",
                            "SENDER_SUSPENDED",
                            "SECOND_MANAGER_NEEDED",
                            "SECOND_MANAGER_FOR_SENDER",
                            "ACTIVATION_LOCKED",
                            "CHECK_IN_ERROR",
                            "MISSING_CHECK_OUT",
                            "CORRECTION_DECIDED",
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
