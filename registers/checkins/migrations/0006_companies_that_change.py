"""Ask for another validation in the transaction that changes a company; tell which transactions a look at a source saw."""

from django.db import migrations, models

COMPANIES = """
CREATE FUNCTION checkins_ask_again_for_company() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' AND NOT EXISTS (SELECT FROM access_entity other WHERE other.environment = NEW.environment
            AND other.company_number = NEW.company_number AND other.id <> NEW.id) THEN
        RETURN NULL;
    END IF;
    INSERT INTO checkins_revalidationrequest (environment, work_place, employer, person_id, asked_at)
        VALUES (NEW.environment, '', NEW.company_number, NULL, statement_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER validated_again AFTER UPDATE OF state, valid_until, valid_from, company_number ON access_entity FOR EACH ROW
    WHEN ((OLD.state, OLD.valid_until, OLD.valid_from, OLD.company_number)
        IS DISTINCT FROM (NEW.state, NEW.valid_until, NEW.valid_from, NEW.company_number))
    EXECUTE FUNCTION checkins_ask_again_for_company();
CREATE TRIGGER validated_after_entry AFTER INSERT ON access_entity FOR EACH ROW
    EXECUTE FUNCTION checkins_ask_again_for_company();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("access", "0007_rights_confirmed_by_another"),
        ("checkins", "0005_persons_of_presences"),
    ]

    operations = [
        migrations.AddField(
            model_name="sourcemark",
            name="settled_below",
            field=models.BigIntegerField(default=0),
        ),
        migrations.RunSQL(COMPANIES, migrations.RunSQL.noop),
    ]
