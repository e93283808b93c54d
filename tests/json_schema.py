"""Holds a JSON value against the part of JSON Schema that openapi.json uses."""
import re
from datetime import date
from numbers import Real

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": Real, "boolean": bool, "null": type(None)}
KNOWN = {"title", "description", "type", "enum", "format", "items", "properties", "required", "additionalProperties"}
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def faults(value, schema: dict, schemas: dict, path: str = "$") -> list[str]:
    """Where the value differs from its schema; empty when it does not. Raises KeyError for a word of JSON Schema unknown here."""
    if "$ref" in schema:
        return faults(value, schemas[schema["$ref"].removeprefix("#/components/schemas/")], schemas, path)
    if unknown := set(schema) - KNOWN:
        raise KeyError(unknown)
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(_is_a(value, name) for name in types):
        return [f"{path}: {value!r} is not {types}"]
    found = [f"{path}: {value!r} is not in the list"] if value not in schema.get("enum", [value]) else []
    if schema.get("format") == "date" and value is not None and not _is_date(value):
        found.append(f"{path}: {value!r} is no date")
    if isinstance(value, list):
        found += [fault for number, item in enumerate(value) for fault in faults(item, schema["items"], schemas, f"{path}[{number}]")]
    return found + _object_faults(value, schema, schemas, path) if isinstance(value, dict) else found


def _is_a(value, name: str) -> bool:
    return isinstance(value, TYPES[name]) and (isinstance(value, bool) == (name == "boolean"))


def _is_date(text: str) -> bool:
    return bool(DATE.fullmatch(text) and date.fromisoformat(text))


def _object_faults(value: dict, schema: dict, schemas: dict, path: str) -> list[str]:
    properties = schema["properties"]
    found = [f"{path}: {name} is missing" for name in schema["required"] if name not in value]
    if schema["additionalProperties"] is False:
        found += [f"{path}: {name} is not described" for name in value if name not in properties]
    known = [name for name in value if name in properties]
    return found + [fault for name in known for fault in faults(value[name], properties[name], schemas, f"{path}.{name}")]
