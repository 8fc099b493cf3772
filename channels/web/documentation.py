"""Show the OpenAPI description as one page that loads nothing: no script, no image, and its style stands in it."""

import json
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from channels.web.documentation_style import STYLE
from channels.web.student_days import JSON_TYPE

Described = Mapping[str, Any]
_PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    '<meta name="color-scheme" content="light dark"><title>{title}</title><style>{style}</style></head><body><main>'
    '<header><p class="product">Guichet</p><h1>Web service</h1><p>{told}</p>'
    '<p>The same for programs: <a href="openapi.json">openapi.json</a></p></header>'
    '<nav aria-label="Operations"><ul>{contents}</ul></nav>{operations}</main></body></html>'
)
_EXAMPLE = "<details><summary>Example: {}</summary>{}<h3>Answer</h3>{}</details>"
_HEADING = '<span class="method">{}</span> <code>{}</code>'


def render_documentation(description: Described) -> SafeString:
    """Return the page."""
    operations = list(_operations(description))
    schemas = description.get("components", {}).get("schemas", {})
    return format_html(
        _PAGE,
        title=description["info"]["title"],
        style=mark_safe(STYLE),  # noqa: S308 - ours
        told=description["info"]["description"],
        contents=format_html_join(
            "", f'<li><a href="#{{}}">{_HEADING}</a></li>', ((_anchor(one), *one[:2]) for one in operations)
        ),
        operations=format_html_join("", "{}", ((_section(one, schemas),) for one in operations)),
    )


def _operations(description: Described) -> Iterable[tuple[str, str, Described]]:
    """Yield methods, path and operation; HEAD is told together with the GET that it copies."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            if method == "get" and "head" in methods:
                yield "GET, HEAD", path, operation
            elif method != "head":
                yield method.upper(), path, operation


def _anchor(one: tuple[str, str, Described]) -> str:
    return str(one[2]["operationId"])


def _section(one: tuple[str, str, Described], schemas: Described) -> SafeString:
    methods, path, operation = one
    return format_html(
        f'<section id="{{}}"><h2>{_HEADING}</h2><p>{{}}</p><p class="open">{{}}</p>{{}}{{}}{{}}</section>',
        _anchor(one),
        methods,
        path,
        operation["description"],
        "Needs an access token." if operation.get("security") else "Open to everybody.",
        _list("Takes", [*map(_parameter, operation.get("parameters", [])), *_body(operation)]),
        _list("Answers", [*_successes(operation, schemas), *_problems(operation)]),
        format_html_join("", _EXAMPLE, _examples(operation)),
    )


def _list(heading: str, rows: list[tuple[SafeString, str]]) -> SafeString:
    if not rows:
        return SafeString()
    return format_html("<h3>{}</h3><dl>{}</dl>", heading, format_html_join("", "<dt>{}</dt><dd>{}</dd>", rows))


def _examples(operation: Described) -> Iterable[tuple[str, SafeString, SafeString]]:
    """Yield each example: the call in one sentence, its body where it has one, and the answer."""
    asked = _shown(operation.get("requestBody", {}))
    for name, answer in _shown(operation["responses"].get(HTTPStatus.OK, {})).items():
        body = asked.get(name)
        call = SafeString() if body is None else format_html("<h3>Body</h3>{}", _as_json(body["value"]))
        yield answer["summary"], call, _as_json(answer["value"])


def _shown(told: Described) -> Described:
    examples: Described = told.get("content", {}).get(JSON_TYPE, {}).get("examples", {})
    return examples


def _as_json(value: object) -> SafeString:
    return format_html("<pre><code>{}</code></pre>", json.dumps(value, indent=2))


def _parameter(parameter: Described) -> tuple[SafeString, str]:
    place = f"{parameter['in']}, required" if parameter.get("required") else parameter["in"]
    return format_html("<code>{}</code> <span>{}</span>", parameter["name"], place), parameter.get("description", "")


def _body(operation: Described) -> Iterable[tuple[SafeString, str]]:
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        fields = content["schema"].get("properties", {})
        told = "; ".join(": ".join(filter(None, (name, one.get("description", "")))) for name, one in fields.items())
        yield format_html("body <code>{}</code>", kind), told


def _successes(operation: Described, schemas: Described) -> Iterable[tuple[SafeString, str]]:
    for status, answer in sorted(operation["responses"].items(), key=lambda item: int(item[0])):
        if int(status) < HTTPStatus.BAD_REQUEST:
            reference = answer.get("content", {}).get(JSON_TYPE, {}).get("schema", {}).get("$ref", "")
            fields = schemas.get(reference.rpartition("/")[2], {}).get("properties", {})
            yield format_html("{} <span>{}</span>", status, answer["description"]), ", ".join(fields)


def _problems(operation: Described) -> Iterable[tuple[SafeString, str]]:
    statuses = sorted(int(status) for status in operation["responses"] if int(status) >= HTTPStatus.BAD_REQUEST)
    if statuses:
        yield format_html("{}", "problems"), ", ".join(map(str, statuses))
