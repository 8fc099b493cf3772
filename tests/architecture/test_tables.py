from collections.abc import Iterator

from django.apps import apps
from django.db import models
from django.db.migrations.autodetector import MigrationAutodetector
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations import DeleteModel, RemoveField, RenameField, RenameModel
from django.db.migrations.state import ProjectState

OUR_APPS = (
    "access_control",
    "channels",
    "correspondence",
    "evidence",
    "persons",
    "access",
    "student_days",
    "checkins",
    "portal",
)
REGISTERS = ("persons", "access", "student_days", "checkins")
BACKWARD = (DeleteModel, RemoveField, RenameField, RenameModel)
KEYS_OF_EVERY_ENVIRONMENT = {"student_days.Declaration(ticket)"}
"""A ticket names one form wherever it was declared."""
NUMBER_WORDS = ("insz", "inss", "national_number", "niss", "ssin")


def our_models(*labels: str) -> list[type[models.Model]]:
    return [model for label in labels for model in apps.get_app_config(label).get_models()]


def test_migrations_are_complete() -> None:
    loader = MigrationLoader(None)
    detector = MigrationAutodetector(loader.project_state(), ProjectState.from_apps(apps))
    missing = {
        label: [operation.describe() for migration in migrations for operation in migration.operations]
        for label, migrations in detector.changes(graph=loader.graph).items()
        if label in OUR_APPS
    }
    assert missing == {}


def test_migrations_of_an_app_are_one_line() -> None:
    assert MigrationLoader(None).detect_conflicts() == {}


TAKEN_OVER = {("student_days", "0004_numbers_as_keys_and_one_history")}
"""Migrations that make tables anew and take every row over."""
NEVER_WRITTEN = {("access", "0009_locks_are_of_passwords"), ("correspondence", "0014_no_word_on_replies")}
"""Migrations that take a column away in which no version ever wrote anything."""


def test_migrations_take_nothing_away() -> None:
    taken = [
        f"{label} {name}: {operation.describe()}"
        for (label, name), migration in MigrationLoader(None).disk_migrations.items()
        for operation in migration.operations
        if label in OUR_APPS and (label, name) not in TAKEN_OVER | NEVER_WRITTEN and isinstance(operation, BACKWARD)
    ]
    assert taken == []


def test_every_app_of_ours_is_looked_at() -> None:
    own = {config.label for config in apps.get_app_configs() if not config.name.startswith("django.")}
    assert own == set(OUR_APPS)


OF_ALL_ENVIRONMENTS = ["checkins.EvidenceScanner"]
"""There is one scanner, which looks at the evidence of all."""


def test_every_register_table_carries_its_environment() -> None:
    without = [model._meta.label for model in our_models(*REGISTERS) if not has_environment(model)]
    assert without == OF_ALL_ENVIRONMENTS


def test_every_unique_key_of_a_register_stays_in_one_environment() -> None:
    """A key holds the environment, or a row that has one."""
    across = {
        f"{model._meta.label}({', '.join(key)})"
        for model in our_models(*REGISTERS)
        for key in unique_keys(model)
        if not any(binds_environment(model, name) for name in key)
    }
    assert across == KEYS_OF_EVERY_ENVIRONMENT


def test_national_numbers_have_no_column_outside_the_persons_register() -> None:
    named = [
        f"{model._meta.label}.{field.name}"
        for model in our_models(*OUR_APPS)
        for field in model._meta.get_fields()
        if any(f"_{word}_" in f"_{field.name}_" for word in NUMBER_WORDS)
    ]
    assert named == []


def unique_keys(model: type[models.Model]) -> Iterator[tuple[str, ...]]:
    for field in model._meta.local_fields:
        if field.unique and not field.primary_key:
            yield (field.name,)
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint):
            yield tuple(constraint.fields)


def binds_environment(model: type[models.Model], name: str) -> bool:
    field = model._meta.get_field(name)
    return name == "environment" or (field.is_relation and has_environment(field.related_model))


def has_environment(model: type[models.Model]) -> bool:
    return "environment" in {field.name for field in model._meta.local_fields}
