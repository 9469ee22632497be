"""Files that keep a site running on this machine: systemd units, a crontab, and prefect.yaml for work pools."""

import getpass
import json
import shlex
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from string import Template
from typing import Final

from flows.disk import write_whole
from flows.nightly import local_now
from flows.running.timetable import Timetable
from flows.site import Site

_FILES: Final = ("kpi-serve.service", "kpi-due.service", "kpi-due.timer", "crontab", "prefect.yaml")


def write_units(site: Site, folder: Path) -> list[Path]:
    """Write the files for `site` into `folder`, with the paths of this machine."""
    shipped, filled = files("flows") / "unit_files", _values(site)
    texts = {name: (shipped / name).read_text("utf-8") for name in _FILES}
    return [write_whole(folder / n, Template(t).substitute(filled[_kind(n)]).encode()) for n, t in texts.items()]


def _kind(name: str) -> str:
    return name if name == "crontab" or name.endswith(".yaml") else "unit"


def _values(site: Site) -> dict[str, Mapping[str, str]]:
    organisation, place = site.settings.organisation, str(site.folder.resolve())
    kpi = str(Path(sys.executable).parent / "kpi")
    shared = {"id": organisation.id, "name": " ".join(organisation.name.split()), "user": getpass.getuser()}
    unit = {"command": _in_unit(kpi), "site": _in_unit(place), "site_path": place.replace("%", "%%")}
    cron = {"command": _in_crontab(kpi), "site": _in_crontab(place)}
    return {
        "unit": {**shared, **unit},
        "crontab": {**shared, **cron},
        "prefect.yaml": {**shared, **_prefect(site, place)},
    }


def _prefect(site: Site, place: str) -> Mapping[str, str]:
    timetable = Timetable.of(site.settings)
    values = {
        "night_parameters": {"site": place},
        "review_parameters": {"site": place, "send": timetable.schedule.send},
        "nights": timetable.night_plan(),
        "letters": timetable.letter_plan(local_now(site)),
    }
    return {name: json.dumps(value, ensure_ascii=False) for name, value in values.items()}  # JSON is YAML, too


def _in_unit(text: str) -> str:
    quoted = text.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{quoted}"'


def _in_crontab(text: str) -> str:
    return shlex.quote(text).replace("%", "\\%")
