"""Forget the national numbers that findings about access declarations repeated, written with points, dashes or spaces.

What was told of them stays as it was signed; from now on no finding says what stood where a national number stands.
"""

from django.db import migrations

HIDE = r"""
UPDATE access_declaredaccess declared SET findings = (
    SELECT jsonb_agg(
        CASE WHEN finding ->> 3 = 'INSZ' OR finding ->> 4 ~ '[0-9]([[:space:]./_\u2010-\u2015\u2212-]{0,3}[0-9]){8}'
            THEN jsonb_set(finding, '{4}', 'null') ELSE finding END
        ORDER BY place
    )
    FROM jsonb_array_elements(declared.findings) WITH ORDINALITY AS told(finding, place)
)
WHERE EXISTS (
    SELECT FROM jsonb_array_elements(declared.findings) AS told(finding)
    WHERE finding ->> 4 IS NOT NULL AND (
        finding ->> 3 = 'INSZ' OR finding ->> 4 ~ '[0-9]([[:space:]./_\u2010-\u2015\u2212-]{0,3}[0-9]){8}'
    )
);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0015_who_blocked_them"),
    ]

    operations = [migrations.RunSQL(HIDE, migrations.RunSQL.noop)]
