"""The suites: one YAML file a table, in Great Expectations' own vocabulary, read without importing it.

A rule's severity decides what it does. *critical*: a row that breaks it is quarantined with the rule's reason, and the
batch is refused when a smaller share of its rows than `mostly` keeps it. *warning*: it is only told.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from string import Template
from types import MappingProxyType
from typing import Any, Final

import yaml

CRITICAL: Final = "critical"
_PARAMETER: Final = "$PARAMETER"


class BrokenSuite(Exception):
    """A suite of this program cannot be applied: a fault of the program, not of the data it was given."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One expectation: its type and arguments as Great Expectations names them, and the code of its reason."""

    type: str
    kwargs: Mapping[str, Any]
    severity: str
    reason: str
    description: str

    @property
    def critical(self) -> bool:
        """Whether the rule quarantines rows and may close the gate."""
        return self.severity == CRITICAL

    @property
    def parameters(self) -> frozenset[str]:
        """Names of the values a caller has to give."""
        return frozenset().union(*(_asked(value) for value in self.kwargs.values()))

    def given(self, parameters: Mapping[str, Any]) -> "Rule":
        """Return the rule with its parameters replaced by their values."""
        return replace(self, kwargs=MappingProxyType({k: _filled(v, parameters) for k, v in self.kwargs.items()}))


@dataclass(frozen=True, slots=True)
class Suite:
    """All rules of one table, in the order in which reasons are given."""

    name: str
    rules: tuple[Rule, ...]

    @property
    def parameters(self) -> frozenset[str]:
        """Names of the values a caller has to give."""
        return frozenset().union(*(rule.parameters for rule in self.rules))

    def only(self, expectation: str) -> "Suite":
        """Return the suite with none but its rules of one type."""
        return replace(self, rules=tuple(rule for rule in self.rules if rule.type == expectation))

    def given(self, parameters: Mapping[str, Any]) -> "Suite":
        """Return the suite with its parameters replaced by their values.

        Raises:
            BrokenSuite: a value is missing, or is None (a bound of None would switch its rule off unseen).
        """
        missing = sorted(name for name in self.parameters if parameters.get(name) is None)
        if missing:
            raise BrokenSuite(f"Suite {self.name}: no value is given for {', '.join(missing)}; give each a value.")
        return replace(self, rules=tuple(rule.given(parameters) for rule in self.rules))


def parse(name: str, text: str) -> Suite:
    """Read a suite from the `text` of its YAML file.

    Raises:
        BrokenSuite: a rule lacks its type, severity, description or reason, or two rules share a reason.
    """
    read = tuple(_rule(name, at, raw) for at, raw in enumerate(yaml.safe_load(text)["expectations"], 1))
    twice = sorted(reason for reason, times in Counter(rule.reason for rule in read).items() if times > 1)
    if twice:
        raise BrokenSuite(f"Suite {name}: several rules have the reason {', '.join(twice)}; give each its own.")
    return Suite(name, read)


@cache
def suite(table: str) -> Suite:
    """Return the suite of the canonical table `table`."""
    return parse(table, (files(__package__) / "suites" / f"{table}.yml").read_text(encoding="utf-8"))


def rules(table: str) -> list[tuple[str, str]]:
    """Return (reason, description in English) of every rule of `table`, in suite order."""
    return [(rule.reason, rule.description) for rule in suite(table).rules]


def parameters(table: str) -> frozenset[str]:
    """Return the names of the values that gating `table` asks for."""
    return suite(table).parameters


def _rule(name: str, at: int, raw: Mapping[str, Any]) -> Rule:
    try:
        return Rule(
            type=raw["type"],
            kwargs=MappingProxyType(raw.get("kwargs", {})),
            severity=raw["severity"],
            reason=raw["meta"]["reason"],
            description=raw["description"],
        )
    except KeyError as missing:
        raise BrokenSuite(f"Suite {name}, rule {at}: {missing} is missing; every rule states it.") from missing


def _asked(value: object) -> frozenset[str]:
    """The parameters of one argument: it is one as a whole, or an SQL text names them as $name."""
    if isinstance(value, str):
        return frozenset(Template(value).get_identifiers())
    return frozenset({value[_PARAMETER]}) if isinstance(value, dict) and _PARAMETER in value else frozenset()


def _filled(value: object, parameters: Mapping[str, Any]) -> object:
    if isinstance(value, str):
        return Template(value).safe_substitute(parameters)
    return parameters[next(iter(_asked(value)))] if _asked(value) else value
