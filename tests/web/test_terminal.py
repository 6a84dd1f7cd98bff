"""The terminal's door: the commands of Slack with a personal token, from any host."""

from __future__ import annotations

from tests.scenarios.world import World


async def test_a_personal_token_acknowledges_without_slack(world: World) -> None:
    """ESCALATION 18: a terminal with a personal token, not only on the bot's host."""
    await world.alert()
    now = world.now
    await world.app.engine.look(lambda tx: tx.people.add_token("tcn_ann", "engineering", "Ann", now))
    answer = await world.web.post(
        "/command", json={"words": ["incident", "ack", "1", "on", "it"]}, headers={"Authorization": "Bearer tcn_ann"}
    )
    assert (answer.status_code, answer.json()["exit_code"]) == (200, 0)
    assert any("has it" in line and "(on it)" in line for line in await world.said("acknowledged"))
    entry = next(e for e in await world.timeline() if e.kind == "acknowledged")
    assert (entry.who.id, entry.who.via) == ("engineering", "terminal")


async def test_a_revoked_or_unknown_token_is_nobody(world: World) -> None:
    await world.alert()
    now = world.now
    await world.app.engine.look(lambda tx: tx.people.add_token("tcn_old", "ann", "Ann", now))
    await world.app.engine.look(lambda tx: tx.people.revoke_tokens("ann", now))
    for token in ("tcn_old", "tcn_none", ""):
        answer = await world.web.post(
            "/command", json={"words": ["incident", "ack", "1"]}, headers={"Authorization": f"Bearer {token}"}
        )
        assert answer.status_code == 401
    assert (await world.said("acknowledged")) == []


async def test_what_is_not_a_command_is_said(world: World) -> None:
    now = world.now
    await world.app.engine.look(lambda tx: tx.people.add_token("tcn_ann", "ann", "Ann", now))
    headers = {"Authorization": "Bearer tcn_ann"}
    unknown = await world.web.post("/command", json={"words": ["dance"]}, headers=headers)
    assert "There is no command 'dance'" in unknown.json()["text"]
    for body in (b"", b"{", b'{"words": []}', b'{"words": [1]}', b"[]"):
        assert (await world.web.post("/command", content=body, headers=headers)).status_code == 400


async def test_a_report_for_a_file_brings_its_content(world: World) -> None:
    await world.alert()
    now = world.now
    await world.app.engine.look(lambda tx: tx.people.add_token("tcn_ann", "ann", "Ann", now))
    words = ["report", "INC-1", "--format", "html", "--out", "r.html"]
    answer = await world.web.post("/command", json={"words": words}, headers={"Authorization": "Bearer tcn_ann"})
    assert answer.json()["exit_code"] == 0
    assert answer.json()["file"]["name"] == "r.html"
    assert answer.json()["file"]["content"].startswith("<!doctype html>")


async def test_what_somebody_does_there_is_done_in_their_own_name(world: World) -> None:
    """A contact may be a desk that several people answer for; the token is one person's."""
    await world.alert()
    now = world.now
    await world.app.engine.look(lambda tx: tx.people.add_token("tcn_ann", "engineering", "Ann Lee", now))
    headers = {"Authorization": "Bearer tcn_ann"}
    await world.web.post("/command", json={"words": ["incident", "ack", "1"]}, headers=headers)
    entry = next(e for e in await world.timeline() if e.kind == "acknowledged")
    assert (entry.who.id, entry.who.name) == ("engineering", "Ann Lee")


async def test_a_token_gives_no_command_of_the_hosts_own(world: World) -> None:
    """Or who has one would make another in somebody else's name, or read the host's files."""
    now = world.now
    await world.app.engine.look(lambda tx: tx.people.add_token("tcn_ann", "engineering", "Ann", now))
    headers = {"Authorization": "Bearer tcn_ann"}
    for words in (["token", "create", "--person", "bob"], ["check", "/etc"], ["simulate", "--alert", "/etc/passwd"]):
        answer = await world.web.post("/command", json={"words": words}, headers=headers)
        assert (answer.status_code, answer.json()["text"]) == (
            403, f"tocsin {words[0]} is for the bot's own host: log in there."
        )  # fmt: skip
