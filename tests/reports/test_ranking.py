"""Stores side by side: all of them ranked, the first and the last drawn."""

from dataclasses import replace
from decimal import Decimal

from reports import pdf
from reports.review import Group, Review
from tests.reports import explained, reviews
from tests.reports.test_explained import shown
from tests.reports.test_pdf import printed, squeezed


def many(count: int) -> Review:
    """A chain of regions with so many stores, the best first."""
    chain = explained.chain()
    stores = tuple(
        replace(
            chain.members[0],
            group=Group("store", f"S{n}", {"vi": f"Cửa hàng {n}"}, manager=f"Chị {n}"),
            score=Decimal(count - n),
        )
        for n in range(count)
    )
    regions = tuple(replace(m, group=replace(m.group, level="region")) for m in chain.members)
    return replace(chain, members=regions, ranked=stores)


def test_all_stores_of_a_chain_of_regions_are_ranked_and_the_first_and_last_are_drawn() -> None:
    told = shown(many(100))
    assert told.ranked
    assert told.ends
    assert [row.name for row in told.ranked.rows] == [f"Cửa hàng {n}" for n in range(100)]
    assert told.ends.names == tuple(f"Cửa hàng {n}" for n in (*range(30), *range(70, 100)))
    assert [small.name for small in told.ends.smalls] == [f"Cửa hàng {n}" for n in (*range(12), *range(88, 100))]
    assert (told.ends.few, told.ends.more) == (
        "The first and the last are drawn; 40 between them are not.",
        "The first and the last are drawn; 76 between them are not.",
    )
    assert shown(explained.chain()).ranked is None


def test_stores_without_a_score_are_not_drawn_as_the_last() -> None:
    review = many(100)
    unscored = tuple(replace(store, score=None) for store in review.ranked[90:])
    told = shown(replace(review, ranked=(*review.ranked[:90], *unscored)))
    assert told.ends
    assert told.ends.names[-1] == "Cửa hàng 89"


def test_a_long_ranking_is_printed_to_the_last_store() -> None:
    text = printed(pdf.render(many(100), "vi", reviews.ISSUED))
    assert [n for n in range(100) if squeezed(f"Cửa hàng {n}") not in text] == []
