"""Nobody else's review: what is looked for in a letter at the last moment, and what a hit does."""

import shutil
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from io import BytesIO
from typing import Any
from unicodedata import normalize
from xml.etree.ElementTree import fromstring

import pypdfium2
import pytest
from python_calamine import CalamineWorkbook

from flows.ledger import Ledger
from flows.months.editions import Editions
from flows.post.foreign_names import ForeignNames
from flows.post.letters import State
from flows.post.scope import Scope, Withheld
from flows.site import load_site
from reports import web, workbook
from reports.document_text import DocumentText, UnreadableDocument
from reports.formats import render
from reports.language import language
from reports.page_text import read_page
from reports.pdf_text import read_pdf
from reports.review import Review
from reports.stamp import stamp
from reports.workbook_text import read_workbook
from tests.delivery.conftest import Posting
from tests.delivery.posts import NOW, OCTOBER, READERS, Post, words
from tests.flows.chain import small_site
from tests.reports.reviews import ISSUED, store

HN01 = [("store", "HN01")]
PEOPLE = """employee_id,name,position,department,store_id,from,to,aliases
1,Nguyễn Thị Ánh,barista,bar,HN01,2023-01-01,,
2,Nguyễn Thị Ánh Tuyết,barista,bar,HN02,2023-01-01,,
3,Trần Bình,barista,bar,HN02,2023-01-01,,
4,Trần Bình,barista,bar,HN01,2024-01-01,,
5,Khuê,barista,bar,HN02,2023-01-01,,
6,Lê Văn Đã Chuyển,barista,bar,HN01,2023-01-01,2026-05-31,
6,Lê Văn Đã Chuyển,barista,bar,HN02,2026-06-01,,
7,Doanh Thu,barista,bar,HN02,2023-01-01,,
"""


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> ForeignNames:
    site = small_site(tmp_path_factory.mktemp("names") / "site")
    (site / "people.csv").write_text(PEOPLE, encoding="utf-8")
    stores = (site / "stores.csv").read_text(encoding="utf-8")
    (site / "stores.csv").write_text(stores.replace("Bình", "Đặng Thuỳ"), encoding="utf-8")
    return ForeignNames(load_site(site))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("1\nNguyễn Thị Ánh\nPha chế", []),
        ("Nguyễn Thị Ánh Tuyết 12", ["Nguyễn Thị Ánh Tuyết"]),
        ("NGUYỄN THỊ ÁNH TUYẾT", ["Nguyễn Thị Ánh Tuyết"]),
        ("Nguyễn Thị\nÁnh Tuyết", ["Nguyễn Thị Ánh Tuyết"]),  # broken into two lines
        ("Nguyễn Thị Ánh\nTuyết đối", []),  # two cells, the first an own name
        ("Trần Bình", []),  # somebody here has the same name
        ("Ca trưởng: Khuê", ["Khuê"]),
        ("Khuê¹", ["Khuê"]),
        ("khuê các", []),  # a name of one word is one only with its capital
        ("Lê Văn Đã Chuyển", []),  # who moved away was here
        ("Doanh thu thuần", []),  # a name that is one of our own words tells nothing
        ("Cầu Giấy", []),
        ("Hồ Tây", ["Hồ Tây"]),
        ("Quản lý Đặng Thuỳ", ["Đặng Thuỳ"]),  # the manager of the other store
        ("Hồ\u00a0Tây", ["Hồ Tây"]),
    ],
)
def test_names_of_others_are_found_and_own_names_are_not(names: ForeignNames, text: str, found: list[str]) -> None:
    assert names.foreign(text, HN01) == found


def test_the_chain_reads_every_name_and_a_region_those_of_its_stores(names: ForeignNames) -> None:
    text = "Hồ Tây, Nguyễn Thị Ánh Tuyết, Cầu Giấy"
    assert names.foreign(text, [("chain", "tiny")]) == []
    assert names.foreign(text, [("region", "north")]) == []
    assert names.foreign(text, [("region", "south")]) == ["Cầu Giấy", "Hồ Tây", "Nguyễn Thị Ánh Tuyết"]
    assert names.foreign(text, [("department", "HN02.bar")]) == ["Cầu Giấy"]
    assert names.foreign(text, [("person", "2")]) == ["Cầu Giấy"]


def test_stores_of_others_may_be_shown_where_the_site_says_so(names: ForeignNames) -> None:
    mail = names.site.settings.mail.model_copy(update={"other_stores_shown": True})
    shown = ForeignNames(replace(names.site, settings=names.site.settings.model_copy(update={"mail": mail})))
    assert shown.foreign("Hồ Tây, Nguyễn Thị Ánh Tuyết", HN01) == ["Nguyễn Thị Ánh Tuyết"]


