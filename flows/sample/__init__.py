"""A generated chain of coffee shops: a complete site whose exports look as real systems write them.

Everything is drawn from a seed per store and month, so equal scales give equal bytes and any part can be made again
by itself. Planted stories (`STORIES`) are what reviews of it should bring to light.
"""

from datetime import date
from pathlib import Path

from flows.sample.dirt import BadRow
from flows.sample.exports import all_exports, night_exports
from flows.sample.scale import Language, Scale
from flows.sample.site import write_site
from flows.sample.stories import STORIES, Story, stories_table
from flows.sample.summary import Control, SampleSummary, summary, truth
from flows.sample.write import write

__all__ = [
    "STORIES",
    "BadRow",
    "Control",
    "Language",
    "SampleSummary",
    "Scale",
    "Story",
    "stories_table",
    "truth",
    "write_night",
    "write_sample",
]


def write_sample(folder: Path, scale: Scale, language: Language) -> SampleSummary:
    """Write a whole site into `folder`: its configuration, and the exports of every month and night into its inbox.

    Files of the same names are replaced. Each file's modification time is the moment of its export.
    """
    write_site(folder, scale, language)
    return summary(write(all_exports(scale, language), scale, language, folder), scale, language)


def write_night(folder: Path, scale: Scale, language: Language, day: date) -> list[Path]:
    """Write the exports of the night after `day` into the inbox of the site in `folder`; give back their paths.

    `day` may lie after the sample's last day. On the first of a month the month's roster is among them, on the last the
    ratings; a day on which the chain is closed has no files.
    """
    return [file.path for file in write(night_exports(scale, language, day), scale, language, folder)]
