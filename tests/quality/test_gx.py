"""Great Expectations is imported without what no gate uses, and nobody else notices."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def alone(script: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()


def test_a_gate_does_without_sql_charts_and_distributions() -> None:
    heavy = "{'sqlalchemy', 'altair', 'scipy.stats'}"
    assert alone(f"import sys, transforms.quality.loaded; print({heavy} & set(sys.modules))") == "set()"


def test_what_workers_are_forked_from_has_not_started_polars() -> None:
    assert alone("import sys, transforms.gx; print('polars' in sys.modules)") == "False"


def test_what_was_left_out_is_the_real_thing_once_it_is_used() -> None:
    script = (
        "import transforms.gx, sqlalchemy, altair, scipy.stats;"
        "from great_expectations.expectations.core import expect_column_kl_divergence_to_be_less_than as used;"
        "assert used.alt.Chart is altair.Chart and used.stats.entropy is scipy.stats.entropy;"
        "print(sqlalchemy.create_engine('sqlite://').connect().scalar(sqlalchemy.text('select 1')))"
    )
    assert alone(script) == "1"


def test_what_was_imported_before_stays() -> None:
    assert alone("import sqlalchemy, sys, transforms.gx; print(sys.modules['sqlalchemy'] is sqlalchemy)") == "True"