@pytest.mark.parametrize("code", ["vi", "en"])
def test_the_text_of_a_pdf_is_what_another_reader_of_pdfs_sees(code: str) -> None:
    review = store()
    content = render(review, code, "pdf", ISSUED)
    read = read_pdf(content)
    assert read.stamp == stamp(review) == "song_xanh/store/nguyen_hue/2026-10/1"
    pages = list(pypdfium2.PdfDocument(content))
    assert len(read.pages) == len(pages)
    for number, page in enumerate(pages):
        seen = words(normalize("NFKC", page.get_textpage().get_text_range()))
        mine = normalize("NFKC", f"{read.pages[number]}\n{read.unseen}")
        letters = "".join(mine.split())  # what stands on an axis is drawn letter by letter
        assert {word for word in seen if word not in letters} == set()
        assert {word for word in words(normalize("NFKC", read.pages[number])) if len(word) > 1} <= seen


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF-1.7\n",
        b"\x00" * 99,
        b"%PDF-1.7\n1 0 obj\n<</Type /ObjStm/Filter /FlateDecode>>\nstream\nxx\nendstream\nendobj",
    ],
)
def test_what_is_none_of_our_pdfs_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableDocument):
        read_pdf(content)


@pytest.mark.parametrize("code", ["vi", "en"])
def test_the_text_of_a_workbook_is_what_another_reader_of_workbooks_sees(code: str) -> None:
    review = store()
    content = workbook.render(review, code, ISSUED)
    read = read_workbook(content)
    assert read.stamp == stamp(review)
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    cells = [cell for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for cell in row]
    seen = {word for cell in cells if isinstance(cell, str) for word in words(normalize("NFKC", cell))}
    assert words(normalize("NFKC", read.pages[0])) == seen
    heads = {word for name in review.group.name.values() for word in words(name)}
    assert words(read.unseen) & heads == words(language(code).name(review.group.name))  # its running lines


@pytest.mark.parametrize("code", ["vi", "en"])
def test_the_text_of_a_page_is_what_stands_in_its_elements(code: str) -> None:
    review = store()
    content = web.render(review, code, ISSUED)
    read = read_page(content)
    assert read.stamp == stamp(review)
    body = fromstring(content).find("body")
    assert body is not None
    assert words("\n".join(body.itertext())) <= words(read.pages[0])
    labels = [mark.get("aria-label", "") for mark in body.iter()]
    assert words("\n".join(labels)) <= words(read.unseen)


@pytest.mark.parametrize(
    ("read", "content"), [(read_workbook, b""), (read_workbook, b"PK\x03\x04"), (read_page, b"\xff\xfe<")]
)
def test_what_is_none_of_our_workbooks_or_pages_is_refused(
    read: Callable[[bytes], DocumentText], content: bytes
) -> None:
    with pytest.raises(UnreadableDocument):
        read(content)


# -- what a hit does


def put_in_place(post: Post, wrong: str, right: str) -> None:
    """The file of one store under the name of another, and the ledger believing it."""
    with closing(Ledger(post.folder / "ledger.db")) as ledger:
        editions = Editions(ledger)
        source = editions.find(OCTOBER, "store", wrong, "vi", "pdf")
        target = editions.find(OCTOBER, "store", right, "vi", "pdf")
        assert source
        assert target
        shutil.copyfile(post.folder / source.path, post.folder / target.path)
        editions.issue(replace(target, sha256=source.sha256))


def only_anh_is_withheld(post: Post, why: str) -> None:
    done = post.send()
    assert post.states() == {
        "anh@one.example": State.WITHHELD,
        "binh@two.example": State.ACCEPTED,
        "north@three.example": State.ACCEPTED,
    }
    assert why in next(letter.said for letter in post.letters() if letter.state is State.WITHHELD)
    assert done.failed
    assert len(list((post.folder / "outbox").glob("*.eml"))) == 2


def test_a_file_of_another_group_blocks_that_letter_alone(posting: Posting) -> None:
    post = posting()
    put_in_place(post, "HN02", "HN01")
    only_anh_is_withheld(post, "store-HN01.vi.pdf is stamped tiny/store/HN02/2026-10/1")


def test_a_file_that_is_not_the_issued_one_blocks_that_letter_alone(posting: Posting) -> None:
    post = posting()
    path = post.folder / "reviews" / "2026-10" / "store-HN01.vi.pdf"
    whole = path.read_bytes()
    path.write_bytes(whole + b"\n")
    only_anh_is_withheld(post, "is missing, or not the file that was issued")
    path.write_bytes(whole)
    assert not post.send().failed
    assert set(post.states().values()) == {State.ACCEPTED}


