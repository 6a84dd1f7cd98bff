"""mrkdwn, rich text and Markdown become HTML as Slack shows them, and nothing from outside becomes a tag."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.playground.page.dates import Calendar
from bot.playground.page.writing import Writer

NOW = 1_800_000_000.0  # Friday, 15 January 2027, 08:00 UTC
WRITER = Writer(
    calendar=Calendar(zone=ZoneInfo("Asia/Singapore"), now=NOW),
    viewer="U1",
    person=lambda user: {"U1": "ann", "U2": "bob"}.get(user, "unknown"),
    channel=lambda one: ("ops", "/?in=ops") if one == "C1" else ("", ""),
    group=lambda one: "oncall" if one == "S1" else "",
    inside=lambda address: "/?in=ops#m-1.2" if address.startswith("http://slack/archives") else "",
    picture=lambda one: "",
)

CASES = {
    "bold, italic, strike": ("*a* _b_ ~c~", "<strong>a</strong> <em>b</em> <s>c</s>"),
    "formats in formats": ("*a _b_*", "<strong>a <em>b</em></strong>"),
    "no formats inside words": ("hft_gateway_1 2*3*4", "hft_gateway_1 2*3*4"),
    "code shows what it is": ("`*x* &lt;b&gt;`", "<code>*x* &lt;b&gt;</code>"),
    "a fence": ("```a\n b```", "<pre><code>a\n b</code></pre>"),
    "a quote, then text": ("&gt;said\n&gt;twice\nafter", "<blockquote>said<br>twice</blockquote>after"),
    "lines": ("a\nb", "a<br>b"),
    "emoji by name, unknown ones as they are": (":eyes: :nosuch:", "👀 :nosuch:"),
    "a mention of the reader": ("<@U1>", '<span class="mention me">@ann</span>'),
    "a mention of somebody else": ("<@U2|x>", '<span class="mention">@bob</span>'),
    "a channel the reader is in": ("<#C1|x>", '<a class="mention" data-go href="/?in=ops">#ops</a>'),
    "a channel the reader is not in": ("<#C9|>", '<span class="mention">#private-channel</span>'),
    "everybody": ("<!channel>", '<span class="mention all">@channel</span>'),
    "a group": ("<!subteam^S1|@x>", '<span class="mention">@oncall</span>'),
    "entities": ("&lt;script&gt; &amp;amp;", "&lt;script&gt; &amp;amp;"),
}


@pytest.mark.parametrize(("text", "html"), CASES.values(), ids=CASES)
def test_mrkdwn(text: str, html: str):
    assert WRITER.mrkdwn(text) == html


def test_links_open_elsewhere_and_permalinks_here():
    assert 'target="_blank" rel="noopener noreferrer" href="https://a.example/x_y_z?a=1&amp;b=2">it</a>' in (
        WRITER.mrkdwn("<https://a.example/x_y_z?a=1&amp;b=2|it>")
    )
    assert 'href="https://a.example/x_y_z"' in WRITER.mrkdwn("see https://a.example/x_y_z.")
    assert "<a" not in WRITER.mrkdwn("see https://a.example", verbatim=True)
    assert 'data-go href="/?in=ops#m-1.2"' in WRITER.mrkdwn("<http://slack/archives/C1/p1|thread>")


HOSTILE = [
    "<javascript:alert(1)|click>",
    "<data:text/html,<script>|x>",
    '<https://a.example/"onmouseover="alert(1)|x>',
    "<script>alert(1)</script>",
    "&lt;img src=x onerror=alert(1)&gt;",
    "`</code><script>x</script>`",
    "```</code></pre><script>```",
    "<!date^1^<script>^javascript:alert(1)|<script>>",
    '<@U9"><script>|x>',
    "<#C9|<script>>",
    "<!subteam^X|<img src=x>>",
    "\ue0000\ue001 \ue0001\ue001 \ue00099\ue001",
    "*<b>* _</em><script>_",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str):
    html = str(WRITER.mrkdwn(text)) + str(WRITER.text({"type": "plain_text", "text": text}))
    html += str(WRITER.markdown(text))
    html += str(WRITER.rich({"elements": [{"type": "rich_text_section", "elements": [
        {"type": "text", "text": text}, {"type": "link", "url": text, "text": text}, {"type": "user", "user_id": text},
    ]}]}))  # fmt: skip
    lowered = html.lower()
    for forbidden in ("<script", "<img", 'href="javascript', 'href="data', '"onmouseover="'):
        assert forbidden not in lowered
    assert "\ue000" not in WRITER.mrkdwn(text)


def test_dates_are_in_the_readers_zone_and_name_the_instant():
    html = WRITER.mrkdwn("<!date^1800000000^{date_short_pretty} {time}|fallback>")
    assert '<time datetime="2027-01-15T08:00:00+00:00" data-at="1800000000"' in html
    assert ">today 16:00</time>" in html
    assert ">15 January 2027 16:00:00<" in WRITER.mrkdwn("<!date^1800000000^{date} {time_secs}|x>")
    assert ">tomorrow<" in WRITER.mrkdwn(f"<!date^{int(NOW) + 86400}^{{date_pretty}}|x>")
    assert ">2 minutes ago<" in WRITER.mrkdwn(f"<!date^{int(NOW) - 120}^{{ago}}|x>")
    assert WRITER.mrkdwn("<!date^soon^{time}|later>") == "later"


def test_rich_text():
    html = WRITER.rich({"elements": [
        {"type": "rich_text_section", "elements": [
            {"type": "text", "text": "now", "style": {"bold": True, "italic": True}}, {"type": "emoji", "name": "fire"},
            {"type": "user", "user_id": "U1"}, {"type": "broadcast", "range": "here"},
        ]},
        {"type": "rich_text_list", "style": "ordered", "indent": 1, "elements": [
            {"type": "rich_text_section", "elements": [{"type": "text", "text": "first"}]},
        ]},
        {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "a\n b"}]},
        {"type": "rich_text_quote", "elements": [{"type": "text", "text": "said"}]},
    ]})  # fmt: skip
    for piece in (
        "<em><strong>now</strong></em>🔥",
        '<span class="mention me">@ann</span>',
        '<ol class="indent-1"><li><p>first</p></li></ol>',
        "<pre><code>a\n b</code></pre>",
        "<blockquote>said</blockquote>",
    ):
        assert piece in html


def test_markdown_without_html_and_pictures():
    html = WRITER.markdown(
        "# A\n\n*b* [c](https://a.example) ![d](https://a.example/d.png) <i>e</i>\n\n|f|\n|-:|\n|1|\n"
    )
    assert "<h1>A</h1>" in html
    assert 'rel="noopener noreferrer" href="https://a.example">c</a>' in html
    assert '<td class="right">1</td>' in html
    assert "<img" not in html
    assert "<i>" not in html
