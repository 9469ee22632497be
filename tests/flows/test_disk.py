"""Whole files or none."""

import hashlib
from io import BytesIO
from pathlib import Path

import pytest

from flows.disk import sha256_of, whole_file, write_hashed, write_whole
from flows.lock import Busy, alone


def test_a_file_appears_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "deep" / "a.bin", b"abc")
    assert path.read_bytes() == b"abc"
    assert [p.name for p in path.parent.iterdir()] == ["a.bin"]


def test_a_failed_write_leaves_the_old_content(tmp_path: Path) -> None:
    path = write_whole(tmp_path / "a.bin", b"old")
    with pytest.raises(ZeroDivisionError), whole_file(path) as file:
        file.write(bytes([1 // 0]))
    assert path.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["a.bin"]


def test_a_copy_is_hashed_on_the_way(tmp_path: Path) -> None:
    content = bytes(range(256)) * 9000
    source, target = write_whole(tmp_path / "a.bin", content), BytesIO()
    assert write_hashed([content[:5], content[5:]], target) == (hashlib.sha256(content).hexdigest(), len(content))
    assert target.getvalue() == content
    assert sha256_of(source) == hashlib.sha256(content).hexdigest()


def test_a_second_run_on_the_same_site_is_told(tmp_path: Path) -> None:
    with alone(tmp_path), pytest.raises(Busy, match="Another run works on"), alone(tmp_path):
        pass
    with alone(tmp_path):
        pass
