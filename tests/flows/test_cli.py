"""`kpi` as a person types it: codes, sentences, and the wheel away from the checkout."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from flows.cli import main
from flows.exits import MEANINGS, Exit
from flows.lock import alone
from tests.flows.chain import deliver, small_site

CHECKOUT = Path(__file__).parents[2]


def test_help_lists_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--help"])
    assert ended.value.code == 0
    printed = capsys.readouterr().out
    assert all(f"{code.value}  {meaning}" in printed for code, meaning in MEANINGS.items())


def test_the_readme_lists_every_exit_code() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    assert all(f"| {code.value} | " in readme for code in Exit)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["review", "x", "2026-13"], "'2026-13' is not a month; write YYYY-MM, for example 2026-10"),
        (["review", "x", "10/2026"], "is not a month"),
        (["sample", "x", "--stores", "none"], "'none' is not a whole number of at least 1"),
        (["sample", "x", "--until", "31.10.2026"], "is not a day; write YYYY-MM-DD"),
        ([], "required: COMMAND"),
    ],
)
def test_a_command_line_that_is_not_understood_is_told(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == Exit.USAGE
    assert told in capsys.readouterr().err


def test_a_second_run_on_the_same_site_ends_with_its_own_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = small_site(tmp_path / "site")
    with alone(site):
        assert main(["nightly", str(site)]) == Exit.BUSY
    assert "Another run works on" in capsys.readouterr().err


def test_an_empty_inbox_is_a_quiet_success(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    site = small_site(tmp_path / "site")
    assert main(["nightly", str(site)]) == Exit.DONE
    assert "Files: 0 taken in" in capsys.readouterr().out


def test_refused_input_shows_in_the_exit_code_and_needs_no_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site = small_site(tmp_path / "site")
    deliver(site, "sales/strange.csv", ["1,2"], header="a,b")
    assert main(["nightly", str(site)]) == Exit.REFUSED
    printed = capsys.readouterr()
    assert "sales/strange.csv" in printed.out
    assert "Traceback" not in printed.out + printed.err


def test_the_wheel_works_outside_the_checkout(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=CHECKOUT, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    place = tmp_path / "installed"
    zipfile.ZipFile(wheel).extractall(place)
    elsewhere = {**os.environ, "PYTHONPATH": str(place), "PYTHONSAFEPATH": "1"}

    def kpi(*arguments: str) -> str:
        command = [sys.executable, "-c", "import sys; from flows.cli import main; sys.exit(main())", *arguments]
        done = subprocess.run(command, cwd=tmp_path, env=elsewhere, check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert "kpi-review" in kpi("--version")
    kpi("sample", "chain", "--months", "1", "--people", "30")
    assert "ready" in kpi("check", "chain")
    kpi("init", "mine")
    assert "ready" in kpi("check", "mine")
    where = [sys.executable, "-c", "import flows, reports.glyphs as g; print(flows.__file__, len(g.fonts()))"]
    found = subprocess.run(where, cwd=tmp_path, env=elsewhere, check=True, capture_output=True, text=True).stdout
    assert str(place) in found
    assert int(found.split()[-1]) >= 5
