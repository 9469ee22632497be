"""Great Expectations' `Validator`, brief: a rule is asked once in a process which metrics it needs.

Great Expectations makes each rule anew for each of its metrics, a hundred times a batch, and has each write out its
configuration ten times over: most of what it takes to judge a small file.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from great_expectations.core.expectation_validation_result import ExpectationValidationResult
from great_expectations.execution_engine import ExecutionEngine
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration
from great_expectations.validator.metric_configuration import MetricConfiguration, MetricConfigurationID
from great_expectations.validator.validator import Validator

Runtime = dict[str, Any]

_MOST: Final = 1_000  # rules are few, but their bounds may change with every day


@dataclass(frozen=True, slots=True)
class _Asked:
    """A rule and the metrics it judges by: its own name of each, what identifies it, and what an engine resolves."""

    rule: Expectation
    metrics: Mapping[str, tuple[MetricConfigurationID, MetricConfiguration]]
    runtime: Runtime

    def judge(self, found: Mapping[MetricConfigurationID, Any], engine: ExecutionEngine) -> ExpectationValidationResult:
        """Judge by the metrics `found`, as the rule itself defines."""
        own = {name: found[known_as] for name, (known_as, _) in self.metrics.items()}
        said = self.rule._validate(own, runtime_configuration=self.runtime, execution_engine=engine)  # noqa: SLF001
        return ExpectationValidationResult(**said, expectation_config=self.rule.configuration)


_known: dict[str, _Asked] = {}


class BriefValidator(Validator):  # type: ignore[misc]
    """Validates as `Validator` does, on an engine whose metrics do not depend on each other."""

    def graph_validate(
        self, configurations: list[ExpectationConfiguration], runtime_configuration: Runtime | None = None
    ) -> list[ExpectationValidationResult]:
        """Resolve the metrics of all rules in one call, then have each rule judge by its own.

        Raises:
            PolarsError: a rule does not fit the rows.
        """
        engine, runtime = self.execution_engine, runtime_configuration or {}
        asked = [_asked(each, engine, runtime) for each in configurations]
        wanted = dict(metric for each in asked for metric in each.metrics.values())
        found = engine.resolve_metrics(wanted.values())
        return [each.judge(found, engine) for each in asked]


def _asked(configuration: ExpectationConfiguration, engine: ExecutionEngine, runtime: Runtime) -> _Asked:
    text = repr((vars(configuration), type(engine), runtime))
    if known := _known.get(text):
        return known
    rule = configuration.to_domain_obj()
    needed = rule.get_validation_dependencies(engine, runtime)
    metrics = {name: (metric.id, metric) for name, metric in needed.metric_configurations.items()}
    asked = _Asked(rule, metrics, {**runtime, "result_format": needed.result_format})
    if len(_known) >= _MOST:
        _known.clear()
    _known[text] = asked
    return asked
