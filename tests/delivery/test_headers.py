"""Subjects and names arrive as they were written, whatever their accents and wherever a line ends."""

import email
from email.header import decode_header, make_header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from hypothesis import given
from hypothesis import strategies as st

from flows.post.mail_policy import POLICY

WORDS = ("Đánh", "giá", "KPI", "10/2026:", "Cửa", "hàng", "và", "(4", "nhóm)", "Phở", "store", "·", "Nguyễn", '"Ngọc"')
TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=24).map(" ".join)


@given(subject=TEXTS, name=TEXTS)
def test_no_space_is_lost_and_no_line_is_too_long(subject: str, name: str) -> None:
    message = EmailMessage(policy=POLICY)
    message["Subject"] = subject
    message["To"] = Address(name, addr_spec="a@b.example")
    written = message.as_bytes()
    assert email.message_from_bytes(written, policy=default)["Subject"] == subject
    shown, address = parseaddr(email.message_from_bytes(written)["To"].replace("\r\n", ""))
    assert (str(make_header(decode_header(shown))), address) == (name, "a@b.example")
    assert max(map(len, written.splitlines())) <= 200
    assert written.isascii()
