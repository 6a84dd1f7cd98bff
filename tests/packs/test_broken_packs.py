"""Broken packs: for every kind of mistake the line where it is, what is wrong, and what to write instead."""

import re

import pytest

from bot.packs import load
from tests.packs.kit import DESK, WAYS, changed, line_of, read

# What is changed, what stands in the line that is named, what is said, and the remedy (both as patterns).
ERRORS = {
    # Shape
    "unknown key": (("title: A", "titel: A"), "titel:", "'titel' is not known in the file", "did you mean 'title'"),
    "unknown key deep down": (
        ("{to: boss, by: [phone]}", "{to: boss, bye: [phone], by: [phone]}"),
        "bye:",
        r"'bye' is not known in plan\.policies\.loud\.levels\[3\]\.page\[1\]",
        "did you mean 'by'",
    ),
    "missing key": (
        ("title: A small desk\n", ""),
        "name: desk",
        "'title' is missing in the file",
        "write title: what people",
    ),
    "missing in a level": (
        ("          after: 15m\n", ""),
        "name: Boss",
        "'after' is missing",
        "write after: when it is paged",
    ),
    "wrong sort": (("title: A small desk", "title: 7"), "title: 7", "title: 7 is not text", 'put it in quotes: "7"'),
    "nothing there": (
        ('channel: "#desk"', "channel: #desk"),
        "channel: #",
        "channel: there is nothing",
        "the Slack channel",
    ),
    "list for mapping": (
        ("  first: [ann]", "  first: ann"),
        "first: ann",
        "'ann' is not a list",
        r"write a list \(\[a, b\]\)",
    ),
    "unknown word": (
        ("    severity: critical", "    severity: urgent"),
        "urgent",
        "'urgent' is not one of",
        "critical, high",
    ),
    "not a span": (("after: 5m", "after: five"), "after: five", "'five' is not a span", "90s, 7m or 1h30m"),
    "bad name": (("  first: [ann]", "  First!: [ann]"), "First!", "'First!' is no good name in roles", "small letters"),
    "no such zone": (
        ("title: A small desk", "title: A small desk\ntime_zone: Mars/Olympus"),
        "time_zone:",
        "time_zone",
        "Europe/London",
    ),
    "empty levels": (
        ("    quiet:\n      levels:\n", "    quiet:\n      levels: []\n      hm:\n"),
        "levels: []",
        "quiet.levels: it is empty",
        "the rungs",
    ),
    "bad URL": (
        ("hosts:", "endpoints: {api: {url: localhost}}\nhosts:"),
        "localhost",
        "'localhost' has not the right",
        "where it is",
    ),
    "a log with path and unit": (
        ("path: /var/log/desk.log", "path: /x, unit: y"),
        "unit: y",
        "either a path or a unit",
        "one of",
    ),
    "a variable marked secret": (
        ("telephone of the boss}", "a, secret: true}"),
        "secret:",
        "'secret' is not known",
        "never secret",
    ),
    "other name than the folder": (
        ("name: desk", "name: dusk"),
        "name: dusk",
        "the folder is called 'desk'",
        "write name: desk",
    ),
    # Names that mean nothing
    "unknown role": (
        ("{to: first, by: [slack, phone]}", "{to: frist, by: [phone]}"),
        "frist",
        "no role or contact 'frist'",
        "'first'",
    ),
    "unknown contact": (("first: [ann]", "first: [anne]"), "[anne]", "no contact 'anne'", "did you mean 'ann'"),
    "unknown way": (
        ("{to: boss, by: [phone]}", "{to: boss, by: [phoen]}"),
        "phoen",
        "no way of paging called 'phoen'",
        "'phone'",
    ),
    "address for an unknown way": (
        ("{slack: U01ANN,", "{slak: U01ANN,"),
        "slak:",
        "no way of paging called 'slak'",
        "'slack'",
    ),
    "no way": (
        ("{to: boss, by: [phone]}", "{to: boss}"),
        "{to: boss}",
        "by which ways 'boss' is paged",
        r"write by: \[",
    ),
    "ways for a channel": (
        ("{to: boss, by: [phone]}", '{to: "#boss", by: [phone]}'),
        "#boss",
        "not reached by ways",
        "delete `by`",
    ),
    "unknown policy": (
        ("- {policy: quiet}", "- {policy: quite}"),
        "quite",
        "no policy 'quite'",
        "did you mean 'quiet'",
    ),
    "unknown catch-all": (
        ("catch_all: loud", "catch_all: lout"),
        "catch_all",
        "no policy 'lout'",
        "did you mean 'loud'",
    ),
    "missing catch-all": (
        ("  catch_all: loud\n", ""),
        "plan:",
        "'catch_all' is missing in plan",
        "write catch_all: the policy",
    ),
    "unknown policy of a route": (
        ("    type: security", "    policy: lowd"),
        "lowd",
        "no policy 'lowd'",
        "did you mean 'loud'",
    ),
    "unknown type of a route": (
        ("    type: security", "    type: secrity"),
        "secrity",
        "no type 'secrity'",
        "did you mean 'security'",
    ),
    "unknown default type": (
        ("default_type: trading", "default_type: trade"),
        "type: trade",
        "no type 'trade'",
        "'trading'",
    ),
    "no default type": (("default_type: trading\n", ""), "types:", "which type is the usual one", "write default_type"),
    "unknown type of a choice": (
        ("- {policy: quiet}", "- {types: [securty], policy: quiet}"),
        "securty",
        "no type 'securty'",
        "did you mean 'security'",
    ),
    "unknown host": (("main: {host: box,", "main: {host: bax,"), "bax", "no host 'bax'", "did you mean 'box'"),
    "not a channel": (('channel: "#desk"', 'channel: "desk"'), "channel:", "'desk' is not a channel", 'write "#name"'),
    # Things that are there twice
    "key twice": (
        ("hosts:", "title: Again\nhosts:"),
        "title: Again",
        "'title' is here twice: the first is in line 2",
        "another name",
    ),
    "contact twice": (
        ("  boss:\n", "  ann:\n    name: Ann B\n  boss:\n"),
        "NEXT Ann B",
        "'ann' is here twice",
        "delete it",
    ),
    "route twice": (
        ("- name: intruder", "- name: losses"),
        "SECOND - name: losses",
        "two routes are called 'losses'",
        "otherwise",
    ),
    "level twice": (
        ("name: Boss", "name: Second"),
        "SECOND name: Second",
        "two levels of 'loud' are called",
        "otherwise",
    ),
    "role and contact": (
        ("  second: [ben]", "  ben: [ben]"),
        "ben: [ben]",
        "'ben' is a role and a contact",
        "otherwise",
    ),
    "role with nobody": (("second: [ben]", "second: []"), "second: []", "nobody has the role 'second'", "at least one"),
    # Expressions
    "expression that ends early": (
        ("'Loss') and", "'Loss' and"),
        "'Loss' and",
        "is not understood",
        "write for example",
    ),
    "expression of unknown facts": (
        ("matches(text, 'in", "matches(txet, 'in"),
        "txet",
        "alerts have no fact 'txet'",
        "'text'",
    ),
    "unknown function": (
        ("number(labels.loss)", "numbr(labels.loss)"),
        "numbr",
        "no fact 'numbr'",
        "did you mean 'number",
    ),
    "unknown filter": (
        ("matches(text, 'intruder')", "text | uper == 'X'"),
        "uper",
        "No filter named 'uper'",
        "write for example",
    ),
    "bad pattern": (("'intruder'", "'intruder('"), "intruder(", "is not a regular expression", "correct"),
    "owner's expression": (
        ("labels.system == 'desk'", "labls.system == 'desk'"),
        "labls",
        "no fact 'labls'",
        "'labels'",
    ),
    "expression that is a text": (
        ("matches(text, 'intruder')", "labels.intruder"),
        "labels.intruder",
        "'labels.intruder' answers with text, never with true or false",
        "compare it: labels.team == 'fx'",
    ),
    "expression that is a number": (
        ("matches(text, 'intruder')", "number(labels.intruders)"),
        "labels.intruders",
        "answers with a number, never with true or false",
        "compare it",
    ),
    "owner's expression that is a text": (
        ("labels.system == 'desk'", "labels.system ~ 'desk'"),
        "labels.system",
        "answers with text, never",
        "compare it",
    ),
    # Ladders
    "levels out of order": (
        ("after: 15m", "after: 3m"),
        "name: Boss",
        "'Boss' is due before level 'Second'",
        "a later one",
    ),
    "late first level": (
        (
            "First\n          after: 0m\n          page:\n            - {to: first, by: [slack, phone]}",
            "Late\n          after: 1m\n          page:\n            - {to: first, by: [slack, phone]}",
        ),
        "name: Late",
        "the first level of 'loud' is not paged at once",
        "starts_late: true",
    ),
    "critical level that wakes nobody": (
        ("{to: second, by: [phone, mail]}", "{to: second, by: [mail]}"),
        "name: Second",
        "'Second' of 'loud' wakes nobody, and critical incidents of type trading take it",
        "by one of: pagerduty, phone, siren, sms",
    ),
    "critical level with a channel only": (
        ("{to: second, by: [phone, mail]}", '{to: "#desk-two"}'),
        "name: Second",
        "'Second' of 'loud' wakes nobody",
        "by one of",
    ),
    "critical level without the waking address": (
        ('{phone: "+44 20 7946 0000", mail: ben@example.com}', "{mail: ben@example.com}"),
        "name: Second",
        "'Second' of 'loud' wakes nobody",
        "by one of",
    ),
    "catch-all that wakes nobody": (
        ("catch_all: loud", "catch_all: quiet"),
        "SECOND name: First",
        "wakes nobody, and alerts that no route knows take it",
        "by one of",
    ),
    "critical route to a quiet policy": (
        ("    type: security", "    policy: quiet"),
        "SECOND name: First",
        "critical alerts of route 'intruder' take it",
        "by one of",
    ),
    # Addresses
    "bad number": (
        ("+44 20 7946 0000", "020 7946 0000"),
        "020 79",
        "phone of Ben: '020 7946 0000' is not an inter",
        r"write \+ and",
    ),
    "bad mail": (
        ("ben@example.com", "ben@example"),
        "ben@example}",
        "mail of Ben: 'ben@example' is not a mail",
        "one address alone",
    ),
    "bad Slack id": (("U01ANN", "ann"), "slack: ann", "slack of Ann: 'ann' is not a Slack user id", "Copy member ID"),
    # Variables
    "unknown variable": (
        ("${boss_phone}", "${bos_phone}"),
        "bos_phone}",
        "no variable 'bos_phone' in desk",
        "'boss_phone'",
    ),
    "variable written otherwise": (
        ("${boss_phone}", "${Boss-Phone}"),
        "Boss-",
        "is not how a variable is written",
        "small letters",
    ),
    # Secrets
    "private key": (
        ("title: A small desk", 'title: "-----BEGIN RSA PRIVATE KEY-----"'),
        "BEGIN",
        "looks like a private key",
        "delete it",
    ),
    "Slack token": (
        ("title: A small desk", "title: xoxb-1234567890-abcdef"),
        "xoxb",
        "looks like a Slack token",
        "environment",
    ),
    "password in an address": (
        ("hosts:", "endpoints: {api: {url: 'https://me:hunter2@example.com'}}\nhosts:"),
        "hunter2",
        "looks like a password in an address",
        "delete it here",
    ),
    "default of a password": (
        ("telephone of the boss}", "x}\n  db_password: {default: swordfish, help: y}"),
        "swordfish",
        "looks like a password",
        "environment",
    ),
    "default of a token": (
        ("telephone of the boss}", "x}\n  api_token: {default: a8f5f167f44f4964e6c998dee827110c, help: y}"),
        "a8f5f",
        r"looks like the value of a secret \(api_token\)",
        "environment",
    ),
    "routing key": (
        ("{slack: U01ANN,", "{pagerduty: a8f5f167f44f4964e6c998dee827110c, slack: U01ANN,"),
        "a8f5f",
        "looks like the value of a secret",
        "environment",
    ),
}


