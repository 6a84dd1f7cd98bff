"""Finding packs: the bundled ones by name only, a desk's own folders before them, and a name that is nowhere."""

import pytest

from bot.packs import available, bundled, load
from tests.packs.kit import BOSS, DESK, WAYS, write

FIVE = ["botcore", "hft", "pyrt", "sapphire", "tmt"]


def found(folders, names):
    return load(folders, names, variables=BOSS, ways=WAYS)


def names_of(loaded):
    return [system.name for system in loaded.systems]


def test_the_bundled_packs():
    assert list(available(bundled())) == FIVE


def test_an_installed_bot_brings_its_packs_along(tmp_path):
    """The wheel puts them beside the package's own code."""
    code = tmp_path / "bot"
    assert bundled(code) == tmp_path / "playbooks"
    (code / "bundled").mkdir(parents=True)
    assert bundled(code) == code / "bundled"


def test_bundled_packs_are_loaded_by_name_in_the_order_of_the_names():
    assert names_of(found([], ["tmt", "hft"])) == ["tmt", "hft"]


def test_without_names_all_of_the_folders_and_none_of_the_bundled(tmp_path):
    write(tmp_path)
    write(tmp_path, DESK.replace("name: desk", "name: annex"), name="annex")
    assert names_of(found([tmp_path], [])) == ["annex", "desk"]


def test_a_name_picks_one_of_the_folders(tmp_path):
    write(tmp_path)
    write(tmp_path, DESK.replace("name: desk", "name: annex"), name="annex")
    assert names_of(found([tmp_path], ["desk", "hft"])) == ["desk", "hft"]


def test_a_folder_may_be_a_pack_itself(tmp_path):
    assert names_of(found([write(tmp_path) / "desk"], [])) == ["desk"]


def test_a_pack_of_ones_own_wins_over_the_bundled_one_and_says_so(tmp_path):
    write(tmp_path, DESK.replace("name: desk", "name: hft"), name="hft")
    loaded = load([tmp_path], ["hft"], variables={}, ways=WAYS)
    assert loaded.systems[0].title == "A small desk"
    assert loaded.notes == (f"hft: {tmp_path / 'hft'} is used instead of the bundled pack",)


def test_the_first_folder_wins_and_says_so(tmp_path):
    first = write(tmp_path / "a", DESK.replace("A small", "The first"))
    second = write(tmp_path / "b")
    loaded = found([first, second], [])
    assert [system.title for system in loaded.systems] == ["The first desk"]
    assert loaded.notes == (f"desk: {first / 'desk'} is used, {second / 'desk'} is not",)


def test_looking_at_the_bundled_folder_itself_is_no_surprise():
    assert found([bundled()], ["hft"]).notes == ()


@pytest.mark.parametrize(
    ("names", "said", "remedy"),
    [
        (["hfft"], "there is no pack for a system 'hfft'", "did you mean 'hft'?"),
        (["desk", "xyzzy"], "there is no pack for a system 'xyzzy'", "use one of: botcore, desk, hft"),
    ],
)
def test_a_name_that_is_nowhere(tmp_path, names, said, remedy):
    (problem,) = found([write(tmp_path)], names).problems
    assert (problem.level, problem.message) == ("error", said)
    assert remedy in problem.remedy


def test_no_name_at_all():
    (problem,) = found([], []).problems
    assert problem.message == "no system is named"
    assert problem.remedy == "set TOCSIN_SYSTEMS to some of: botcore, hft, pyrt, sapphire, tmt"


def test_a_folder_without_packs(tmp_path):
    (problem,) = found([tmp_path / "nowhere"], []).problems
    assert problem.message == "there is no pack in this folder"


def test_a_folder_with_endpoints_only_is_fine(tmp_path):
    (tmp_path / "endpoints.yaml").write_text("endpoints: {}\n")
    assert found([tmp_path], ["hft"]).errors == ()


def test_one_broken_pack_does_not_take_the_others_along(tmp_path):
    write(tmp_path)
    write(tmp_path, "name: [\n", name="broken")
    loaded = found([tmp_path], [])
    assert names_of(loaded) == ["desk"]
    assert [problem.file for problem in loaded.errors] == [str(tmp_path / "broken" / "system.yaml")]
