"""In which unit an export says, above its header, that it counts amounts."""

import re
from typing import Final

from transforms.exports.vocabulary import simple

_OF_A_TITLE: Final = re.compile(  # where words of units stand among others
    r"\b(dvt|don vi( tinh)?|units?( of currency)?|currency|in|satuan|dalam|en|em|einheit|単位) "
    r"((dong|vnd|usd|eur|rupiah|rp|idr|thb|euros?|dollars?) )?"
    r"(1? ?000 ?(d|dong|vnd)?|x1000|nghin|ngan|trieu|thousands?|millions?|ribu|juta|miles|milhares|milliers|tsd|tausend"
    r"|千円|百万円)\b"
    r"|^(1? ?000|nghin|ngan|trieu|x1000) (d|dong|vnd|usd)$|千円|百万円"
)


def tells_unit(title: str) -> bool:
    """Whether a line, or what stands in its brackets, says that amounts are in thousands: "ĐVT: 1.000 đ"."""
    return any(_OF_A_TITLE.search(simple(part)) for part in (title, *re.findall(r"\(([^()]*)\)", title)))