def place(text: str, mark: str) -> int:
    """`SECOND x` is the second line with x, `NEXT x` the line before the one with x (the key that holds it)."""
    if mark.startswith("SECOND "):
        found = [n for n, line in enumerate(text.split("\n"), 1) if mark.removeprefix("SECOND ") in line]
        return found[1]
    if mark.startswith("NEXT "):
        return line_of(text, mark.removeprefix("NEXT ")) - 1
    return line_of(text, mark)


WARNINGS = {
    "a level that adds nobody": (
        ("{to: second, by: [phone, mail]}", "{to: ann, by: [phone, mail]}"),
        "name: Second",
        "level 'Second' of 'loud' adds no new person or number",
        "somebody else",
    ),
    "somebody else's number": (
        ('{phone: "+44 20 7946 0000", mail', '{phone: "+1 555 0100", mail'),
        "name: Second",
        "the phone address of Ben is that of Ann, whom a level before pages",
        "a number of its own",
    ),
    "levels at one time": (("after: 15m", "after: 5m"), "name: Boss", "due together with level 'Second'", "one level"),
    "no address for a way": (
        ("{to: boss, by: [phone]}", "{to: boss, by: [phone, mail]}"),
        "{to: boss",
        "The boss has no address for mail",
        r"write contacts\.boss\.addresses\.mail",
    ),
    "a policy never taken": (
        ("- {policy: quiet}", "- {policy: loud}"),
        "quiet:",
        "policy 'quiet' is never taken",
        "write it into `choose`",
    ),
    "a row never reached": (
        ("    - {policy: quiet}", "    - {policy: quiet}\n    - {types: [security], policy: loud}"),
        "- {types: [security]",
        "no incident gets this far",
        "move this row up",
    ),
    "a route after one without an expression": (
        ("    when: matches(labels.alertname, 'Loss') and number(labels.loss) > 1000\n", ""),
        "name: intruder",
        "no alert gets to route 'intruder': route 'losses' above takes them",
        "move this route up",
    ),
    "a route after one that is always true": (
        ("matches(labels.alertname, 'Loss') and number(labels.loss) > 1000", "1 < 2"),
        "name: intruder",
        "no alert gets to route 'intruder'",
        "move this route up",
    ),
    "a route like one above": (
        ("when: matches(text, 'intruder')", "when: matches(labels.alertname, 'Loss') and number(labels.loss) > 1000"),
        "name: intruder",
        "no alert gets to route 'intruder'",
        "move this route up",
    ),
    "a route that never fits": (
        ("matches(text, 'intruder')", "1 > 2"),
        "name: intruder",
        "route 'intruder' takes no alert",
        "correct it",
    ),
    "a route that takes what it cannot read": (
        ("matches(labels.alertname, 'Loss') and number", "number"),
        "name: losses",
        "route 'losses' takes every alert from which a value cannot be read",
        "ask first whether it is such an alert",
    ),
    "a route that answers with a text at times": (
        ("matches(labels.alertname, 'Loss') and", "labels.loss and"),
        "labels.loss and",
        "answers with text where a part of it is empty",
        r"write labels\.loss != ''",
    ),
    "an unused variable": (
        ("telephone of the boss}", "x}\n  spare: {help: nothing}"),
        "spare",
        "variable 'spare' is used nowhere",
        r"write \$\{spare\}",
    ),
    "a lesser route to a policy that wakes nobody": (
        ("    type: security", "    severity: medium\n    policy: calm"),
        "name: Calm",
        "'Calm' of 'calm' wakes nobody, also when an incident of route 'intruder' is raised to critical",
        "let the severity choose",
    ),
}

