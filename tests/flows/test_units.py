"""What `kpi serve --write-unit` writes: read by the very programs that it is for."""

import io
import shlex
import shutil
import subprocess
from pathlib import Path

import pytest
from rich.console import Console

from flows.cli import main
from flows.exits import Exit
from tests.flows.chain import small_site

UNITS = ("kpi-serve.service", "kpi-due.service", "kpi-due.timer")


@pytest.fixture(params=["site", "a %site $HOME's"])
def written(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, Path]:
    site = small_site(tmp_path / request.param)
    with (site / "kpi.toml").open("a", encoding="utf-8") as toml:
        toml.write('[schedule]\nnot_on = "weekends_and_holidays"\nsend = true\n')
    assert main(["serve", str(site), "--write-unit", str(tmp_path / "units")]) == Exit.DONE
    return site, tmp_path / "units"


def test_systemd_understands_every_unit(written: tuple[Path, Path]) -> None:
    if not shutil.which("systemd-analyze"):
        pytest.skip("systemd-analyze is not on this machine")
    units = [str(written[1] / name) for name in UNITS]
    checked = subprocess.run(["systemd-analyze", "verify", *units], check=False, capture_output=True, text=True)
    ours = [line for line in checked.stderr.splitlines() if "kpi-" in line]
    assert ours == []
    assert checked.returncode == 0, checked.stderr


def test_cron_runs_the_very_commands_that_are_meant(written: tuple[Path, Path]) -> None:
    site, units = written
    [line] = [line for line in (units / "crontab").read_text("utf-8").splitlines() if not line.startswith("#")]
    *when, command = line.split(maxsplit=5)
    assert when == ["*/15", "*", "*", "*", "*"]
    as_cron_passes_it = command.replace("\\%", "%")
    words = shlex.split(as_cron_passes_it.replace(">/dev/null", "").replace(";", " ; "))
    first, second = words[: words.index(";")], words[words.index(";") + 1 :]
    assert first[1:] == ["nightly", str(site), "--due"]
    assert second[1:] == ["review", str(site), "--due"]
    assert Path(first[0]).name == "kpi"


def test_prefect_reads_its_file_and_finds_both_flows(written: tuple[Path, Path]) -> None:
    from prefect.cli.deploy._config import _load_deploy_configs_and_actions
    from prefect.flows import Flow, load_flow_from_entrypoint

    site, units = written
    said = io.StringIO()
    found, _ = _load_deploy_configs_and_actions(units / "prefect.yaml", console=Console(file=said))
    assert said.getvalue() == ""
    assert [deployment["parameters"] for deployment in found] == [
        {"site": str(site)},
        {"site": str(site), "send": True},
    ]
    assert found[0]["schedules"][0]["cron"] == "30 2 * * *"
    assert found[1]["schedules"][0]["rrule"].startswith("RDATE:20")
    for deployment in found:
        entrypoint = deployment["entrypoint"]
        flow: Flow[..., object] = load_flow_from_entrypoint(entrypoint, use_placeholder_flow=False)
        flow.validate_parameters(deployment["parameters"])
        assert entrypoint == f"flows.running.schedule.{flow.name}_flow"
