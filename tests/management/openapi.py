"""Okta's OpenAPI documents as a measure of the mock's answers.

The documents are not part of this project: they are looked for in the folder of GAUNTLET_OKTA_OPENAPI, else in
`../shared/okta` beside the project. Where they are absent nothing is measured (`MISSING` says what to do).

They are laxer and stricter than Okta itself, so: null counts as absent for a member that is not required (Okta's
real answers have `"client_uri": null` where the document knows strings only), `oneOf` without a discriminator is
`anyOf`, and an error status that an operation does not name has to have the shape of `Error`.
"""

from __future__ import annotations

import functools
import os
import re
from pathlib import Path
from typing import Any

import jsonschema
import yaml
from werkzeug.test import TestResponse

FOLDER = Path(os.environ.get("GAUNTLET_OKTA_OPENAPI") or Path(__file__).resolve().parents[3] / "shared" / "okta")
MANAGEMENT, OAUTH = "management.yaml", "oauth.yaml"
MISSING = f"Okta's OpenAPI documents are not in {FOLDER}; GAUNTLET_OKTA_OPENAPI names another folder"
_DATE_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
_CHECKER = jsonschema.FormatChecker(formats=())
_PLAIN = "#/components/schemas/"
_METHODS = ("get", "put", "post", "delete", "patch", "head", "options")
_SCHEMAS = ("items", "not", "additionalProperties")
_KEPT = frozenset(
    {"type", "enum", "required", "minLength", "maxLength", "minItems", "maxItems", "uniqueItems", "minimum", "maximum"}
    | {"pattern", "format", "minProperties", "maxProperties"}
)


@_CHECKER.checks("date-time")
def _is_date_time(value: object) -> bool:
    return not isinstance(value, str) or bool(_DATE_TIME.fullmatch(value))


def available() -> bool:
    return (FOLDER / MANAGEMENT).is_file() and (FOLDER / OAUTH).is_file()


def check(response: TestResponse, name: str = MANAGEMENT) -> None:
    """Raises AssertionError unless the document has this answer to this request; nothing where it is absent."""
    if available():
        request = response.request
        is_json = (response.content_type or "").startswith("application/json")
        fault = document(name).fault(request.method, request.path, response.status_code, response.json, is_json)
        assert not fault, f"{request.method} {request.path} → {response.status_code}: {fault}\n{response.text}"


@functools.cache
def document(name: str) -> OpenApi:
    return OpenApi(yaml.load((FOLDER / name).read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))


class OpenApi:
    """One document, with its schemas as JSON Schema."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._data = data
        schemas = data["components"]["schemas"]
        self._chosen = {name for name, schema in schemas.items() if "discriminator" in schema}
        self._defs: dict[str, Any] = {}
        for name, schema in schemas.items():
            self._defs[name] = self._converted(schema)
            if name in self._chosen:
                self._defs[f"{name}!"] = self._by_discriminator(name, schema)
        self._paths = [
            (re.compile(re.sub(r"\\{[^/]*?\\}", "[^/]+", re.escape(path))), path.count("{"), operations)
            for path, operations in data["paths"].items()
        ]
        self._paths.sort(key=lambda entry: entry[1])

    def operations(self) -> list[tuple[str, str]]:
        """Method and path of every operation, each part in braces filled in with `x`."""
        return [
            (method.upper(), re.sub(r"\{[^/]*?\}", "x", path))
            for path, operations in self._data["paths"].items()
            for method in operations
            if method in _METHODS
        ]

    def operation(self, method: str, path: str) -> dict[str, Any] | None:
        """The operation for a request; literal paths win over those with parameters."""
        return next(
            (
                ops[method.lower()]
                for pattern, _, ops in self._paths
                if method.lower() in ops and pattern.fullmatch(path)
            ),
            None,
        )

    def fault(self, method: str, path: str, status: int, body: Any, is_json: bool) -> str:
        """What is wrong with an answer; empty when nothing is."""
        operation = self.operation(method, path)
        found = operation and operation["responses"].get(str(status), operation["responses"].get("default"))
        if found is None and status < 400:
            return "no such status" if operation else "no such operation"
        schema: Any = {"$ref": f"{_PLAIN}Error"}
        if found is not None:
            content = self._resolved(found).get("content", {})
            entry = content.get("application/json")
            if entry is None and content and not is_json:
                return ""
            if entry is None or "schema" not in entry:
                return "" if body in (None, {}) or status >= 400 else "a body where none is documented"
            schema = entry["schema"]
        if not is_json:
            return "no JSON"
        return self._mismatch(self._converted(schema), body)

    def _mismatch(self, schema: Any, body: Any) -> str:
        validator = jsonschema.Draft202012Validator({"$defs": self._defs, **schema}, format_checker=_CHECKER)
        errors = [jsonschema.exceptions.best_match([error]) or error for error in validator.iter_errors(body)]
        return "; ".join(f"{error.json_path}: {error.message[:300]}" for error in errors)

    def _resolved(self, node: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in node:
            found: Any = self._data
            for part in node["$ref"].removeprefix("#/").split("/"):
                found = found[part]
            node = found
        return node

    # ---- OpenAPI 3.0 to JSON Schema ---------------------------------------------------------------------------

    def _converted(self, schema: dict[str, Any], *, part: bool = False) -> dict[str, Any]:
        """`part`: as a part of allOf, where a base schema does not choose among its children again."""
        if "$ref" in schema:
            name = schema["$ref"].removeprefix(_PLAIN)
            return {"$ref": f"#/$defs/{name}!" if name in self._chosen and not part else f"#/$defs/{name}"}
        made = {key: value for key, value in schema.items() if key in _KEPT}
        required = schema.get("required", ())
        if "properties" in schema:
            made["properties"] = {
                key: self._converted(value) if key in required else _nullable(self._converted(value))
                for key, value in schema["properties"].items()
            }
        for key in _SCHEMAS:
            if key in schema:
                value = schema[key]
                made[key] = self._converted(value) if isinstance(value, dict) else value
        if "allOf" in schema:
            made["allOf"] = [self._converted(entry, part=True) for entry in schema["allOf"]]
        for key in ("oneOf", "anyOf"):
            if key in schema and "discriminator" not in schema:
                made["anyOf"] = [self._converted(entry) for entry in schema[key]]
        return _nullable(made) if schema.get("nullable") else made

    def _by_discriminator(self, name: str, schema: dict[str, Any]) -> dict[str, Any]:
        told = schema["discriminator"]
        member = told["propertyName"]
        mapping = told.get("mapping") or {
            entry["$ref"].removeprefix(_PLAIN): entry["$ref"] for entry in schema.get("oneOf", ())
        }
        cases: list[dict[str, Any]] = [
            {
                "if": {"properties": {member: {"const": value}}, "required": [member]},
                "then": {"$ref": f"#/$defs/{target.removeprefix(_PLAIN)}"},
            }
            for value, target in mapping.items()
            if target.removeprefix(_PLAIN) != name
        ]
        if "oneOf" in schema:
            cases.append({"properties": {member: {"enum": list(mapping)}}, "required": [member]})
        return {"allOf": [{"$ref": f"#/$defs/{name}"}, *cases]}


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    if isinstance(schema.get("type"), str) and "enum" not in schema:  # so that errors name the type
        return schema | {"type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]}
