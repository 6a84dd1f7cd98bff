"""Variables and environments: where a value comes from, what is said when it comes from nowhere."""

import pytest

from tests.packs.kit import BOSS, DESK, changed, line_of, read

DEFAULT = ("{help: telephone of the boss}", '{default: "+1-555-0101", help: telephone of the boss}')


def boss(loaded):
    return loaded.systems[0].roster.contacts["boss"]


@pytest.mark.parametrize(
    ("text", "overlay", "handed", "number"),
    [
        (changed(DEFAULT), "", {}, "+15550101"),
        (changed(DEFAULT), 'variables: {boss_phone: "+1-555-0102"}', {}, "+15550102"),
        (changed(DEFAULT), 'variables: {boss_phone: "+1-555-0102"}', {"DESK_BOSS_PHONE": "+1-555-0103"}, "+15550103"),
        (DESK, "", {"DESK_BOSS_PHONE": "+1-555-0103"}, "+15550103"),
        # Set to nothing in the process's environment is not set.
        (changed(DEFAULT), "", {"DESK_BOSS_PHONE": " "}, "+15550101"),
        # A number without quotes is a number of the telephone, not of arithmetic.
        (changed(DEFAULT), "variables: {boss_phone: +15550102}", {}, "+15550102"),
        # Nothing in the environment's file takes the default away.
        (changed(DEFAULT), "variables: {boss_phone: }", {}, ""),
    ],
)
def test_where_a_value_comes_from(tmp_path, text, overlay, handed, number):
    overlays = {"staging": overlay} if overlay else {}
    loaded = read(tmp_path, text, variables=handed, environment="staging", **overlays)
    assert boss(loaded).address("phone") == number


def test_what_is_not_set_is_named_by_its_setting(tmp_path):
    loaded = read(tmp_path, variables={})
    assert boss(loaded).addresses == {}
    assert boss(loaded).unset["phone"] == "TOCSIN_VAR_DESK_BOSS_PHONE"
    (problem,) = loaded.problems
    assert (problem.level, problem.line) == ("warning", line_of(DESK, "boss_phone: {"))
    assert problem.message == "variable 'boss_phone' of desk is not set"
    assert problem.remedy == "set TOCSIN_VAR_DESK_BOSS_PHONE: telephone of the boss"


def test_in_production_nothing_may_be_left_unset(tmp_path):
    """The system is there all the same: a bot that pages most of the people is better than none."""
    loaded = read(tmp_path, variables={}, environment="production")
    assert [problem.level for problem in loaded.problems] == ["error"]
    assert [system.name for system in loaded.systems] == ["desk"]


def test_a_text_message_goes_to_the_phone_where_no_other_number_is_given(tmp_path):
    text = changed(("{to: boss, by: [phone]}", "{to: boss, by: [sms]}"))
    assert read(tmp_path, text).problems == ()
    assert boss(read(tmp_path, text)).address("sms") == "+15550199"
    assert boss(read(tmp_path, text, variables={})).unset["sms"] == "TOCSIN_VAR_DESK_BOSS_PHONE"


def test_variables_stand_anywhere(tmp_path):
    text = changed(
        ('channel: "#desk"', 'channel: "#${room}"'),
        ("telephone of the boss}", "x}\n  room: {default: desk, help: y}\n  limit: {default: '5000', help: z}"),
        ("hosts:", "endpoints: {api: {url: 'http://${room}.example.com/v1'}}\nhosts:"),
        ("> 1000", "> ${limit}"),
    )
    loaded = read(tmp_path, text)
    assert loaded.problems == ()
    assert loaded.systems[0].channel == "#desk"
    assert loaded.systems[0].routes[0].when.source.endswith("> 5000")
    assert loaded.files["desk"].endpoints["api"].url == "http://desk.example.com/v1"


def test_an_environment_overrides_what_it_names_and_nothing_else(tmp_path):
    overlay = """\
channel: "#desk-test"
plan: {timings: {repeat_after: 2h}, policies: {quiet: {repeats: false}}}
contacts: {ann: {addresses: {mail: test@example.com}}}
"""
    loaded = read(tmp_path, environment="staging", staging=overlay)
    system = loaded.systems[0]
    assert loaded.problems == ()
    assert system.channel == "#desk-test"
    assert system.plan.timings.repeat_after.total_seconds() == 7200
    assert not system.plan.policies["quiet"].repeats
    assert system.plan.policies["quiet"].levels[0].name == "First"
    assert system.roster.contacts["ann"].addresses["mail"] == "test@example.com"
    assert system.roster.contacts["ann"].addresses["phone"] == "+15550100"
    assert read(tmp_path).systems[0].channel == "#desk"


@pytest.mark.parametrize(
    ("overlay", "line", "said", "remedy"),
    [
        (
            "plan:\n  policies:\n    quite: {repeats: false}\n",
            3,
            "'levels' is missing in plan.policies.quite",
            "the rungs",
        ),
        ("channel: desk\n", 1, "'desk' is not a channel", 'write "#name"'),
        (
            "variables:\n  bos_phone: '+1'\n",
            2,
            "there is no variable 'bos_phone' in desk",
            "did you mean 'boss_phone'?",
        ),
        ("variables:\n  boss_phone: [a]\n", 2, "the value of 'boss_phone' is not a text", "the value itself"),
        ("variables: [boss_phone]\n", 1, "variables is not a mapping", "write name: value"),
        ("variables:\n  boss_phone: 911\n", 2, "phone of The boss: variable 'boss_phone': '911' is not", "write + and"),
        ("title: xoxb-1234567890-abc\n", 1, "this looks like a Slack token", "delete it"),
        ("", 1, "the file is empty", "write"),
    ],
)
def test_what_is_wrong_in_an_environment_is_told_of_its_file(tmp_path, overlay, line, said, remedy):
    loaded = read(tmp_path, variables={}, environment="staging", staging=overlay)
    problem = next(problem for problem in loaded.problems if problem.file.endswith("environments/staging.yaml"))
    assert (problem.level, problem.line) == ("error", line)
    assert said in problem.message
    assert remedy in problem.remedy


def test_a_wrong_value_from_outside_is_told_of_the_setting(tmp_path):
    (problem,) = read(tmp_path, variables={"DESK_BOSS_PHONE": "911"}).problems
    assert "the environment variable TOCSIN_VAR_DESK_BOSS_PHONE: '911' is not an international" in problem.message


def test_a_setting_under_a_wrong_name_is_told(tmp_path):
    (problem,) = read(tmp_path, variables={**BOSS, "DESK_BOS_PHONE": "+1", "DESK_OTHER": "x", "HFT_BOSS": "y"}).problems
    assert problem.message == "TOCSIN_VAR_DESK_BOS_PHONE sets no variable of desk"
    assert problem.remedy == "did you mean TOCSIN_VAR_DESK_BOSS_PHONE?"


@pytest.mark.parametrize("environment", ["demo", "staging", "production"])
def test_a_pack_need_not_differ_by_environment(tmp_path, environment):
    assert read(tmp_path, environment=environment).problems == ()


def test_an_environment_nobody_knows(tmp_path):
    (problem,) = read(tmp_path, environment="prodution", eu="channel: '#eu'\n").problems
    assert problem.message == "desk has no environment 'prodution', so that its values are the usual ones"
    assert problem.remedy == "did you mean 'production'?"
    assert read(tmp_path, environment="eu").systems[0].channel == "#eu"