CALM = (
    "  choose:\n",
    "    calm: {levels: [{name: Calm, after: 0m, page: [{to: first, by: [slack, mail]}]}]}\n  choose:\n",
)


def test_the_desk_itself_has_no_problem(tmp_path):
    loaded = read(tmp_path)
    assert loaded.problems == ()
    assert [system.name for system in loaded.systems] == ["desk"]


@pytest.mark.parametrize(("change", "mark", "said", "remedy"), ERRORS.values(), ids=ERRORS)
def test_errors(tmp_path, change, mark, said, remedy):
    expect(tmp_path, changed(change), mark, said, remedy, "error")


@pytest.mark.parametrize(("change", "mark", "said", "remedy"), WARNINGS.values(), ids=WARNINGS)
def test_warnings(tmp_path, change, mark, said, remedy):
    needs_calm = "policy: calm" in change[1]
    loaded = expect(tmp_path, changed(change, *[CALM] * needs_calm), mark, said, remedy, "warning")
    assert loaded.errors == ()
    assert len(loaded.systems) == 1


def expect(folder, text, mark, said, remedy, level):
    loaded = read(folder, text)
    line = place(text, mark)
    told = "\n".join(str(problem) for problem in loaded.problems)
    found = [p for p in loaded.problems if re.search(said, p.message) and re.search(remedy, p.remedy)]
    assert [(problem.line, problem.level) for problem in found] == [(line, level)], told
    assert all(problem.file == str(folder / "desk" / "system.yaml") for problem in loaded.problems)
    return loaded


