"""Names that break things elsewhere, by what they attack. Built here; any of them could stand in an export."""

from typing import Final

_JOINED: Final = "\N{ZERO WIDTH JOINER}"
# Control characters are written by their numbers: a file that held them would be no text.
NAUGHTY: Final[dict[str, tuple[str, ...]]] = {
    "looks like nothing": ("undefined", "null", "None", "nil", "NaN", "-", "—", "0", "false", "{}", "[]", "()", "N/A"),
    "numbers": ("1e308", "-Infinity", "0x1F", "1,000.00", "1.234.567", "１２３", "½", "٣", "08", "1/0", "--1", "+84"),
    "control": tuple(f"a{chr(code)}b" for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))),
    "halves and non-characters": ("a\ud800b", "a\udfffb", "a\ufffeb", "a\uffffb", "a\U0001ffffb", "a\ue000b"),
    "white": tuple(f"a{space}b" for space in "\u00a0\u1680\u2000\u2003\u2007\u2009\u2028\u2029\u202f\u205f\u3000"),
    "invisible": tuple(f"a{mark}b" for mark in "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u2060\u2061\ufeff\ufe0f"),
    "direction": ("a\u202eb", "\u202dabc", "\u2066x\u2069", "\u200fabc", "\u2067a\u2068b", "\u202aa\u202c"),
    "right to left": ("שלום", "مرحبا بالعالم", "הָיְתָהtest", "test هل", "ﷺ", "א1ב2"),
    "letters elsewhere": (
        "田中さん",
        "사회과학원",
        "Привет",
        "Ελληνικά",
        "ไทย",
        "हिन्दी",
        "ភាសាខ្មែរ",
        "ლორემ",
        "Ⱥ",
        "ẞ",
    ),
    "emoji": ("😀", f"👩{_JOINED}🍳", "🇻🇳", "👍🏿", "❤️", "0️⃣", "✋🏿💪🏿", "🏴\U000e0067\U000e007f", "😀 Trà sữa"),
    "combining": (
        "e\u0301",
        "Quâ\u0323n",
        "\u0301x",
        "\u0338>",
        "a" + "\u0301" * 40,
        "Ti\u0302\u0301ng Vi\u0323\u0302t",
    ),
    "Vietnamese": ("Nguyễn Thị Ngọc Ánh", "ĐẶNG ĐÌNH ĐỨC", "Hữu Nghị", "Ỷ Lan", "Lý Thường Kiệt", "ươƯƠ", "Phở Gỗ"),
    "markup": (
        *("<b>bold</b>", "<script>alert(1)</script>", "</td></tr></table>", "<!-- x", "-->", "]]>", "<![CDATA[x]]>"),
        *("<img src=x onerror=alert(1)>", "<img src='file:///etc/passwd'/>", "<link rel=attachment href=x>", "<br/>"),
        *("<svg><text>x</text></svg>", "<style>*{display:none}</style>", "<?xml version='1.0'?>", "<!DOCTYPE x>", "<"),
        *("<a href='http://127.0.0.1/'>x</a>", "<iframe src=//127.0.0.1>", '"><input>', "' onmouseover='x", "a<b>c"),
        *("&amp;", "&lt;b&gt;", "&#60;", "&nbsp;", "&undefined;", "&", "&&", "&#x202e;", "&#0;", "&lol9;"),
    ),
    "templates": (
        *(
            "{{ 7*7 }}",
            "{{config}}",
            "{% raw %}",
            "{% include 'x' %}",
            "{# x #}",
            "{{''.__class__}}",
            "${7*7}",
            "#{7*7}",
        ),
        *("%s%s%n", "{0}", "{n}", "{name!r}", "{:>9999999}", "%(x)s", "$HOME", "${jndi:x}", "{{", "}}", "{", "%"),
    ),
    "styles": (
        *("x;}body{display:none", "url(file:///etc/passwd)", "expression(1)", "@import 'x'", "\\000041", "*/", "/*"),
        *("var(--x)", "calc(1px/0)", "attr(x)", "content:'x'", "string(group)", "counter(page)", '"', "'", "\\"),
    ),
    "addresses": (
        "http://127.0.0.1/",
        "https://a.b/?c=d&e=f#g",
        "file:///etc/passwd",
        "data:text/html,x",
        "//x",
        "a@b.c",
    ),
    "paths": (
        "../../etc/passwd",
        "..\\..\\x",
        "/dev/null",
        "C:\\CON",
        "~/.ssh",
        "a/b\\c",
        "aux.txt",
        "-rf",
        "--help",
        ".",
    ),
    "databases": ("'; DROP TABLE x; --", "1' OR '1'='1", "x\\'; --", "%' LIKE '%", "1; SELECT 1", "NULL", "`x`", "''"),
    "sheets": ("=1+1", "=HYPERLINK(1)", "+1", "-1+1", "@SUM(1)", "=cmd|' /C calc'!A0", "\tx", "'=1"),
    "shells": ("$(reboot)", "`reboot`", "; ls", "| cat", "&& ls", "> x", "< x", "!!", "*", "?", "\\n", "#"),
    "quotes": ("O’Brien", "O'Brien", '"quoted"', "“x”", "«x»", "‚x‘", "´x`", "''\"\"", 'Bún "Bà" Hương'),
    "long": ("W" * 300, "a " * 150, "Nguyễn_Thị_" * 30, "1234567890" * 30, "ﬀ" * 20, "i" * 400, "-" * 120, "." * 200),
}
EVERY: Final = tuple(name for names in NAUGHTY.values() for name in names)
