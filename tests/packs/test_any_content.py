"""Whatever is written in a pack, loading it raises nothing and every problem has a line, a reason and a remedy."""

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.packs import load_endpoints
from tests.packs.kit import DESK, read

LINES = DESK.split("\n")
VALUES = st.sampled_from(
    [
        *(
            "",
            "~",
            "7",
            "-1",
            "1.5",
            "true",
            "x",
            "0x1F",
            ".nan",
            "2026-11-20",
            "+15550100",
            "5m",
            "a: b: c",
            '"a\\nb"',
        ),
        *(
            "[]",
            "{}",
            "[a]",
            "[[a]]",
            "{a: b}",
            "{1: 2}",
            "[{policy: loud}]",
            "{to: first}",
            "{name: x, after: 0m, page: []}",
        ),
        *("*a", "&a b", "!t x", "'", '"', "- x", "? a", ": ", "#", "|", ">", "@", "%"),
        *("${x}", "${", "${boss_phone}", "first", "ann", "1 <", "number(labels.x)"),
    ]
)


@st.composite
def packs(draw):
    """The desk with some values replaced, some lines left out, some doubled."""
    lines = list(LINES)
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        head, colon, _ = lines[at].partition(":")
        what = draw(st.sampled_from(["value", "delete", "double", "indent"]))
        if what == "value" and colon:
            lines[at] = f"{head}: {draw(VALUES)}"
        elif what == "delete" and len(lines) > 1:
            del lines[at]
        elif what == "double":
            lines.insert(at, lines[at])
        else:
            lines[at] = "  " + lines[at]
    return "\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(packs(), st.one_of(st.just("title: y\n"), packs(), st.text(max_size=40)), st.booleans())
def test_a_changed_pack(text, overlay, public):
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "desk" / "environments").mkdir(parents=True)
        (Path(folder) / "desk" / "environments" / "staging.yaml").write_bytes(overlay.encode("utf-8", "surrogatepass"))
        check(read(Path(folder), text, environment="staging", public=public).problems)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.binary(max_size=200), st.text(alphabet=" \n-:[]{}&*!'\"#|>ab7", max_size=60).map(str.encode)))
def test_any_bytes(raw):
    with tempfile.TemporaryDirectory() as folder:
        check(read(Path(folder), raw).problems)
        (Path(folder) / "endpoints.yaml").write_bytes(raw)
        check(load_endpoints([Path(folder)], ["desk"], variables={}).problems)


def check(problems):
    for problem in problems:
        assert problem.line >= 1
        assert problem.message.strip()
        assert problem.remedy.strip()
        assert "\n" not in str(problem)
