"""The request: a text payload in the words of an OpenAI-compatible server.

A server that holds its model to a JSON Schema is given it; for any other the schema is said in the first
system message. Which of the two a server does is declared, never tried out.
"""

from __future__ import annotations

import json
import re
from typing import Any

from cine_forge.generation.payloads import TextPayload
from cine_forge.generation.providers.endpoint import Endpoint

_NAME = re.compile(r"[^A-Za-z0-9_-]+")


def request_body(payload: TextPayload, model: str, endpoint: Endpoint) -> bytes:
    """Return the body of a call. What the payload leaves open is left to the model."""
    body: dict[str, Any] = {"model": model, "messages": _messages(payload, endpoint)}
    if payload.temperature is not None:
        body["temperature"] = payload.temperature
    if payload.max_tokens is not None:
        body[endpoint.length_key] = payload.max_tokens
    if payload.answer_schema is not None and endpoint.answer_format != "text":
        body["response_format"] = _format(payload, payload.answer_schema, endpoint)
    return json.dumps(body, ensure_ascii=True, separators=(",", ":")).encode()


def _format(payload: TextPayload, schema: dict[str, Any], endpoint: Endpoint) -> dict[str, Any]:
    if endpoint.answer_format == "json_object":
        return {"type": "json_object"}
    name = _NAME.sub("_", payload.step)[-64:] or "answer"
    shape = {"name": name, "schema": schema, "strict": _is_strict(schema)}
    return {"type": "json_schema", "json_schema": shape}


def _messages(payload: TextPayload, endpoint: Endpoint) -> list[dict[str, str]]:
    said = [{"role": one.role, "content": one.text} for one in payload.messages]
    if payload.answer_schema is None or endpoint.answer_format == "json_schema":
        return said
    shape = json.dumps(payload.answer_schema, ensure_ascii=False)
    rule = f"Answer with one JSON object that fits this JSON Schema, and with nothing else:\n{shape}"
    if said[0]["role"] == "system":
        return [{"role": "system", "content": f"{said[0]['content']}\n\n{rule}"}, *said[1:]]
    return [{"role": "system", "content": rule}, *said]


def _is_strict(schema: Any) -> bool:
    """Say whether every object names all its fields and no others, which `strict` demands."""
    if isinstance(schema, list):
        return all(map(_is_strict, schema))
    if not isinstance(schema, dict):
        return True
    fields = schema.get("properties")
    if isinstance(fields, dict):
        whole = schema.get("additionalProperties") is False
        if not whole or set(schema.get("required", ())) != set(fields):
            return False
        return all(map(_is_strict, fields.values()))
    return all(map(_is_strict, schema.values()))
