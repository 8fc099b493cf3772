"""Show the OpenAPI description as one page that loads nothing: no script, no style, no image."""

from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString


def render_documentation(description: dict[str, Any]) -> SafeString:
    """Return the page."""
    operations = [
        (path, method, operation)
        for path, methods in description["paths"].items()
        for method, operation in methods.items()
    ]
    return format_html(
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title></head><body>'
        '<h1>{title}</h1><p>{told}</p><p>As OpenAPI: <a href="openapi.json">openapi.json</a></p>{operations}</body></html>',
        title=description["info"]["title"],
        told=description["info"]["description"],
        operations=format_html_join("", "{}", ((_operation(*one),) for one in operations)),
    )


def _operation(path: str, method: str, operation: dict[str, Any]) -> SafeString:
    parameters = [
        (parameter["name"], parameter["in"], parameter.get("description") or parameter["schema"].get("description", ""))
        for parameter in operation.get("parameters", [])
    ]
    answers = [(status, answer.get("description", "")) for status, answer in operation["responses"].items()]
    return format_html(
        "<section><h2>{} {}</h2><p>{}</p><ul>{}</ul><p>Answers: {}</p></section>",
        method.upper(),
        path,
        operation.get("description", operation["summary"]),
        format_html_join("", "<li><code>{}</code> ({}) {}</li>", parameters),
        format_html_join(", ", "{} {}", answers),
    )
