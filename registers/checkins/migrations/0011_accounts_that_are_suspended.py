"""Ask for another validation in the transaction that suspends, resumes or closes the account of a company."""

from django.db import migrations

ACCOUNTS = """
CREATE FUNCTION checkins_ask_again_for_account() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO checkins_revalidationrequest (environment, work_place, employer, person_id, asked_at)
        SELECT entity.environment, '', entity.company_number, NULL, statement_timestamp()
        FROM access_entity entity WHERE entity.id = NEW.entity_id;
    RETURN NULL;
END $$;
CREATE TRIGGER validated_again AFTER UPDATE OF state ON access_entityaccount FOR EACH ROW
    WHEN (OLD.state IS DISTINCT FROM NEW.state
        AND (OLD.state IN ('SUSPENDED', 'CLOSED') OR NEW.state IN ('SUSPENDED', 'CLOSED')))
    EXECUTE FUNCTION checkins_ask_again_for_account();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0008_chiefs_who_resign"),
        ("checkins", "0010_presences_are_sound"),
    ]

    operations = [migrations.RunSQL(ACCOUNTS, migrations.RunSQL.noop)]
