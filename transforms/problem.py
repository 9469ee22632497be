"""Errors for people: one sentence that says where, what is wrong, what is allowed and what to do."""


class Problem(Exception):
    """Something a person has to mend. Its text is shown as it is, without a traceback."""


class BadSite(Problem):
    """The site's configuration cannot be used; nothing was done."""


class BadExport(Problem):
    """One export cannot be read as a whole; it lies in the quarantine, the others went on."""


class Unfit(BadExport):
    """A part of a file that is none of the exports known here; where other parts are, they are read without it."""
