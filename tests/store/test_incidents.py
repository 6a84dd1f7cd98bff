"""Incidents, their frozen plans and groups."""

from dataclasses import fields, replace
from datetime import timedelta

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from bot.core.alert import Severity
from bot.core.incident import ACTIVE, CLOSED, MONITORING, RESOLVED, Incident
from bot.core.policy import Choice, Plan, Timings
from bot.store import tables
from bot.store.groups import lock_latest
from bot.store.rows import read_plan
from bot.store.store import open_store
from tests.core.kit import CRITICAL, HIGH, NOW, PLAN, alert, at, incident
from tests.store.kit import put_incident

FULL = incident(
    0,
    title="Feed \u2620 is <down> & out",
    text="long\ntext",
    severity=Severity.MEDIUM,
    type="security",
    component="feed",
    phase=MONITORING,
    unrouted=True,
    route="loss",
    policy="high",
    first_step="Look.",
    group="key:{}:{x=1}",
    link="https://monitor.example/1",
    resolved_at=at(1),
    resolved_by="Anna",
    missed=True,
    verdict="feed handler is down",
    follows=3,
    merged_into=None,
    handover_to="boris",
    alerts=4,
    firing=2,
    warn_at=at(60),
    digest_at=at(2),
    digested_at=at(1),
    acknowledged_at=at(3),
    diagnosed_at=at(4),
    mitigated_at=at(5),
    closed_at=at(6),
    fixed_by="the feed was restarted",
    exposure={"open_orders": {"value": 14.0}},
    duties_at=at(7),
    update_at=at(8),
    updates_missed=2,
    review_at=at(9),
    items_at=at(10),
    monitored_by="Anna",
)


def test_an_incident_comes_back_as_it_was(store):
    number = store.run_now(lambda tx: tx.incidents.add([FULL]))[0]
    for read in ("get", "lock"):
        back = store.run_now(lambda tx, read=read: getattr(tx.incidents, read)(number))
        assert back == replace(FULL, number=number)


def test_every_field_is_stored_when_it_changes(store):
    """ESCALATION 4: every field but the plan, which is frozen."""
    number = put_incident(store)
    changed = replace(FULL, number=number, merged_into=None)
    before = store.run_now(lambda tx: tx.incidents.get(number))
    same = [f.name for f in fields(Incident) if getattr(changed, f.name) == getattr(before, f.name)]
    assert set(same) <= {"number", "system", "plan", "opened_at", "since", "merged_into", "component"}
    store.run_now(lambda tx: tx.incidents.save(changed))
    assert store.run_now(lambda tx: tx.incidents.get(number)) == changed


def test_a_plan_is_frozen(store):
    """ESCALATION 4: whatever the pack says later, saving an incident does not change its plan."""
    number = put_incident(store)
    other = Plan(policies={"high": HIGH}, choices=[], catch_all="high")
    store.run_now(lambda tx: tx.incidents.save(replace(tx.incidents.lock(number), plan=other)))
    assert store.run_now(lambda tx: tx.incidents.get(number)).plan == PLAN


def test_a_plan_comes_back_with_all_its_timings_and_choices(store):
    """ESCALATION 4."""
    plan = Plan(
        policies={"critical": CRITICAL, "high": HIGH},
        choices=[Choice(policy="high", severities=frozenset({Severity.LOW, Severity.HIGH}), types=frozenset({"data"}))],
        catch_all="critical",
        timings=Timings(repeat_after=timedelta(minutes=3), call_attempts=7, ack_lasts=timedelta(seconds=90)),
    )
    number = put_incident(store, plan=plan)
    assert store.run_now(lambda tx: tx.incidents.get(number)).plan == plan
    stored = read_plan(store.run_now(lambda tx: tx.connection.execute(select(tables.plans.c.body)).scalar_one()))
    assert stored == plan
    assert stored.choose(Severity.HIGH, "data") == HIGH


def test_equal_plans_are_stored_once(store):
    same = Plan(policies=dict(PLAN.policies), choices=list(PLAN.choices), catch_all=PLAN.catch_all)
    other = replace(PLAN, catch_all="high")
    store.run_now(
        lambda tx: tx.incidents.add([incident(0, group=str(i), plan=p) for i, p in enumerate((PLAN, same, other))])
    )
    put_incident(store, group="3")
    assert len(store.run_now(lambda tx: tx.connection.execute(select(tables.plans.c.id)).all())) == 2


def test_a_plan_read_in_a_transaction_that_was_rolled_back_is_stored_all_the_same(store):
    """What was read before says nothing about what is committed."""
    rare = replace(PLAN, timings=Timings(call_attempts=5))

    def fail(tx):
        number = tx.incidents.add([incident(0, plan=rare)])[0]
        assert tx.incidents.get(number).plan == rare
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.run_now(fail)
    number = put_incident(store, plan=rare)
    assert store.run_now(lambda tx: tx.incidents.get(number)).plan == rare


