"""Great Expectations suites on Polars: one declaration is both the gate of a batch and the quarantine of its rows.

Importing this package is cheap: Great Expectations itself, seconds of CPU, is imported by the first Gatekeeper.
"""

from typing import TYPE_CHECKING

from transforms.quality.docs_page import Doc, index
from transforms.quality.gate import Finding, Gate, Gatekeeper
from transforms.quality.suites import BrokenSuite, parameters, rules

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from great_expectations.core import ExpectationSuiteValidationResult


__all__ = ["BrokenSuite", "Doc", "Finding", "Gate", "Gatekeeper", "doc", "index", "pages", "parameters", "rules"]


def pages(results: "Iterable[ExpectationSuiteValidationResult]") -> "Mapping[str, str]":
    """Return the Data Docs of `results`: relative path -> self-contained HTML, among them an ``index.html``."""
    from transforms.quality.loaded import docs  # noqa: PLC0415 - seconds of CPU, so only who wants pages pays

    return docs.pages(results)


def doc(result: "ExpectationSuiteValidationResult") -> Doc:
    """Return the page of one result, with its row for an index."""
    from transforms.quality.loaded import docs  # noqa: PLC0415 - as above

    return docs.doc(result)
