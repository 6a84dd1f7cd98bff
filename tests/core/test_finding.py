"""Finding: whatever words tired people use, the playbook and the step they mean; and nothing where nothing fits."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.finding import Finder, Material
from tests.core.finding_books import CLOUD, DESK, MEMORY, NO_DATA, book, do

FINDER = Finder([DESK])
BOTH = Finder([DESK, CLOUD])

ASKED = [
    ("no market data arrives", "no_market_data"),  # its title
    ("rate of market data is zero", "no_market_data"),  # a symptom
    ("feed silent since 02:10", "no_market_data"),  # a word of its author
    ("no ticks", "no_market_data"),  # the trade's word for it
    ("md dead", "no_market_data"),  # an abbreviation
    ("FeedSilent", "no_market_data"),  # an alert's name
    ("ordres regected", "orders_rejected"),  # slips of the pen
    ("LOT_SIZE", "orders_rejected"),  # as a log has it
    ("the venue bounces our ords", "orders_rejected"),  # slang
    ("db down", "database"),
    ("pg conn pool exhausted", "database"),
    ("timescale unreachable", "database"),  # a product that the pack does not name
    ("ram creeping up, killed by oom-killer", "memory"),
    ("systemctl start postgresql", "database"),  # a command
    ("doesnt boot", "starting"),
    ("2026-11-21 03:00:12.1 ERROR [x-7] 0x7f1e failed to bind to port 8080: address already in use", "starting"),
]


@pytest.mark.parametrize(("words", "playbook"), ASKED)
def test_the_right_one_is_first(words: str, playbook: str):
    found = FINDER.find(words)
    assert found, "nothing was found"
    assert found[0].playbook == playbook
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 < one.score <= 1 for one in found)
    assert found[0].why


@pytest.mark.parametrize(
    "words",
    [
        "where is the coffee machine", "vacation policy of next year", "the printer on floor 3 jams", "hello?",
        "please help me", "", "   ", "!!! ... ???", "12 34 2026-11-21 03:04:05", "a", "🙂", "the and of",
    ],
)  # fmt: skip
def test_nothing_where_nothing_fits(words: str):
    assert FINDER.find(words) == []


STEPS = [
    ("no ticks, clock drift?", "clock", ("D-no_market_data", "D-no_market_data.3")),
    ("no ticks, are we subscribed", "subscribe", ("D-no_market_data", "D-no_market_data.2")),
    ("no market data", "look", ("D-no_market_data",)),  # nothing points elsewhere: the first one
    ("postgres idle sessions", "pool", ("D-database", "D-database.2")),
    ("failed to bind to port 8080: Address already in use", "port", ("D-starting", "D-error.1")),  # of its message
]


@pytest.mark.parametrize(("words", "step", "covers"), STEPS)
def test_the_step_that_fits_and_what_it_covers(words: str, step: str, covers: tuple[str, ...]):
    best = FINDER.find(words)[0]
    assert (best.step, best.covers) == (step, covers)


def test_only_the_system_that_is_meant():
    assert {one.system for one in BOTH.find("memory grows")} == {"desk", "cloud"}
    assert {one.system for one in BOTH.find("memory grows", "cloud")} == {"cloud"}
    assert BOTH.find("memory grows", "elsewhere") == []


@pytest.mark.parametrize(
    ("words", "system"),
    [
        ("database down, kubectl shows it restarting", "cloud"),  # only one of them has pods
        ("coordinator eats memory", "cloud"),  # a service of one of them
        ("cloud memory grows", "cloud"),  # its name
        ("gateway-eu process memory grows", "desk"),
        ("postgres cannot be reached", "desk"),
    ],
)
def test_words_that_only_one_system_knows_speak_for_it(words: str, system: str):
    assert BOTH.find(words)[0].system == system


def test_a_system_that_is_called_by_its_name_is_meant_and_no_other():
    assert {one.system for one in BOTH.find("something eats memory on cloud")} == {"cloud"}
    assert {one.system for one in BOTH.find("something eats memory on cloud or on desk")} == {"desk", "cloud"}
    assert BOTH.find("cloud: LOT_SIZE")[0].system == "desk"  # nothing of it fits


def test_a_name_that_playbooks_of_others_are_about_calls_no_system():
    named = Material(system="memory", playbooks=(book("fan", "The fan is loud", do("look", "Look."), system="memory"),))
    assert {one.system for one in Finder([DESK, named]).find("memory grows")} == {"desk"}


def test_where_it_happens_says_less_than_what_happens():
    bridge = book("bridge", "The signal bridge loads no signals", do("load", "Load it."), words="bridge; signal bridge")
    parts = Material(system="desk", names=("signal_bridge",), playbooks=(bridge, MEMORY))
    assert Finder([parts]).find("signal-bridge leaks")[0].playbook == "memory"
    assert Finder([parts]).find("signal bridge")[0].playbook == "bridge"  # nothing else is said


@pytest.mark.parametrize("words", ["memory", "memory doubled", "memory exceeds its average", "memory jumped overnight"])
def test_everyday_words_do_not_speak_against_what_is_found(words: str):
    assert [one.playbook for one in FINDER.find(words)] == ["memory"]


def test_an_everyday_word_leads_to_a_playbook_that_is_about_it():
    doubled = book("doubled", "Figures have doubled", do("halve", "Halve them."), words="doubled")
    finder = Finder([Material(system="desk", playbooks=(NO_DATA, MEMORY, doubled))])
    assert finder.find("figures doubled")[0].playbook == "doubled"


def test_what_other_departments_are_about_is_none_of_ours_unless_a_pack_says_so():
    payroll = book("payroll", "The payroll is not paid", do("pay", "Pay it."), words="salary")
    assert FINDER.find("payroll system: memory of a salary") == []
    both = Finder([Material(system="desk", playbooks=(MEMORY, NO_DATA, payroll))])
    assert both.find("payroll, salary")[0].playbook == "payroll"


@pytest.mark.parametrize("words", ["no ticks for EURUSD", "no ticks for AAPL", "no ticks for btcusdt"])
def test_which_symbol_it_is_does_not_matter(words: str):
    assert FINDER.find(words)[0].playbook == "no_market_data"


def test_the_kind_of_what_is_traded_tells_systems_apart():
    shares, pairs = (
        Material(
            system=system,
            playbooks=(
                book("prices", "Prices are missing", do("look", "Look."), system=system, words=f"no {symbol} prices"),
                book("other", "Orders are late", do("wait", "Wait."), system=system),
            ),
        )
        for system, symbol in (("stocks", "MSFT"), ("fx", "EURUSD"))
    )
    finder = Finder([shares, pairs])
    assert finder.find("no prices of GBPJPY")[0].system == "fx"
    assert finder.find("no prices of TSLA")[0].system == "stocks"


def test_a_word_of_a_pack_is_found_without_being_in_any_table():
    odd = book("flux", "The zorblatt has lost its flux", do("turn", "Turn it."), words="zorb")
    finder = Finder([Material(system="desk", playbooks=(NO_DATA, odd))])
    assert [one.playbook for one in finder.find("zorblat flux")] == ["flux"]


def test_ten_at_most():
    many = [book(f"memory{n}", "Memory grows", do("dump", "Take a heap dump.")) for n in range(30)]
    others = [book(f"other{n}", f"Something else {n}", do("it", "Do it.")) for n in range(60)]
    found = Finder([Material(system="desk", playbooks=(*many, *others))]).find("memory grows")
    assert [one.playbook for one in found] == [f"memory{n}" for n in range(10)]


def test_no_playbooks_at_all():
    assert Finder([]).find("no ticks") == []
    assert Finder([Material(system="desk")]).find("no ticks", "desk") == []


@given(st.text(max_size=300), st.sampled_from(["", "desk", "cloud", "nowhere"]))
def test_whatever_is_asked_it_answers(words: str, system: str):
    found = BOTH.find(words, system)
    assert len(found) <= 10
    assert found == BOTH.find(words, system)


def test_a_whole_log_is_read_to_a_limit():
    log = "\n".join(f"2026-11-21 03:00:{n % 60:02} INFO heartbeat {n} of worker_{n} ok" for n in range(20_000))
    assert FINDER.find(f"no ticks since 02:00\n{log}") == FINDER.find(f"no ticks since 02:00\n{log[:8000]}")
