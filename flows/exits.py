"""Exit codes, one per kind of end."""

from enum import IntEnum


class Exit(IntEnum):
    """What an exit code of `kpi` means; `kpi --help` and the README list them."""

    DONE = 0
    BUG = 1
    USAGE = 2
    SITE = 3
    REFUSED = 4
    BUSY = 5
    NOTHING = 6
    DISK = 7
    NOBODY = 8
    STOPPED = 130


MEANINGS = {
    Exit.DONE: "done",
    Exit.BUG: "an error in KPI Review itself",
    Exit.USAGE: "the command line is not understood",
    Exit.SITE: "the site's configuration is wrong; nothing was done",
    Exit.REFUSED: "done, but some rows, files or reviews were refused: see the summary",
    Exit.BUSY: "another run works on the same site; nothing was done",
    Exit.NOTHING: "there is nothing to review; nothing was done",
    Exit.DISK: "a file or folder cannot be read or written, or the disk is full",
    Exit.NOBODY: "nobody is named to get the letters; nothing was sent",
    Exit.STOPPED: "stopped by hand; run again to go on",
}
