"""Calls of one officer, or behind one link, do not overlap.

Those that overlapped before are kept: each takes until the next of its officer. Links that were proposed before are not compared.
"""

import django.contrib.postgres.constraints
from django.db import migrations, models

UNTIL_THE_NEXT = """
    UPDATE access_control_pendingidentity AS identity
    SET call_until = LEAST(call.call_at + interval '30 minutes', call.next_at)
    FROM (
        SELECT id, call_at, lead(call_at) OVER (PARTITION BY call_officer_id ORDER BY call_at) AS next_at
        FROM access_control_pendingidentity
        WHERE call_at IS NOT NULL
    ) AS call
    WHERE call.id = identity.id
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0020_one_call_of_an_officer_at_a_time"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="pendingidentity",
            name="identity_call_is_whole_and_of_who_waits",
        ),
        migrations.RemoveConstraint(
            model_name="pendingidentity",
            name="identity_call_officer_is_free",
        ),
        migrations.AddField(
            model_name="pendingidentity",
            name="call_link",
            field=models.BigIntegerField(null=True),
        ),
        migrations.AddField(
            model_name="pendingidentity",
            name="call_until",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunSQL(UNTIL_THE_NEXT, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="pendingidentity",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("call_at__isnull", True),
                        ("call_key_id", ""),
                        ("call_link__isnull", True),
                        ("call_officer__isnull", True),
                        ("call_proposed_at__isnull", True),
                        ("call_sealed__isnull", True),
                        ("call_until__isnull", True),
                    ),
                    models.Q(
                        models.Q(("call_key_id", ""), _negated=True),
                        ("call_at__isnull", False),
                        ("call_officer__isnull", False),
                        ("call_proposed_at__isnull", False),
                        ("call_sealed__isnull", False),
                        ("call_until__gt", models.F("call_at")),
                        ("call_until__isnull", False),
                        ("state", "WAITING"),
                    ),
                    _connector="OR",
                ),
                name="identity_call_is_whole_and_of_who_waits",
            ),
        ),
        migrations.AddConstraint(
            model_name="pendingidentity",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("call_at__isnull", False), ("call_officer__isnull", False)),
                expressions=[
                    (
                        models.Func(
                            models.F("call_officer"), models.F("call_officer"), models.Value("[]"), function="int8range"
                        ),
                        "&&",
                    ),
                    (models.Func(models.F("call_at"), models.F("call_until"), function="tstzrange"), "&&"),
                ],
                name="identity_calls_of_officer_apart",
            ),
        ),
        migrations.AddConstraint(
            model_name="pendingidentity",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                condition=models.Q(("call_at__isnull", False), ("call_link__isnull", False)),
                expressions=[
                    (
                        models.Func(
                            models.F("call_link"), models.F("call_link"), models.Value("[]"), function="int8range"
                        ),
                        "&&",
                    ),
                    (models.Func(models.F("call_at"), models.F("call_until"), function="tstzrange"), "&&"),
                ],
                name="identity_calls_behind_link_apart",
            ),
        ),
    ]