def test_more_plans_than_are_remembered(store):
    """256 plans are remembered. Forgetting them while reading must not forget those that are being read."""
    plans = [replace(PLAN, timings=Timings(call_attempts=n)) for n in range(1, 259)]
    incidents = [incident(0, group=str(i), plan=plan) for i, plan in enumerate(plans)]
    numbers = store.run_now(lambda tx: tx.incidents.add(incidents))
    for wanted in (numbers[:-1], [numbers[0], numbers[-1]], numbers):
        found = store.run_now(lambda tx, wanted=wanted: tx.incidents.lock_all(wanted))
        assert [i.plan for i in found] == [plans[numbers.index(n)] for n in wanted]


def test_numbers_are_given_in_order(store):
    first = store.run_now(lambda tx: tx.incidents.add([incident(0, group=str(i)) for i in range(20)]))
    assert first == sorted(first)
    assert put_incident(store) > max(first)
    found = store.run_now(lambda tx: tx.incidents.lock_all(reversed(first)))
    assert [i.number for i in found] == first
    assert [i.group for i in found] == [str(i) for i in range(20)]


def test_there_is_no_such_incident(store):
    assert store.run_now(lambda tx: tx.incidents.get(99)) is None
    assert store.run_now(lambda tx: tx.incidents.lock(99)) is None


# The phase of the first incident of a group, whether it was merged, and whether a second one may be opened beside it.
GROUPS = [
    (ACTIVE, False, False),
    (MONITORING, False, False),
    (RESOLVED, False, True),
    (CLOSED, False, True),
    # A merged one is open nowhere any more.
    (ACTIVE, True, True),
]


@pytest.mark.parametrize(("phase", "merged", "allowed"), GROUPS)
def test_a_group_has_one_open_incident(store, phase, merged, allowed):
    """ESCALATION 26: one card, one ladder, whatever two replicas do at once."""
    target = put_incident(store, group="other")
    first = put_incident(store, phase=phase, merged_into=target if merged else None)
    open_one = store.run_now(lambda tx: tx.incidents.open_of_group("hft", "component:feed"))
    assert open_one == (None if allowed else first)
    if allowed:
        assert put_incident(store) > first
    else:
        with pytest.raises(IntegrityError):
            put_incident(store)
    # Another system may have a group of that name.
    put_incident(store, system="fx")


def test_reopening_beside_a_newer_open_incident_is_refused(store):
    """ESCALATION 26: the index holds for changes as well as for new rows."""
    old = put_incident(store, phase=RESOLVED)
    put_incident(store)
    with pytest.raises(IntegrityError):
        store.run_now(lambda tx: tx.incidents.save(replace(tx.incidents.lock(old), phase=ACTIVE)))


def test_the_latest_incident_of_each_group(store):
    """ESCALATION 23, 25, 27."""
    old = put_incident(store, phase=RESOLVED)
    new = put_incident(store)
    other = put_incident(store, group="g2")
    fx = put_incident(store, system="fx")
    asked = [("hft", "component:feed"), ("hft", "g2"), ("fx", "component:feed"), ("hft", "nothing")]
    found = store.run_now(lambda tx: tx.incidents.latest(asked))
    assert {key: i.number for key, i in found.items()} == dict(zip(asked[:3], (new, other, fx), strict=True))
    assert old not in {i.number for i in found.values()}
    assert store.run_now(lambda tx: tx.incidents.latest([])) == {}
    assert store.run_now(lambda tx: tx.incidents.latest([("hft", "nothing")])) == {}


def test_all_are_locked_by_one_statement(sqlite_url):
    """Whatever their systems are called: two batches that touch the same incidents cannot wait for each other."""
    store = open_store(sqlite_url)
    put_incident(store, system="hft")
    put_incident(store, system="fx")
    older = put_incident(store, system="fx", group="older", phase=RESOLVED)
    seen = []

    def work(tx):
        tx.connection.connection.driver_connection.set_trace_callback(seen.append)
        latest = tx.incidents.latest([("hft", "component:feed"), ("fx", "component:feed")], also=[older])
        return [*latest.values(), *tx.incidents.lock_all([older])]

    assert len(store.run_now(work)) == 3
    assert len([statement for statement in seen if "FROM incidents" in statement]) == 1
    store.close()