@pytest.mark.parametrize(
    ("raw", "line", "said"),
    [
        (b"", 1, "the file is empty"),
        (b"# nothing but words\n", 1, "the file is empty"),
        (b"{}\n", 1, "the file is empty"),
        (b"- a\n- b\n", 1, "the file holds no mapping"),
        (b"just words\n", 1, "the file holds no mapping"),
        (b"name: desk\ntitle: [a, b\nchannel: c\n", 3, "this is not YAML"),
        (b"name: desk\n\ttitle: x\n", 2, "this is not YAML"),
        (b"name: desk\n---\nname: two\n", 2, "this is not YAML: but found another document"),
        (b"name: *nobody\n", 1, "this is not YAML: found undefined alias"),
        (b"name: desk\ntitle: caf\xe9\n", 2, "the file is not UTF-8 here"),
        (b"name: desk\ntitle: \x07\n", 2, "there is a control character here"),
        (b"name: desk\nroles: &a\n  x: *a\n", 3, "an alias .* refers to what it stands in"),
        (b"name: !!python/object:os.system x\n", 1, "the tag .* is not read here"),
        (b"name: desk\n<<: {title: x}\n", 2, "<< .* is not read here"),
        (b"name: desk\n? [a]\n: b\n", 2, "a key is a list or a mapping"),
        (b"[" * 5000 + b"]" * 5000, 1, "nested too deeply"),
        (b"a: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
         b"c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c,*c]\n"
         b"e: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e,*e]\n", 1, "unfolds to more values"),
        (b"name: " + b"x" * (1 << 20), 1, "larger than 1 MiB"),
    ],
    ids=lambda value: str(value)[:30],
)  # fmt: skip
def test_files_that_are_no_pack(tmp_path, raw, line, said):
    loaded = read(tmp_path, raw)
    assert loaded.systems == ()
    assert any(problem.line == line and re.search(said, problem.message) for problem in loaded.problems), (
        loaded.problems
    )


