"""Keep blocked by the company whom a file blocked after the counter had blocked him for want of use.

Such a file was answered with ACCS-042 and changed nothing, so that he would go on by himself once he manages.
"""

from django.db import migrations

OWN = """
UPDATE access_useraccount blocked SET blocked_by = 'COMPANY'
WHERE state = 'BLOCKED' AND block_reason = 'UNUSED' AND blocked_by = 'PLATFORM' AND EXISTS (
    SELECT FROM access_declaredaccess declared
    WHERE declared.account_id = blocked.id AND declared.action = 'BLOCK' AND declared.state = 'APPLIED'
    AND declared.findings @> '[["ACCS-042"]]' AND declared.settled_at >= (
        SELECT max(change.at) FROM access_standingchange change
        WHERE change.account_id = blocked.id AND change.state = 'BLOCKED' AND change.reason = 'UNUSED'
    )
);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0019_suspended_as_the_trail_tells"),
    ]

    operations = [migrations.RunSQL(OWN, migrations.RunSQL.noop)]
