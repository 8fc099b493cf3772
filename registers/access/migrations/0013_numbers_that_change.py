"""Keep every registration number that an entity has or had, so that the former ones go on to name it.

The database notes a number with its entity. A number is taken from nobody but an entity that has ended, whose number may be
given again; what an ended entity had is noted of none.
"""

import django.db.models.deletion
from django.db import migrations, models

NOTED = """
CREATE FUNCTION access_note_registration_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO access_registrationnumber AS known (environment, number, entity_id, noted_at)
    VALUES (NEW.environment, NEW.nsso_number, NEW.id, now())
    ON CONFLICT (environment, number) DO UPDATE SET entity_id = NEW.id, noted_at = CASE
        WHEN known.entity_id = NEW.id THEN known.noted_at ELSE now() END
    WHERE known.entity_id = NEW.id OR EXISTS (
        SELECT FROM access_entity other WHERE other.id = known.entity_id AND other.valid_until IS NOT NULL);
    IF NOT FOUND THEN
        RAISE unique_violation USING MESSAGE = 'another entity has or had this registration number',
            CONSTRAINT = 'registration_number_once';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER registration_number_is_noted AFTER INSERT OR UPDATE OF nsso_number ON access_entity FOR EACH ROW
    WHEN (NEW.nsso_number <> '' AND NEW.valid_until IS NULL) EXECUTE FUNCTION access_note_registration_number();
INSERT INTO access_registrationnumber (environment, number, entity_id, noted_at)
SELECT environment, nsso_number, id, valid_from FROM access_entity WHERE nsso_number <> '' AND valid_until IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0012_since_when_they_were_not_active"),
    ]

    operations = [
        migrations.CreateModel(
            name="RegistrationNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "environment",
                    models.CharField(choices=[("R", "PRODUCTION"), ("T", "TEST"), ("S", "SIMULATION")], max_length=1),
                ),
                ("number", models.CharField(max_length=10)),
                ("noted_at", models.DateTimeField()),
                (
                    "entity",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="numbers", to="access.entity"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("environment", "number"), name="registration_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(("environment__in", ["R", "T", "S"])),
                        name="registration_number_environment_known",
                    ),
                ],
            },
        ),
        migrations.RunSQL(NOTED, migrations.RunSQL.noop),
    ]
