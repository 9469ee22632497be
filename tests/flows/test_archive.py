"""Everything that was issued is found again: manifests, the page, and what the policy lets go."""

import json
from contextlib import closing
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from flows.cli import main
from flows.disk import sha256_of
from flows.ledger import Ledger
from flows.months.archive import write_archive
from flows.months.retention import Deleted, prune
from flows.post.letters import Part, State
from flows.site import load_site
from tests.flows.issued import at, copy_of, issued_site, late, night, printed
from tests.flows.lettered import lettered

VOID = {"meta", "input", "link", "br", "hr", "img"}


@dataclass
class Page(HTMLParser):
    """A page as elements: (tag, attributes, text within)."""

    text: str
    elements: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    words: dict[str, list[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes what is not open"

    def handle_data(self, data: str) -> None:
        if self.open:
            self.words.setdefault(self.open[-1], []).append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]

    def statuses(self) -> list[str | None]:
        return [row["data-status"] for row in self.all("tr") if "data-status" in row]


@pytest.fixture(scope="module")
def once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    site = copy_of(issued_site(tmp_path_factory), tmp_path_factory.mktemp("archive"))
    night(site, 10)
    late(site)
    printed(site, 20, "HN01", restate=True)
    return site


@pytest.fixture
def site(once: Path, tmp_path: Path) -> Path:
    return copy_of(once, tmp_path)


def page(site: Path, name: str = "index.html") -> Page:
    return Page((site / "reviews" / name).read_text(encoding="utf-8"))


def manifest(site: Path) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = json.loads((site / "reviews/2026-10/manifest.json").read_text("utf-8"))
    return found


def archived(site: Path) -> list[Path]:
    with closing(Ledger(site / "ledger.db")) as ledger:
        return write_archive(load_site(site), ledger)


def test_a_manifest_says_what_was_issued_and_what_it_was_made_of(site: Path) -> None:
    told = manifest(site)
    assert [(r["group"], r["revision"]) for r in told["reviews"]] == [
        ("tiny", 1), ("north", 1), ("HN01", 1), ("HN01", 2), ("HN02", 1), ("HN01.bar", 1), ("HN02.bar", 1),
    ]  # fmt: skip
    for review in told["reviews"]:
        assert set(review["made_of"]) == {"program", "lake", "site"}  # type: ignore[call-overload]
        for document in review["documents"]:  # type: ignore[attr-defined]
            assert sha256_of(site / document["path"]) == document["sha256"]
    assert [export["name"] for export in told["exports"]] == ["sales/2026-10.csv", "sales/late.csv"]
    for export in told["exports"]:
        assert sha256_of(site / str(export["archived"])) == export["sha256"]


def test_every_link_leads_to_a_file_of_the_site_and_nothing_is_fetched(site: Path) -> None:
    found = page(site)
    links = [a["href"] or "" for a in found.all("a")]
    assert "2026-10/store-HN01.vi.r2.xlsx" in links
    assert "2026-10/store-HN01.vi.xlsx" in links
    assert "../quality/index.html" in links
    for link in links:
        assert link.startswith("#") or (site / "reviews" / link).is_file(), link
    assert not [a for tag, a in found.elements if tag in {"img", "link", "iframe"} or a.get("src")]
    text = (site / "reviews/index.html").read_text("utf-8")
    assert "http" not in text.replace("http-equiv", "")
    [policy] = [a["content"] for a in found.all("meta") if a.get("http-equiv") == "Content-Security-Policy"]
    assert (policy or "").startswith("default-src 'none'")


def test_the_page_is_to_be_read_by_keyboard_and_by_ear(site: Path) -> None:
    found = page(site)
    assert found.open == []
    assert found.all("html") == [{"lang": "vi"}]
    assert {label["for"] for label in found.all("label")} == {"words", "month", "level", "status"}
    fields = {a["id"] for tag in ("input", "select") for a in found.all(tag)}
    assert fields == {"words", "month", "level", "status"}
    ids = [a["id"] for _, a in found.elements if "id" in a]
    assert len(ids) == len(set(ids))
    assert [tag for tag, _ in found.elements if tag in {"h1", "h2"}] == ["h1", "h2"]
    assert all(th.get("scope") for th in found.all("th"))
    assert all(a.get("aria-label") for a in found.all("a") if (a["href"] or "").endswith(".xlsx"))
    assert {"header", "nav", "main", "caption", "summary"} <= {tag for tag, _ in found.elements}
    assert any(a.get("role") == "status" for a in found.all("p"))
    assert found.all("form")[0].keys() >= {"hidden"}, "of no use without its script"


def test_each_row_says_how_its_group_stands(site: Path) -> None:
    groups = ["tiny", "north", "HN01", "HN02", "HN01.bar", "HN02.bar"]
    statuses = ["late", "late", "restated", "closed", "late", "closed"]
    assert dict(zip(groups, page(site).statuses(), strict=True)) == dict(zip(groups, statuses, strict=True))


def test_a_department_says_whose_it_is(site: Path) -> None:
    assert "Cầu Giấy · HN01.bar<" in (site / "reviews/index.html").read_text(encoding="utf-8")


def test_the_archive_is_written_again_only_where_it_changed(site: Path) -> None:
    assert archived(site) == []
    before = (site / "reviews/index.html").read_bytes()
    (site / "reviews/index.html").unlink()
    assert archived(site) == [site / "reviews/index.html"]
    assert (site / "reviews/index.html").read_bytes() == before
    assert main(["archive", str(site)]) == 0


def test_there_is_a_page_in_each_language_of_the_site(site: Path) -> None:
    kpi = site / "kpi.toml"
    kpi.write_text(kpi.read_text().replace('languages = ["vi"]', 'languages = ["vi", "en"]'))
    assert {path.name for path in archived(site)} == {"index.html", "index.en.html"}
    assert page(site, "index.en.html").all("html") == [{"lang": "en"}]
    assert "October 2026" in "".join(page(site, "index.en.html").words["h2"])


def test_letters_are_told_with_their_states(site: Path) -> None:
    lettered(site, date(2026, 10, 1), [("anh@example.com", State.ACCEPTED, (Part("store", "HN01", 2, {}),))])
    archived(site)
    [told] = [r for r in manifest(site)["reviews"] if (r["group"], r["revision"]) == ("HN01", 2)]
    assert told["letters"] == [{"recipient": "anh@example.com", "state": "accepted"}]
    text = (site / "reviews/index.html").read_text("utf-8")
    assert "đã nhận 1" in text
    assert "anh@example.com" not in text


def test_names_of_the_site_are_only_ever_text(site: Path) -> None:
    nasty = '<script>alert("x")</script>{{ 7 * 7 }}'
    with closing(Ledger(site / "ledger.db")) as ledger:
        ledger.say("UPDATE pins SET names = ? WHERE group_id = 'HN02'", json.dumps({"vi": nasty}))
    archived(site)
    found = page(site)
    assert len(found.all("script")) == 1
    assert any(nasty in word for word in found.words["th"])


# -- retention


def test_what_is_kept_for_ever_stays(site: Path) -> None:
    before = sorted(path for path in site.rglob("*") if path.is_file() and "lake" not in path.parts)
    assert "kept for ever" in prune(load_site(site), at(28, 12))[0]
    assert sorted(path for path in site.rglob("*") if path.is_file() and "lake" not in path.parts) == before


def test_what_is_older_than_the_policy_goes_and_is_remembered(site: Path) -> None:
    (site / "kpi.toml").write_text((site / "kpi.toml").read_text() + "\n[archive]\nkeep_months = 1\n")
    assert prune(load_site(site), at(28))[:-1] == [], "October is the month before"
    told = prune(load_site(site), at(1, 12))
    assert told[0] == "Reviews of 2026-10: 14 files deleted; the manifest remembers them."
    assert list((site / "reviews").rglob("*.xlsx")) == []
    assert list((site / "archive/reviews").rglob("*.gz")) == []
    assert sorted(path.suffix for path in (site / "archive/exports").rglob("*") if path.is_file()) == [".csv"] * 3
    assert manifest(site)["deleted_at"]
    assert sum(len(r["documents"]) for r in manifest(site)["reviews"]) == 7  # type: ignore[arg-type, misc]
    found = page(site)
    assert set(found.statuses()) == {"deleted"}
    assert not [a for a in found.all("a") if (a["href"] or "").endswith(".xlsx")]
    with pytest.raises(Deleted, match=r"were deleted on 2026-12-01 .*manifest.json says what they were"):
        printed(site, 30)
    assert prune(load_site(site), at(2, 12))[:-1] == [], "once"
