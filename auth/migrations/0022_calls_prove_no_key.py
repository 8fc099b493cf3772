"""Forget what a video call left as if it were a key of somebody: the address from which the call was asked for.

Nobody signs in by it; it kept its owner from being matched again, and whoever shares the address from being matched at all.
"""

from django.db import migrations

FORGET = """
    DELETE FROM persons_personidentifier AS identifier USING access_control_pendingidentity AS request
    WHERE identifier.kind = 'EIDAS' AND identifier.valid_from = request.closed_at
    AND request.means = 'EMAIL_CODE' AND request.state = 'MATCHED'
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access_control", "0021_calls_do_not_overlap"),
        ("persons", "0012_addresses_in_any_case"),
    ]

    operations = [migrations.RunSQL(FORGET, migrations.RunSQL.noop)]
