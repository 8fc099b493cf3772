"""A column of PostgreSQL's own type for a network, so that the database itself answers which one holds an address."""

from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeAlias

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models.sql.compiler import SQLCompiler

IpNetwork: TypeAlias = IPv4Network | IPv6Network


class CidrField(models.Field):  # type: ignore[type-arg]  # the stubs' parameters say nothing here
    """An IPv4 or IPv6 network without host bits, such as 10.1.0.0/16."""

    description = "A network"

    def db_type(self, connection: BaseDatabaseWrapper) -> str:  # noqa: ARG002 - there is one engine
        """Return PostgreSQL's name of the type."""
        return "cidr"

    def from_db_value(self, value: object, *_: object) -> IpNetwork | None:
        """Return what the driver read."""
        return None if value is None else self.to_python(value)

    def to_python(self, value: object) -> IpNetwork:
        """Return the network; ValueError for what is none or has host bits."""
        return value if isinstance(value, IPv4Network | IPv6Network) else ip_network(str(value))

    def get_prep_value(self, value: object) -> str | None:
        """Return the text that the database reads."""
        return None if value is None else str(value)


@CidrField.register_lookup
class HoldsAddress(models.Lookup):
    """Whether the network holds an IP address: `range__holds="10.1.2.3"`."""

    lookup_name = "holds"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """Return PostgreSQL's containment, which an index can serve."""
        column, column_values = self.process_lhs(compiler, connection)
        return f"{column} >>= %s::inet", (*column_values, str(self.rhs))
