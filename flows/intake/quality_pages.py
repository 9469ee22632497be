"""The data-quality pages: Great Expectations' Data Docs of every run, as files that need no server."""

import shutil
from collections.abc import Sequence
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Final

from flows.disk import write_whole
from flows.intake.load import Outcome
from flows.site import Site
from transforms.quality import index

KEPT_RUNS: Final = 90
_INDEX: Final = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Data quality: {name}</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{{font:16px/1.6 system-ui,sans-serif;margin:2rem auto;max-width:40rem;padding:0 1rem}}</style></head>
<body><h1>Data quality: {name}</h1><p>One entry per run that took in files, newest first.</p><ul>
{runs}
</ul></body></html>
"""


def write_pages(site: Site, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write this run's pages and the index of the last runs; older ones are removed."""
    docs = [outcome.page for outcome in outcomes if outcome.page is not None]
    if not docs:
        return
    folder = site.quality / f"{now:%Y-%m-%dT%H%M%S}"
    for doc in docs:
        write_whole(folder / doc.path, doc.html.encode())
    write_whole(folder / "index.html", index(docs).encode())
    runs = sorted((path for path in site.quality.iterdir() if path.is_dir()), reverse=True)
    for old in runs[KEPT_RUNS:]:
        shutil.rmtree(old)
    write_whole(site.quality / "index.html", _list(site, runs[:KEPT_RUNS]).encode())


def _list(site: Site, runs: Sequence[Path]) -> str:
    items = "\n".join(f'<li><a href="{run.name}/index.html">{run.name.replace("T", " ")}</a></li>' for run in runs)
    return _INDEX.format(name=escape(site.settings.organisation.name), runs=items)
