"""The gallery: every chart macro, drawn from the page of one review, for those who change them."""

from reports import html
from reports.language import Language
from reports.page import Page

TEMPLATE = "gallery.html.j2"


def write(page: Page, language: Language) -> str:
    """The gallery as well-formed XHTML; a chart whose section the page lacks is left out."""
    return html.filled(TEMPLATE, language, page=page, pages={})
