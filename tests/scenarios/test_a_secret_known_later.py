"""A secret that was written down before the bot knew that it is one does not leave."""

from __future__ import annotations

from bot.engine import respond
from tests.scenarios.in_slack import OPS
from tests.scenarios.world import World

KEY = "rotate-me-9f4b2c71"


async def test_not_by_a_line_or_a_card_that_waited(slack_world: World) -> None:
    """The note and the alert wait for Slack; the bot starts anew with the key among its settings."""
    world = slack_world
    await world.slack.go_down()
    await world.alert("OrdersLate", summary=f"Orders are late: {KEY} refused")
    await world.do(respond.note, 1, "ann", text=f"the gateway refuses {KEY} since the deploy")
    await world.kill()
    await world.start_bot(TOCSIN_VAR_GRAFANA_TOKEN=KEY)
    await world.slack.come_back()
    await world.pass_time("3m")
    said = "\n".join(message.readable() for message in world.slack.messages(OPS))
    said += "\n".join(world.lines())
    assert "the gateway refuses" in said
    assert "Orders are late" in said
    assert KEY not in said
