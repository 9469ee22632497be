"""How a value stands in TOML."""

import json


def written(value: object) -> str:
    """A text within quotation marks, a list within brackets: of these, JSON is TOML."""
    return json.dumps(value, ensure_ascii=False)