def test_a_file_that_cannot_be_opened(tmp_path):
    (tmp_path / "desk" / "system.yaml").mkdir(parents=True)
    loaded = read_folder(tmp_path / "desk")
    assert "no pack in this folder" in loaded.problems[0].message


def read_folder(folder):
    return load([folder], [], variables={}, ways=WAYS)


def test_all_problems_are_told_at_once(tmp_path):
    """Of all sorts: the shape, names, expressions, ladders, addresses, variables."""
    text = changed(
        ("channel:", "chanel: x\nchannel:"),
        ("{to: first, by: [slack, phone]}", "{to: frist, by: [phone]}"),
        ("matches(text, 'in", "matches(txet, 'in"),
        ("after: 15m", "after: 1m"),
        ("+44 20 7946 0000", "911"),
        ("${boss_phone}", "${bos_phone}"),
    )
    said = " ".join(problem.message for problem in read(tmp_path, text).problems)
    for part in ("'chanel'", "'frist'", "'txet'", "'Boss' is due before", "'911'", "'bos_phone'"):
        assert part in said


def test_two_structural_problems_are_told_at_once(tmp_path):
    text = changed(("title: A small desk", "title: 7"), ("after: 5m", "after: five"))
    assert len(read(tmp_path, text).problems) == 2


