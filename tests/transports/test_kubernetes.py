"""Kubernetes: exec over a WebSocket, against an API on loopback that runs the commands for real."""

import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from bot.core.evidence import Trouble
from bot.transports.base import TransportFailed
from bot.transports.kubernetes import InPod
from bot.transports.kubernetes_api import Way
from tests.transports.cluster import TOKEN, Cluster, cluster, pod, status_of

PODS = "/api/v1/namespaces/trading-system/pods"
ONE = {PODS: [pod("coordinator-0")]}


def in_pod(at: Cluster, token: str = TOKEN, **where: str) -> InPod:
    return InPod(Way(address=at.address, token=token), namespace="trading-system", **where or {"unit": "coordinator-0"})


@pytest.mark.parametrize("protocol", ["v5.channel.k8s.io", "v4.channel.k8s.io"])
async def test_what_it_prints_and_how_it_ends(protocol: str):
    async with cluster(ONE, protocols=[protocol]) as at:
        ran = await in_pod(at).run(["sh", "-c", "echo out; echo err >&2; exit 3"], within_s=10)
        good = await in_pod(at).run(["true"], within_s=10)
    assert (ran.code, ran.out, ran.err, ran.cut) == (3, "out\n", "err\n", False)
    assert good.code == 0


async def test_paths_begin_in_the_directory(tmp_path: Path):
    (tmp_path / "file").touch()
    async with cluster(ONE) as at:
        there = in_pod(at)
        assert (await there.run(["pwd"], within_s=10, directory=str(tmp_path))).out.strip() == str(tmp_path)
        for folder in ("gone", "file"):
            with pytest.raises(TransportFailed, match="there is no directory there") as failed:
                await there.run(["pwd"], within_s=10, directory=f"{tmp_path}/{folder}")
            assert failed.value.trouble is Trouble.MISSING
        with pytest.raises(TransportFailed, match="there is no program no-such-program there"):
            await there.run(["no-such-program"], within_s=10, directory=str(tmp_path))


async def test_arguments_are_arguments():
    hostile = "$(id); `id` | id && id > /tmp/x\n* 'a' \"b\" -- &command=x"
    async with cluster(ONE) as at:
        argv = [sys.executable, "-c", "import sys; print(ascii(sys.argv[1:]))", hostile, ""]
        ran = await in_pod(at).run(argv, within_s=10)
    assert ran.out.strip() == ascii([hostile, ""])


async def test_what_it_is_given():
    given = "hello\n" * 50_000
    async with cluster(ONE) as at:
        assert (await in_pod(at).run(["cat"], within_s=10, given=given)).out == given


async def test_an_old_cluster_cannot_say_that_the_input_has_ended():
    async with cluster(ONE, protocols=["v4.channel.k8s.io"]) as at:
        with pytest.raises(TransportFailed, match="too old") as failed:
            await in_pod(at).run(["cat"], within_s=5, given="hello")
    assert failed.value.trouble is Trouble.MISSING


async def test_too_much_keeps_the_beginning_and_the_end():
    async with cluster(ONE) as at:
        ran = await in_pod(at).run(["seq", "1", "300000"], within_s=20, most_bytes=200)
    assert ran.cut
    assert ran.out.startswith("1\n2\n3\n")
    assert ran.out.endswith("299999\n300000\n")


async def test_too_late_it_is_ended_there_with_all_it_started():
    async with cluster(ONE) as at:
        with pytest.raises(TransportFailed, match="did not end within") as failed:
            await in_pod(at).run(["sh", "-c", "sleep 65 & sleep 66"], within_s=1)
    assert failed.value.trouble is Trouble.TIMEOUT
    assert [
        p for p in psutil.process_iter(["cmdline"]) if p.info["cmdline"] in (["sleep", "65"], ["sleep", "66"])
    ] == []


async def test_no_such_program():
    async with cluster(ONE) as at:
        with pytest.raises(TransportFailed, match="there is no program no-such-program there") as failed:
            await in_pod(at).run(["no-such-program"], within_s=10)
    assert failed.value.trouble is Trouble.MISSING


