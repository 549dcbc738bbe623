"""OpenAPI 3.1 of the REST API, from what each route says of itself.

A route under /api/v1 is decorated with `describes`; its words are the docstring. Schemas come from msgspec, whose JSON
Schema is that of OpenAPI 3.1. What every route may answer (401, 422, 429, …) follows from what it is.
"""

import inspect
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import msgspec
from flask import Blueprint, Flask, Response, current_app
from msgspec import Struct
from werkzeug.routing import Rule

from rentguy.decoding import encode

from . import rows

openapi = Blueprint("openapi", __name__, url_prefix="/api")
ROOT = "/api/v1"
SCHEMAS = "#/components/schemas/{name}"
CONVERTED = {"int": {"type": "integer", "minimum": 0}, "uuid": {"type": "string", "format": "uuid"}}
PARAMETER = re.compile(r"<(?:(?P<kind>\w+):)?(?P<name>\w+)>")
REASONS = {
    401: "nobody is signed in, or not any more",
    403: "one may not do this",
    404: "there is no such thing that one may see",
    413: "the body is over 256 KiB",
    422: "something asked for can't be; `detail` names the field, the bound and the value",
    429: "too much at once; `Retry-After` says when there is room",
    503: "the database or the broker is away; try again in a moment",
}
TOO_LONG = "the address is over 4 KiB; said by the server before anything of ours"
SECURITY = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "a session's token, or an API token"},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "rentguy_session"},
}


class Description(NamedTuple):
    """What a route takes and answers: types that msgspec knows (several answers: a tuple), query parameters by name."""

    answer: Any = None
    body: type[Struct] | None = None
    query: dict[str, Any] = {}  # noqa: RUF012
    wrong: tuple[int, ...] = ()
    status: int = 200
    media: str = "application/json"
    public: bool = False


def describes(answer: Any = None, **more: Any) -> Callable[[Callable], Callable]:
    """Say what a route answers (nothing: 204), takes (`body`, `query`), whether it is `public`, and what may be `wrong`
    beside what may be with any of its like."""

    def decorate(view: Callable) -> Callable:
        view.description = Description(answer, **{"status": 200 if answer else 204, **more})
        return view

    return decorate


@openapi.get("/openapi.json")
def document_of_this() -> Response:
    made = current_app.extensions.get("openapi") or encode(document(current_app))
    current_app.extensions["openapi"] = made
    return Response(made, content_type="application/json")


def document(app: Flask) -> dict:
    """The whole document. Raises LookupError for a route that says nothing of itself."""
    described = sorted(_described(app), key=lambda each: (each[0].rule, each[1]))
    types = [rows.Problem, *_types(described)]
    found, components = msgspec.json.schema_components(types, ref_template=SCHEMAS)
    schemas = dict(zip(map(repr, types), map(_for_ecma, found), strict=True))
    paths: dict[str, dict] = {}
    for rule, method, view in described:
        paths.setdefault(PARAMETER.sub(r"{\g<name>}", rule.rule), {})[method] = _operation(rule, view, schemas)
    return {
        "openapi": "3.1.0",
        "info": {"title": "RentGuy Live", "version": "1", "description": "Where every truck, person and case is."},
        "security": [{name: []} for name in SECURITY],
        "paths": paths,
        "components": {"schemas": _for_ecma(components), "securitySchemes": SECURITY},
    }


def _described(app: Flask) -> Iterator[tuple[Rule, str, Callable]]:
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(f"{ROOT}/"):
            view = app.view_functions[rule.endpoint]
            if not (hasattr(view, "description") and view.__doc__):
                raise LookupError(f"{rule.rule} doesn't say what it takes and answers")
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                yield rule, method.lower(), view


def _types(described: list[tuple[Rule, str, Callable]]) -> Iterator[Any]:
    for _, _, view in described:
        description: Description = view.description
        yield from filter(None, (*_answers(description), description.body))
        yield from description.query.values()


def _answers(description: Description) -> tuple:
    return description.answer if isinstance(description.answer, tuple) else (description.answer,)


def _operation(rule: Rule, view: Callable, schemas: dict[str, dict]) -> dict:
    description: Description = view.description
    summary, _, more = inspect.getdoc(view).partition("\n\n")
    operation = {
        "operationId": rule.endpoint,
        "tags": [rule.endpoint.partition(".")[0]],
        "summary": " ".join(summary.split()),
        "parameters": [*_path(rule), *_query(description, schemas)],
        "responses": _responses(rule, description, schemas),
    }
    if more:
        operation["description"] = " ".join(more.split())
    if description.public:
        operation["security"] = []
    if description.body:
        content = {"application/json": {"schema": schemas[repr(description.body)]}}
        operation["requestBody"] = {"required": True, "content": content}
    return operation


def _path(rule: Rule) -> Iterator[dict]:
    for found in PARAMETER.finditer(rule.rule):
        schema = CONVERTED.get(found["kind"], {"type": "string", "minLength": 1})
        yield {"name": found["name"], "in": "path", "required": True, "schema": schema}


def _query(description: Description, schemas: dict[str, dict]) -> Iterator[dict]:
    for name, type in description.query.items():
        yield {"name": name, "in": "query", "schema": schemas[repr(type)]}


def _responses(rule: Rule, description: Description, schemas: dict[str, dict]) -> dict:
    right: dict[str, Any] = {"description": "what was asked for" if description.answer else "done"}
    if description.answer:
        possible = [schemas[repr(each)] for each in _answers(description)]
        schema = possible[0] if len(possible) == 1 else {"anyOf": possible}
        right["content"] = {description.media: {"schema": schema}}
    problem = {"application/problem+json": {"schema": schemas[repr(rows.Problem)]}}
    wrong = {status: {"description": REASONS[status], "content": problem} for status in _problems(rule, description)}
    documented = {description.status: right, 414: {"description": TOO_LONG}, **wrong}
    return {str(status): documented[status] for status in sorted(documented)}


def _problems(rule: Rule, description: Description) -> set[int]:
    return {
        *(422, 429, 503, *description.wrong),
        *(() if description.public else (401, 403)),
        *((404,) if rule.arguments or description.query else ()),
        *((413,) if description.body else ()),
    }


def _for_ecma(schema: Any) -> Any:
    """A schema whose patterns are JavaScript's: `\\A` and `\\Z` are Python's own."""
    if isinstance(schema, dict):
        return {
            name: value.replace(r"\A", "^").replace(r"\Z", "$") if name == "pattern" else _for_ecma(value)
            for name, value in schema.items()
        }
    return [_for_ecma(each) for each in schema] if isinstance(schema, list) else schema