def test_a_secret_is_never_repeated(tmp_path):
    secret = "a8f5f167f44f4964e6c998dee827110c"
    for text in (
        changed(("title: A small desk", f"title: xoxb-{secret}")),
        changed(("telephone of the boss}", f"x}}\n  api_token: {{default: {secret}, help: y}}")),
        changed(("hosts:", f"endpoints: {{api: {{url: 'https://me:{secret}@example.com'}}}}\nhosts:")),
    ):
        loaded = read(tmp_path, text)
        assert loaded.errors
        assert secret not in " ".join(str(problem) for problem in loaded.problems)


NO_ANSWER = ("{to: first, by: [slack, mail]}", "{to: first, by: [slack]}")


def test_pages_that_nobody_could_answer_without_slack(tmp_path):
    text = changed(NO_ANSWER)
    (problem,) = read(tmp_path, text).problems
    assert (problem.level, problem.line) == ("warning", place(text, "    quiet:"))
    assert "nobody could answer the pages of 'quiet' while Slack is away" in problem.message
    assert "mail, pagerduty, phone, sms" in problem.remedy


def test_critical_pages_that_nobody_could_answer_without_slack(tmp_path):
    by_siren = "{to: ann, by: [slack, siren]}"
    text = changed(
        ("{to: first, by: [slack, phone]}", by_siren),
        ("{to: second, by: [phone, mail]}", "{to: ben, by: [siren]}"),
        ("{to: boss, by: [phone]}", "{to: boss, by: [siren]}"),
        ("{slack: U01ANN,", "{siren: a1, slack: U01ANN,"),
        ('{phone: "+44 20 7946 0000",', '{siren: b1, phone: "+44 20 7946 0000",'),
        ('{phone: "${boss_phone}"}', '{phone: "${boss_phone}", siren: c1}'),
    )
    (problem,) = read(tmp_path, text).problems
    assert (problem.level, problem.line) == ("error", place(text, "    loud:"))


def test_a_low_notice_asks_for_no_answer(tmp_path):
    """What is low and not repeated may be told in Slack alone."""
    row = ("    - {policy: quiet}", "    - {severities: [medium], policy: loud}\n    - {policy: quiet}")
    once = ("    quiet:\n", "    quiet:\n      repeats: false\n")
    assert read(tmp_path, changed(NO_ANSWER, row, once)).problems == ()
    assert len(read(tmp_path, changed(NO_ANSWER, row)).problems) == 1


def test_without_a_public_address_pages_are_answered_in_slack_only(tmp_path):
    (problem,) = read(tmp_path, public=False).problems
    assert (problem.level, problem.line) == ("warning", line_of(DESK, "policies:"))
    assert "pages of loud, quiet can be answered in Slack only" in problem.message
    assert "TOCSIN_PUBLIC_URL" in problem.remedy


def test_a_first_level_may_be_meant_to_wait(tmp_path):
    text = DESK.replace(
        "        - name: First\n          after: 0m\n          page:\n            - {to: first, by: [slack, mail]}",
        "        - {name: Late, after: 10m, page: [{to: first, by: [slack, mail]}]}\n      starts_late: true",
    )
    assert read(tmp_path, text).problems == ()