def test_the_latest_of_many_is_found_by_the_index_and_locked_in_order(postgres_url):
    """An alert must not cost more the longer the bot has run."""
    store = open_store(postgres_url)
    store.run_now(lambda tx: tx.incidents.add([incident(0, group=str(i), phase=RESOLVED) for i in range(3000)]))
    store.run_now(lambda tx: tx.connection.execute(text("ANALYZE incidents")))

    def plan(tx):
        explain = f"EXPLAIN {lock_latest('postgresql').compile(dialect=tx.connection.dialect)}"
        given = {"groups": '[["hft", "7"], ["hft", "8"], ["fx", "7"]]', "also": '[["5"]]'}
        return [row[0] for row in tx.connection.exec_driver_sql(explain, given)]

    lines = store.run_now(plan)
    store.close()
    assert lines[0].startswith("LockRows")
    assert any("Index Scan using pk_incidents" in line for line in lines)
    assert not any("Seq Scan on incidents" in line for line in lines)


def test_who_still_tells_that_it_fires(store):
    """ESCALATION 24: resolved by a person while it fired; neither the open ones nor those that are done with."""
    first = put_incident(store, phase=RESOLVED, warn_at=at(60))
    second = put_incident(store, phase=RESOLVED, warn_at=at(90))
    put_incident(store, phase=RESOLVED)
    put_incident(store, phase=MONITORING, warn_at=at(60))
    put_incident(store, group="other", phase=RESOLVED, warn_at=at(60))
    asked = [("hft", "component:feed"), ("hft", "nothing")]
    assert store.run_now(lambda tx: tx.incidents.still_warning(asked)) == {asked[0]: [first, second]}
    assert store.run_now(lambda tx: tx.incidents.still_warning([])) == {}


def test_which_is_the_latest_is_not_left_to_a_guess(store):
    """What was the latest of a group before is only what is asked about first."""
    group, one = ("hft", "component:feed"), alert("f1")
    old = put_incident(store)
    store.run_now(lambda tx: tx.alerts.put([(old, one, Severity.HIGH)], NOW))

    def look_up(tx):
        found = tx.latest([group], ["f1", "f2"])[group].number
        return found, tx.alerts.known([(found, "f1"), (found, "f2")]).keys()

    assert store.run_now(look_up) == store.run_now(look_up) == (old, {(old, "f1")})
    store.run_now(lambda tx: tx.incidents.save(replace(tx.incidents.lock(old), phase=RESOLVED)))
    new = put_incident(store)
    assert store.run_now(look_up) == (new, set())
    store.run_now(lambda tx: tx.alerts.put([(new, alert("f2"), Severity.HIGH)], NOW))
    assert store.run_now(look_up) == (new, {(new, "f2")})

    def and_put(tx):
        tx.latest([group], ["f1"])
        tx.alerts.put([(new, one, Severity.LOW)], NOW)
        return tx.alerts.known([(new, "f1")])[new, "f1"].severity

    assert store.run_now(and_put) is Severity.LOW


def test_a_merged_incident_stands_for_the_one_it_went_into(store):
    """ESCALATION 27: also when that one went into a third."""
    third = put_incident(store, group="g3")
    second = put_incident(store, group="g2", phase=RESOLVED, merged_into=third)
    put_incident(store, group="g1", phase=RESOLVED, merged_into=second)
    found = store.run_now(lambda tx: tx.incidents.latest([("hft", "g1"), ("hft", "g2"), ("hft", "g3")]))
    assert {i.number for i in found.values()} == {third}
    assert len(found) == 3


def test_the_open_ones_newest_first(store):
    first = put_incident(store, group="1")
    put_incident(store, group="2", phase=RESOLVED)
    put_incident(store, group="3", merged_into=first)
    fx = put_incident(store, system="fx", group="4", phase=MONITORING)
    last = put_incident(store, group="5")
    assert [i.number for i in store.run_now(lambda tx: tx.incidents.list_open())] == [last, fx, first]
    assert [i.number for i in store.run_now(lambda tx: tx.incidents.list_open("hft"))] == [last, first]


def test_reminders_are_due_by_the_earlier_of_warning_and_digest(store):
    """ESCALATION 24, 26: the earliest first."""
    both = put_incident(store, group="1", warn_at=at(60), digest_at=at(1))
    warning = put_incident(store, group="2", warn_at=at(30))
    put_incident(store, group="3")
    assert store.run_now(lambda tx: tx.incidents.due(NOW, 10)) == []
    assert store.run_now(lambda tx: tx.incidents.due(at(1), 10)) == [both]
    assert store.run_now(lambda tx: tx.incidents.due(at(90), 10)) == [both, warning]
    assert store.run_now(lambda tx: tx.incidents.due(at(90), 1)) == [both]
    assert store.run_now(lambda tx: tx.incidents.next_due(NOW)) == at(1)
    store.run_now(lambda tx: tx.incidents.save(replace(tx.incidents.lock(both), digest_at=None)))
    assert store.run_now(lambda tx: tx.incidents.due(at(59), 10)) == [warning]
