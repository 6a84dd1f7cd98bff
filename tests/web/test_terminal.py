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
