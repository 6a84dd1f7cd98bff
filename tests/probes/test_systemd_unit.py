"""systemd_unit, on answers recorded from systemd 252."""

import pytest
from pydantic import ValidationError

from bot.core.evidence import Trouble
from bot.probes._text import integer
from bot.probes.systemd_unit import PROBE
from bot.transports.base import Ran
from tests.probes.kit import fails, look

PROPERTIES = (
    "Id,LoadState,ActiveState,SubState,Result,NRestarts,ExecMainStatus,MainPID,MemoryCurrent,MemoryMax,TasksCurrent,"
    "UnitFileState,ActiveEnterTimestampMonotonic,InactiveEnterTimestampMonotonic"
)
UPTIME = {"cat -- /proc/uptime": "90061.50 170000.00\n"}


def unit(name: str, **changes: str) -> str:
    properties = {
        "MainPID": "812", "NRestarts": "0", "ExecMainStatus": "0", "MemoryCurrent": "104857600", "TasksCurrent": "18",
        "MemoryMax": "infinity", "Id": name, "LoadState": "loaded", "ActiveState": "active", "SubState": "running",
        "UnitFileState": "enabled", "Result": "success", "ActiveEnterTimestampMonotonic": "86400000000",
        "InactiveEnterTimestampMonotonic": "0",
    }  # fmt: skip
    return "".join(f"{name}={value}\n" for name, value in (properties | changes).items())


def recorded(asked: str, said: str | Ran) -> dict:
    return {f"systemctl show --no-pager -p {PROPERTIES} -- {asked}": said, **UPTIME}


async def test_one_that_runs():
    seen = await look(PROBE, recorded("tmt-agents", unit("tmt-agents.service")), units=["tmt-agents"])
    assert seen.facts["state"] == "active"
    assert seen.facts["sub_state"] == "running"
    assert seen.facts["in_state_s"] == 3661.5
    assert (seen.facts["restarts"], seen.facts["memory_bytes"], seen.facts["pid"]) == (0, 104857600, 812)
    assert seen.facts["memory_limit_percent"] == 0.0
    assert seen.table is not None
    assert seen.table.rows[0][:4] == ("tmt-agents.service", "active/running", "1 h 1 min", 0)


async def test_one_that_is_restarted_again_and_again():
    said = unit("redis.service", ActiveState="activating", SubState="auto-restart", Result="oom-kill", NRestarts="37",
                ExecMainStatus="9", MemoryCurrent="[not set]", MainPID="0")  # fmt: skip
    facts = (await look(PROBE, recorded("redis", said), units=["redis"])).facts
    assert (facts["state"], facts["result"], facts["restarts"], facts["exit_status"]) == (
        "activating",
        "oom-kill",
        37,
        9,
    )
    assert facts["memory_bytes"] is None
    assert facts["pid"] is None


async def test_one_that_takes_most_of_its_memory():
    said = unit("a.service", MemoryCurrent="900", MemoryMax="1000")
    assert (await look(PROBE, recorded("a", said), units=["a"])).facts["memory_limit_percent"] == 90.0


async def test_an_old_systemd_says_unset_as_a_large_number():
    said = unit("a.service", MemoryCurrent="18446744073709551615", TasksCurrent="18446744073709551615")
    facts = (await look(PROBE, recorded("a", said), units=["a"])).facts
    assert (facts["memory_bytes"], facts["tasks"]) == (None, None)


async def test_several_by_a_pattern():
    said = "\n".join([
        unit("trading-risk.service"),
        unit("trading-data.service", ActiveState="failed", SubState="failed", Result="exit-code", NRestarts="5",
             InactiveEnterTimestampMonotonic="90000000000"),
    ])  # fmt: skip
    facts = (await look(PROBE, recorded("trading-*", said), units=["trading-*"])).facts
    assert (facts["units"], facts["active"], facts["failed"]) == (2, 1, 1)
    assert facts["not_active"] == ["trading-data.service"]
    assert facts["states"] == {"trading-risk.service": "active", "trading-data.service": "failed"}
    assert facts["state"] is None, "they differ"
    assert facts["restarts"] == 5
    assert facts["in_state_s"] == 61.5


async def test_one_that_does_not_exist_is_not_one_that_is_down():
    said = unit("nope.service", LoadState="not-found", ActiveState="inactive", SubState="dead")
    await fails(PROBE, recorded("nope", said), Trouble.MISSING, "no unit nope.service", units=["nope"])


async def test_a_pattern_that_finds_nothing():
    await fails(PROBE, recorded("x-*", ""), Trouble.MISSING, r"no unit x-\*", units=["x-*"])


async def test_one_of_two_does_not_exist():
    said = unit("a.service") + "\n" + unit("b.service", LoadState="not-found", ActiveState="inactive")
    facts = (await look(PROBE, recorded("a b", said), units=["a", "b"])).facts
    assert (facts["missing"], facts["units"], facts["state"]) == (["b.service"], 1, "active")


@pytest.mark.parametrize(
    ("said", "trouble"),
    [
        ("System has not been booted with systemd as init system (PID 1). Can't operate.", Trouble.MISSING),
        ("Failed to connect to bus: Host is down", Trouble.REFUSED),
        ("Failed to get properties: Access denied", Trouble.PERMISSION),
        ("Failed to get properties: Connection timed out", Trouble.TIMEOUT),
    ],
)
async def test_it_cannot_be_asked(said: str, trouble: Trouble):
    await fails(PROBE, recorded("a", Ran(code=1, out="", err=said + "\n")), trouble, units=["a"])


async def test_garbage():
    await fails(PROBE, recorded("a", "hello\n\nworld\n"), Trouble.PARSE, "not understood", units=["a"])


@pytest.mark.parametrize("name", ["", "-H", "--host=evil", "a b", "a;b", "a\nb", "$(id)", "a/../b"])
def test_names_that_are_none(name: str):
    with pytest.raises(ValidationError):
        PROBE.parameters(units=[name])


@pytest.mark.parametrize(("text", "number"), [("12", 12), (" 7\n", 7), ("", None), ("²", None), ("x" * 99, None)])
def test_integers(text: str, number: int | None):
    assert integer(text) == number
