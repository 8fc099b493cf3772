"""Addresses of access declarations."""

from django.urls import path, register_converter

from portal.pages.access_declarations import enabling, views


class _Ticket:
    """The ticket of a file or a declaration."""

    regex = "[0-9A-Z]{13}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class _Step(_Ticket):
    """What a manager decides."""

    regex = "|".join(views.STEPS)


class _ServiceStep(_Ticket):
    """What is done about a sender that declares access."""

    regex = "|".join(enabling.STEPS)


register_converter(_Ticket, "ticket")
register_converter(_Step, "decision-step")
register_converter(_ServiceStep, "enabling-step")

_HERE = "people/declarations"

urlpatterns = [
    path(_HERE, views.overview, name="access-declarations"),
    path(f"{_HERE}/all", views.every, name="access-declarations-all"),
    path(f"{_HERE}/<ticket:ticket>", views.one, name="access-declaration"),
    path(f"{_HERE}/<ticket:ticket>/<decision-step:step>", views.decide, name="access-declaration-step"),
    path(f"{_HERE}/files/<ticket:ticket>", views.file, name="access-file"),
    path(f"{_HERE}/files/<ticket:ticket>/<decision-step:step>", views.decide_file, name="access-file-step"),
    path("reports/<sender:number>/access", enabling.one, name="report-access"),
    path("reports/<sender:number>/access/<enabling-step:step>", enabling.move, name="report-access-step"),
]
