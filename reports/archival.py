"""A review for the archive: PDF/A-3, tagged as PDF/UA, that carries its workbook.

Sources: ISO 19005-3 (attached files with a relationship), ISO 14289-1 (the identifier of PDF/UA, whose schema PDF/A
wants described where it is used).
"""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

import weasyprint

from reports import workbook
from reports.review import Review

VARIANT: Final = "pdf/a-3a"
_END: Final = b"</rdf:RDF>"
_PROPERTY: Final = b"""<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA</pdfaProperty:description></rdf:li>"""
_READ_ALOUD: Final = (
    b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"""
    + _PROPERTY
    + b"</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
)


def attached(review: Review, code: str, issued_at: datetime) -> weasyprint.Attachment:
    """The workbook of a review, dated like the document."""
    return weasyprint.Attachment(
        string=workbook.render(review, code, issued_at),
        name=f"{review.group.level}-{review.group.id}.{code}.xlsx",
        description=f"{review.group.id} {review.month:%Y-%m}",
        created=issued_at,
        modified=issued_at,
        relationship="Data",
    )


def claim(document: weasyprint.Document) -> None:
    """Say in the metadata that it is PDF/UA as well: WeasyPrint states one standard only."""
    document.metadata.generate_rdf_metadata = partial(_claimed, document.metadata.generate_rdf_metadata)


def _claimed(written: Callable[..., bytes], *values: Any) -> bytes:  # noqa: ANN401
    return written(*values).replace(_END, _READ_ALOUD + _END)
