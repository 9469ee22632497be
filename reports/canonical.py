"""One text for one value, whatever the order of its mappings: what keys are hashed from, and read back from."""

import json
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from functools import lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")

Plain = str | int | dict[str, "Plain"] | list["Plain"] | None


def canonical(value: object) -> str:
    """JSON of dataclasses, mappings, sequences, decimals, dates and enums; raises TypeError for anything else."""
    return json.dumps(_plain(value), ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def _plain(value: object) -> Plain:
    if isinstance(value, Enum):
        return str(value.value)
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return {"date": value.isoformat()}
    return _plain_container(value)


def _plain_container(value: object) -> Plain:
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def restored(kind: type[T], text: str) -> T:
    """The value of type `kind` that `canonical` wrote.

    A field that the text does not know yet has its default, one that the type does not know any more is left out.
    Raises TypeError for a text that is no such value.
    """
    value: T = _made(kind, json.loads(text))
    return value


def _made(hint: Any, plain: Any) -> Any:  # noqa: ANN401 - whatever the type hints say
    if get_origin(hint) in (Union, UnionType):
        hint = _meant(hint, plain)
    if plain is None:
        return None
    if isinstance(plain, dict) and plain.keys() == {"decimal"}:
        return Decimal(plain["decimal"])
    if isinstance(plain, dict) and plain.keys() == {"date"}:
        return (datetime if "T" in plain["date"] else date).fromisoformat(plain["date"])
    return _made_container(hint, plain)


def _made_container(hint: Any, plain: Any) -> Any:  # noqa: ANN401
    origin, inner = get_origin(hint), get_args(hint)
    if isinstance(plain, dict) and (hints := _hints(hint)):
        return hint(**{name: _made(hints[name], item) for name, item in plain.items() if name in hints})
    if isinstance(plain, dict) and origin:
        return {_made(inner[0], key): _made(inner[1], item) for key, item in plain.items()}
    if isinstance(plain, list):
        each = inner[:1] * len(plain) if len(inner) < 2 or inner[1] is Ellipsis else inner  # noqa: PLR2004
        return tuple(_made(kind, item) for kind, item in zip(each, plain, strict=True))
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(plain)
    return plain


def _meant(hint: Any, plain: Any) -> Any:  # noqa: ANN401
    """Of a union the one that is not told apart by its text alone."""
    kinds = [kind for kind in get_args(hint) if kind not in (NoneType, Decimal, date, datetime, float, int)]
    if len(kinds) > 1 and isinstance(plain, dict):
        return next(kind for kind in kinds if plain.keys() <= _hints(kind).keys())
    return kinds[0] if kinds else NoneType


@lru_cache
def _hints(kind: Any) -> Mapping[str, Any]:  # noqa: ANN401
    """The fields of a dataclass; none of anything else."""
    return get_type_hints(kind) if is_dataclass(kind) else {}