async def test_a_workload_stands_for_its_first_ready_pod():
    unready = {"conditions": [{"type": "Ready", "status": "False"}]}
    objects = {
        PODS: [
            pod("c-1", metadata={"labels": {"app": "c"}}, status=unready),
            pod("c-2", metadata={"labels": {"app": "c"}}),
            pod("c-3", metadata={"labels": {"app": "c"}}, status={"phase": "Pending"}),
            pod("a-1", metadata={"labels": {"app": "a"}}),
        ],
        "/apis/apps/v1/namespaces/trading-system/deployments": [
            {"metadata": {"name": "c"}, "spec": {"selector": {"matchLabels": {"app": "c"}}}}
        ],
    }
    async with cluster(objects) as at:
        for where in ({"unit": "deployment/c"}, {"unit": "c"}, {"selector": "app=c"}):
            await in_pod(at, **where).run(["true"], within_s=10)
            assert at.asked[-1][0] == f"{PODS}/c-2/exec"


async def test_the_container_is_named():
    async with cluster(ONE) as at:
        await in_pod(at, unit="coordinator-0", container="app").run(["true"], within_s=10)
        assert at.asked[-1][1]["container"] == ["app"]


@pytest.mark.parametrize(
    ("objects", "trouble", "says"),
    [
        ({}, Trouble.MISSING, "neither a pod nor a deployment coordinator-0"),
        ({PODS: [pod("coordinator-0", status={"phase": "Failed"})]}, Trouble.MISSING, "no pod of coordinator-0 runs"),
        (
            {f"{PODS}/coordinator-0": (403, status_of(403, "pods is forbidden"))},
            Trouble.PERMISSION,
            "pods is forbidden",
        ),
        ({f"{PODS}/coordinator-0": b"garbage"}, Trouble.PARSE, "not understood"),
        ({f"{PODS}/coordinator-0": None}, Trouble.TIMEOUT, "within"),
    ],
)
async def test_where_no_command_can_be_run(objects: dict, trouble: Trouble, says: str):
    async with cluster(objects) as at:
        with pytest.raises(TransportFailed, match=says) as failed:
            await in_pod(at).run(["true"], within_s=0.7)
    assert failed.value.trouble is trouble


async def test_a_wrong_token_is_not_repeated():
    async with cluster(ONE) as at:
        with pytest.raises(TransportFailed) as failed:
            await in_pod(at, token="my-secret-token").run(["true"], within_s=5)
    assert failed.value.trouble is Trouble.AUTH
    assert "my-secret" not in str(failed.value)


async def test_nobody_there():
    with pytest.raises(TransportFailed) as failed:
        await InPod(Way(address="http://127.0.0.1:1"), namespace="a", unit="b").run(["true"], within_s=5)
    assert failed.value.trouble is Trouble.REFUSED


async def test_in_the_cluster_it_goes_by_the_account_of_its_pod(tmp_path: Path):
    (tmp_path / "token").write_text(TOKEN + "\n")
    (tmp_path / "ca.crt").write_text("a certificate")
    entered = Way(account=tmp_path).entered()
    assert (entered.address, entered.token, entered.ca) == ("https://kubernetes.default.svc", TOKEN, "a certificate")


async def test_with_a_token_of_its_own_the_account_of_the_pod_does_not_count(tmp_path: Path):
    (tmp_path / "token").write_text("the pod's")
    (tmp_path / "ca.crt").write_text("a certificate")
    own = Way(address="https://kubernetes.default.svc/", account=tmp_path)
    assert own.entered().token == "the pod's"
    assert replace(own, token=TOKEN).entered().token == TOKEN
    assert Way(address="https://10.0.0.1", account=tmp_path).entered().token == ""


async def test_outside_of_a_cluster_an_address_is_needed(tmp_path: Path):
    with pytest.raises(TransportFailed, match="runs in no cluster"):
        Way(account=tmp_path).entered()


async def test_an_authority_that_is_none():
    with pytest.raises(TransportFailed, match="has to be PEM") as failed:
        await InPod(Way(address="https://127.0.0.1:1", ca="nonsense"), namespace="a", unit="b").run(
            ["true"], within_s=5
        )
    assert failed.value.trouble is Trouble.TLS