def leaked(post: Post, review: Review, form: str = "pdf") -> None:
    """The review of HN01, stamped as such, but with what is another's."""
    with closing(Ledger(post.folder / "ledger.db")) as ledger:
        editions = Editions(ledger)
        edition = editions.find(OCTOBER, "store", "HN01", "vi", form)
        assert edition
        content = render(review, "vi", form, NOW)
        (post.folder / edition.path).write_bytes(content)
        editions.issue(replace(edition, sha256=sha256(content).hexdigest()))


@pytest.mark.parametrize("form", ["pdf", "xlsx", "html"])
def test_a_name_from_another_store_blocks_that_letter_alone(posting: Posting, form: str) -> None:
    post = posting(readers=READERS.replace("anh@one.example,vi,", f"anh@one.example,vi,{form}"))
    one = next(r for r in post.reviews if r.group.id == "HN01")
    other = replace(one.people[0], group=replace(one.people[0].group, name={"vi": "Hồ Tây"}))
    leaked(post, replace(one, people=(*one.people, other)), form)
    only_anh_is_withheld(post, f"store-HN01.vi.{form} names Hồ Tây, who is none of store HN01")


@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_a_name_in_the_letter_itself_blocks_it(posting: Posting, part: str) -> None:
    post = posting()
    post.send()
    letter = next(letter for letter in post.letters() if letter.address == "anh@one.example")
    with closing(Ledger(post.folder / "ledger.db")) as ledger:
        scope = Scope(post.site, Editions(ledger), NOW.date())
        assert scope.checked(letter)
        slipped: dict[str, Any] = {part: f"{getattr(letter, part)} Hồ Tây"}
        with pytest.raises(Withheld, match="its text names Hồ Tây, who is none of the groups it tells of"):
            scope.checked(replace(letter, **slipped))
    post.edit(letter.name, "Hồ Tây", "recipients.csv")  # a reader may be called so
    post.send()
    with closing(Ledger(post.folder / "ledger.db")) as ledger:
        scope = Scope(post.site, Editions(ledger), NOW.date())
        assert scope.checked(replace(letter, name="Hồ Tây", text="Kính gửi Hồ Tây"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("Trần Thị Ngọc Ánh", "Người Mới", "another reader"),
        ("anh@one.example,vi", "anh@one.example,en", "another lang"),
    ],
)
def test_a_letter_that_is_sent_as_it_lies_is_still_to_its_reader_in_her_language(
    posting: Posting, old: str, new: str, said: str
) -> None:
    post = posting()
    post.send()
    letter = next(letter for letter in post.letters() if letter.address == "anh@one.example")
    post.edit(old, new, "recipients.csv")
    with closing(Ledger(post.folder / "ledger.db")) as ledger, pytest.raises(Withheld, match=said):
        Scope(post.site, Editions(ledger), NOW.date()).checked(letter)


def test_a_character_without_a_glyph_blocks_that_letter_alone(posting: Posting) -> None:
    post = posting()
    one = next(r for r in post.reviews if r.group.id == "HN01")
    leaked(post, replace(one, group=replace(one.group, manager="A\x01nh")))
    only_anh_is_withheld(post, "a character on page 1 could not be printed")


def kept_waiting(post: Post) -> None:
    whole = (path := post.folder / "reviews/2026-10/store-HN01.vi.pdf").read_bytes()
    path.write_bytes(b"")
    post.send()
    path.write_bytes(whole)


def test_a_reader_who_was_taken_from_the_book_gets_nothing_more(posting: Posting) -> None:
    post = posting()
    kept_waiting(post)
    post.edit("store,HN01,,Trần Thị Ngọc Ánh,anh@one.example,vi,\n", "", "recipients.csv")
    post.send()
    assert post.states()["anh@one.example"] == State.WITHHELD


@pytest.mark.parametrize(
    ("old", "new", "greeted"),
    [("Trần Thị Ngọc Ánh", "Người Mới", "Người Mới"), ("anh@one.example,vi", "anh@one.example,en", "KPI review")],
)
def test_a_letter_that_waits_is_written_again_for_another_reader_or_language(
    posting: Posting, old: str, new: str, greeted: str
) -> None:
    post = posting()
    kept_waiting(post)
    post.edit(old, new, "recipients.csv")
    post.send()
    [letter] = [letter for letter in post.letters() if letter.address == "anh@one.example"]
    assert letter.state is State.ACCEPTED
    assert greeted in f"{letter.subject}\n{letter.text}"
