"""Letters to whoever asked for a correction while documents could not be looked through."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("correspondence", "0018_what_a_carrier_took_last"),
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
                    ("MANDATE_OFFERED", "Mandate Offered"),
                    ("ACTIVATION_LOCKED", "Activation Locked"),
                    ("CHECK_IN_ERROR", "Check In Error"),
                    ("MISSING_CHECK_OUT", "Missing Check Out"),
                    ("CORRECTION_DECIDED", "Correction Decided"),
                    ("OWN_CHECK_OUT_MISSING", "Own Check Out Missing"),
                    ("OWN_CORRECTION_DECIDED", "Own Correction Decided"),
                    ("OWN_ERROR_ANSWERED", "Own Error Answered"),
                    ("OWN_ERROR_UNANSWERED", "Own Error Unanswered"),
                    ("EVIDENCE_AWAITED", "Evidence Awaited"),
                    ("OWN_EVIDENCE_AWAITED", "Own Evidence Awaited"),
                    ("NOTIFICATION", "Notification"),
                    ("SECURITY_NOTICE", "Security Notice"),
                    ("DECLARATION_SETTLED", "Declaration Settled"),
                    ("ACCESS_OF_PERSON", "Access Of Person"),
                    ("REPORT", "Report"),
                    ("STUDENT_EMPLOYER", "Student Employer"),
                    ("STUDENT_OVER_LIMIT", "Student Over Limit"),
                    ("STUDENT_LATE", "Student Late"),
                    ("STUDENT_CANCELLED", "Student Cancelled"),
                    ("STUDENT_NEAR_LIMIT", "Student Near Limit"),
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
                            "MANDATE_OFFERED",
                            "ACTIVATION_LOCKED",
                            "CHECK_IN_ERROR",
                            "MISSING_CHECK_OUT",
                            "CORRECTION_DECIDED",
                            "OWN_CHECK_OUT_MISSING",
                            "OWN_CORRECTION_DECIDED",
                            "OWN_ERROR_ANSWERED",
                            "OWN_ERROR_UNANSWERED",
                            "EVIDENCE_AWAITED",
                            "OWN_EVIDENCE_AWAITED",
                            "NOTIFICATION",
                            "SECURITY_NOTICE",
                            "DECLARATION_SETTLED",
                            "ACCESS_OF_PERSON",
                            "REPORT",
                            "STUDENT_EMPLOYER",
                            "STUDENT_OVER_LIMIT",
                            "STUDENT_LATE",
                            "STUDENT_CANCELLED",
                            "STUDENT_NEAR_LIMIT",
                        ],
                    )
                ),
                name="ebox_kind_known",
            ),
        ),
    ]
