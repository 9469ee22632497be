"""What pydantic found, said in one sentence for the person who writes the file."""

from collections.abc import Iterable

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails


class Strict(BaseModel):
    """A part of a configuration file: frozen, and an unknown key is an error rather than a silent nothing."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def sentences(error: ValidationError, model: type[BaseModel]) -> list[str]:
    """Each finding of `error` as `key what is wrong; what is allowed`, without a full stop."""
    found = error.errors(include_url=False)
    # A list whose items are wrong is empty to pydantic: that is no finding of its own.
    inside = {each["loc"][:-1] for each in found}
    return [_sentence(each, model) for each in found if not (each["type"] == "too_short" and each["loc"] in inside)]


def _sentence(found: ErrorDetails, model: type[BaseModel]) -> str:
    key = ".".join(str(part) for part in found["loc"])
    context = found.get("ctx", {})
    match found["type"]:
        case "missing":
            return f"{key} is missing; add it"
        case "extra_forbidden":
            return f"{key} is no key known here; allowed are {_keys(model, found['loc'])}"
        case "enum" | "literal_error":
            return f"{key} is {found['input']!r}; allowed are {context['expected']}"
        case "value_error":
            return f"{key} {context['error']}".strip()
        case _:
            message = found["msg"].removeprefix("Value error, ")
            return f"{key} is {found['input']!r}, which cannot be: {message[:1].lower()}{message[1:]}"


def listed(words: Iterable[str]) -> str:
    """Words one after the other, or `none`."""
    return ", ".join(words) or "none"


def _keys(model: type[BaseModel], loc: tuple[int | str, ...]) -> str:
    inner: object = model
    for part in loc[:-1]:
        field = inner.model_fields.get(str(part)) if isinstance(inner, type) and issubclass(inner, BaseModel) else None
        inner = _model_in(field.annotation) if field else inner
    owner = inner if isinstance(inner, type) and issubclass(inner, BaseModel) else model
    return listed(field.alias or name for name, field in owner.model_fields.items())


def _model_in(annotation: object) -> object:
    found = (a for a in (annotation, *getattr(annotation, "__args__", ())) if isinstance(a, type))
    return next((a for a in found if issubclass(a, BaseModel)), None)
