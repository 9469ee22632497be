"""The expectations that Great Expectations lacks. Importing this module registers them by their names."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from great_expectations.expectations.expectation import (
    BatchExpectation,
    ColumnAggregateExpectation,
    ColumnMapExpectation,
    MulticolumnMapExpectation,
)
from great_expectations.render.renderer_configuration import RendererConfiguration, RendererValueType

from transforms.tables import TABLES


class ExpectColumnValuesToExistIn(ColumnMapExpectation):  # type: ignore[misc]
    """Every value of `column` is one of the known ids named `reference`."""

    map_metric: ClassVar[str] = "column_values.exist_in"
    reference: str
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "reference")
    args_keys: ClassVar[tuple[str, ...]] = ("column", "reference")

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration) -> RendererConfiguration:
        for name in ("column", "reference"):
            renderer_configuration.add_param(name=name, param_type=RendererValueType.STRING)
        renderer_configuration.template_str = "$column must be one of the site's $reference"
        return renderer_configuration


class ExpectRowsToSatisfy(MulticolumnMapExpectation):  # type: ignore[misc]
    """Every row satisfies the SQL condition `sql` over the columns `column_list`; an unknown outcome passes."""

    map_metric: ClassVar[str] = "multicolumn_values.satisfy"
    sql: str
    success_keys: ClassVar[tuple[str, ...]] = ("mostly", "sql")
    args_keys: ClassVar[tuple[str, ...]] = ("column_list", "sql")

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration) -> RendererConfiguration:
        renderer_configuration.add_param(name="sql", param_type=RendererValueType.STRING)
        renderer_configuration.template_str = "every row must satisfy $sql"
        return renderer_configuration


class ExpectTypicalAmount(ColumnAggregateExpectation):  # type: ignore[misc]
    """Half of the amounts of `column` that are not zero are at least `min_value`, whatever their sign."""

    metric_dependencies: ClassVar[tuple[str, ...]] = ("column.typical_size",)
    min_value: Decimal
    success_keys: ClassVar[tuple[str, ...]] = ("min_value",)
    args_keys: ClassVar[tuple[str, ...]] = ("column", "min_value")

    def _validate(
        self,
        metrics: Mapping[str, Any],
        runtime_configuration: Mapping[str, Any] | None = None,  # noqa: ARG002 - the signature is Great Expectations'
        execution_engine: object = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        found = metrics["column.typical_size"]
        success = found is None or Decimal(str(found)) >= Decimal(str(self.min_value))
        return {"success": success, "result": {"observed_value": found}}

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration) -> RendererConfiguration:
        renderer_configuration.add_param(name="column", param_type=RendererValueType.STRING)
        renderer_configuration.add_param(name="min_value", param_type=RendererValueType.NUMBER)
        renderer_configuration.template_str = "half of $column must be at least $min_value"
        return renderer_configuration


class ExpectSchema(BatchExpectation):  # type: ignore[misc]
    """The batch has exactly the columns of the canonical table `table`, in its order, with its dtypes.

    Great Expectations' own type checks know the type names of pandas, Spark and SQL only.
    """

    metric_dependencies: ClassVar[tuple[str, ...]] = ("table.column_types",)
    table: str
    success_keys: ClassVar[tuple[str, ...]] = ("table",)
    args_keys: ClassVar[tuple[str, ...]] = ("table",)

    def _validate(
        self,
        metrics: Mapping[str, Any],
        runtime_configuration: Mapping[str, Any] | None = None,  # noqa: ARG002 - the signature is Great Expectations'
        execution_engine: object = None,  # noqa: ARG002
    ) -> dict[str, Any]:
        found = [f"{column['name']}: {column['type']}" for column in metrics["table.column_types"]]
        declared = [f"{name}: {dtype}" for name, dtype in TABLES[self.table].columns.items()]
        return {
            "success": found == declared,
            "result": {
                "observed_value": ", ".join(c for c in found if c not in declared) or f"{len(found)} columns",
                "details": {"declared": ", ".join(c for c in declared if c not in found) or f"{len(declared)} columns"},
            },
        }

    @classmethod
    def _prescriptive_template(cls, renderer_configuration: RendererConfiguration) -> RendererConfiguration:
        renderer_configuration.add_param(name="table", param_type=RendererValueType.STRING)
        renderer_configuration.template_str = "columns and dtypes must be those of the table $table"
        return renderer_configuration
