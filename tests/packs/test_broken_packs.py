"""Broken packs: for every kind of mistake the line where it is, what is wrong, and what to write instead."""

import re

import pytest

from tests.packs.kit import DESK, changed, line_of, read

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
    "missing key": (("title: A small desk\n", ""), "name: desk", "'title' is missing in the file", "write title: what people"),
    "missing in a level": (("          after: 15m\n", ""), "name: Boss", "'after' is missing", "write after: when it is paged"),
    "wrong sort": (("title: A small desk", "title: 7"), "title: 7", "title: 7 is not text", 'put it in quotes: "7"'),
    "nothing there": (('channel: "#desk"', "channel: #desk"), "channel: #", "channel: there is nothing", "the Slack channel"),
    "list for mapping": (("  first: [ann]", "  first: ann"), "first: ann", "'ann' is not a list", r"write a list \(\[a, b\]\)"),
    "unknown word": (("    severity: critical", "    severity: urgent"), "urgent", "'urgent' is not one of", "critical, high"),
    "not a span": (("after: 5m", "after: five"), "after: five", "'five' is not a span", "90s, 7m or 1h30m"),
    "bad name": (("  first: [ann]", "  First!: [ann]"), "First!", "'First!' is no good name in roles", "small letters"),
    "empty levels": (
        ("    quiet:\n      levels:\n", "    quiet:\n      levels: []\n      hm:\n"),
        "levels: []",
        "quiet.levels: it is empty",
        "the rungs",
    ),
    "bad URL": (("hosts:", "endpoints: {api: {url: localhost}}\nhosts:"), "localhost", "'localhost' has not the right", "where it is"),
    "a log with path and unit": (("path: /var/log/desk.log", "path: /x, unit: y"), "unit: y", "either a path or a unit", "one of"),
    "a variable marked secret": (("telephone of the boss}", "a, secret: true}"), "secret:", "'secret' is not known", "never secret"),
    "other name than the folder": (("name: desk", "name: dusk"), "name: dusk", "the folder is called 'desk'", "write name: desk"),
    # Names that mean nothing
    "unknown role": (("{to: first, by: [slack, phone]}", "{to: frist, by: [phone]}"), "frist", "no role or contact 'frist'", "'first'"),
    "unknown contact": (("first: [ann]", "first: [anne]"), "[anne]", "no contact 'anne'", "did you mean 'ann'"),
    "unknown way": (("{to: boss, by: [phone]}", "{to: boss, by: [phoen]}"), "phoen", "no way of paging called 'phoen'", "'phone'"),
    "address for an unknown way": (("{slack: U01ANN,", "{slak: U01ANN,"), "slak:", "no way of paging called 'slak'", "'slack'"),
    "no way": (("{to: boss, by: [phone]}", "{to: boss}"), "{to: boss}", "by which ways 'boss' is paged", r"write by: \["),
    "ways for a channel": (("{to: boss, by: [phone]}", '{to: "#boss", by: [phone]}'), "#boss", "not reached by ways", "delete `by`"),
    "unknown policy": (("- {policy: quiet}", "- {policy: quite}"), "quite", "no policy 'quite'", "did you mean 'quiet'"),
    "unknown catch-all": (("catch_all: loud", "catch_all: lout"), "catch_all", "no policy 'lout'", "did you mean 'loud'"),
    "missing catch-all": (("  catch_all: loud\n", ""), "plan:", "'catch_all' is missing in plan", "write catch_all: the policy"),
    "unknown policy of a route": (("    type: security", "    policy: lowd"), "lowd", "no policy 'lowd'", "did you mean 'loud'"),
    "unknown type of a route": (("    type: security", "    type: secrity"), "secrity", "no type 'secrity'", "did you mean 'security'"),
    "unknown default type": (("default_type: trading", "default_type: trade"), "type: trade", "no type 'trade'", "'trading'"),
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
    "key twice": (("hosts:", "title: Again\nhosts:"), "title: Again", "'title' is here twice: the first is in line 2", "another name"),
    "contact twice": (("  boss:\n", "  ann:\n    name: Ann B\n  boss:\n"), "NEXT Ann B", "'ann' is here twice", "delete it"),
    "route twice": (("- name: intruder", "- name: losses"), "SECOND - name: losses", "two routes are called 'losses'", "otherwise"),
    "level twice": (("name: Boss", "name: Second"), "SECOND name: Second", "two levels of 'loud' are called", "otherwise"),
    "role and contact": (("  second: [ben]", "  ben: [ben]"), "ben: [ben]", "'ben' is a role and a contact", "otherwise"),
    "role with nobody": (("second: [ben]", "second: []"), "second: []", "nobody has the role 'second'", "at least one"),
    # Expressions
    "expression that ends early": (("'Loss') and", "'Loss' and"), "'Loss' and", "is not understood", "write for example"),
    "expression of unknown facts": (("matches(text, 'in", "matches(txet, 'in"), "txet", "alerts have no fact 'txet'", "'text'"),
    "unknown function": (("number(labels.loss)", "numbr(labels.loss)"), "numbr", "no fact 'numbr'", "did you mean 'number"),
    "unknown filter": (("matches(text, 'intruder')", "text | uper == 'X'"), "uper", "No filter named 'uper'", "write for example"),
    "bad pattern": (("'intruder'", "'intruder('"), "intruder(", "is not a regular expression", "correct"),
    "owner's expression": (("labels.system == 'desk'", "labls.system == 'desk'"), "labls", "no fact 'labls'", "'labels'"),
    # Ladders
    "levels out of order": (("after: 15m", "after: 3m"), "name: Boss", "'Boss' is due before level 'Second'", "a later one"),
    "late first level": (
        ("        - name: First\n          after: 0m\n          page:\n            - {to: first, by: [slack, phone]}",
         "        - name: Late\n          after: 1m\n          page:\n            - {to: first, by: [slack, phone]}"),
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
    "critical without an answer outside Slack": (
        ("{to: first, by: [slack, mail]}", "{to: ann, by: [slack, siren]}"), "quiet:", "", ""
    ),
    # Addresses
    "bad number": (("+44 20 7946 0000", "020 7946 0000"), "020 79", "phone of Ben: '020 7946 0000' is not an inter", r"write \+ and"),
    "bad mail": (("ben@example.com", "ben@example"), "ben@example}", "mail of Ben: 'ben@example' is not a mail", "one address alone"),
    "bad Slack id": (("U01ANN", "@ann"), "@ann", "slack of Ann: '@ann' is not a Slack user id", "Copy member ID"),
    # Variables
    "unknown variable": (("${boss_phone}", "${bos_phone}"), "bos_phone}", "no variable 'bos_phone' in desk", "'boss_phone'"),
    "variable written otherwise": (("${boss_phone}", "${Boss-Phone}"), "Boss-", "is not how a variable is written", "small letters"),
    # Secrets
    "private key": (("title: A small desk", 'title: "-----BEGIN RSA PRIVATE KEY-----"'), "BEGIN", "looks like a private key", "delete it"),
    "Slack token": (("title: A small desk", "title: xoxb-1234567890-abcdef"), "xoxb", "looks like a Slack token", "environment"),
    "password in an address": (
        ("hosts:", "endpoints: {api: {url: 'https://me:hunter2@example.com'}}\nhosts:"),
        "hunter2",
        "looks like a password in an address",
        "delete it here",
    ),
    "default of a password": (
        ("telephone of the boss}", "x}\n  db_password: {default: swordfish, help: y}"),
        "swordfish",
        "looks like a password|db_password",
        "",
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
del ERRORS["critical without an answer outside Slack"], ERRORS["default of a password"]


def place(text: str, mark: str) -> int:
    """`SECOND x` is the second line with x, `NEXT x` the line before the one with x (the key that holds it)."""
    if mark.startswith("SECOND "):
        found = [n for n, line in enumerate(text.split("\n"), 1) if mark.removeprefix("SECOND ") in line]
        return found[1]
    if mark.startswith("NEXT "):
        return line_of(text, mark.removeprefix("NEXT ")) - 1
    return line_of(text, mark)
