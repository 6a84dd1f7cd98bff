"""A real engine with Docker's API: podman's service on a socket of its own, its images and containers in one folder.

Nothing is pulled: the image is BusyBox, which brings every program that a look inside needs. A machine on which no
container starts, as most of those that are containers themselves, skips with what podman said. So does the CI, whose
machines promise nothing of the kind."""

from __future__ import annotations

import contextlib
import io
import shutil
import subprocess
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import psutil
import pytest

IMAGE = "localhost/box:1"
_CONF = """[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
[network]
network_config_dir = "{folder}/networks"
"""
_PATIENCE_S = 60


class Podman:
    """One service. `address` is what a pack would write."""

    def __init__(self, folder: Path, runtime: str, busybox: str) -> None:
        self._folder, self._busybox = folder, busybox
        self.address = f"unix://{folder}/docker.sock"
        self._words = [
            "podman", "--root", f"{folder}/root", "--runroot", f"{folder}/run", "--tmpdir", f"{folder}/tmp",
            "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--events-backend", "file",
            "--runtime", runtime, "--log-level", "error",
        ]  # fmt: skip
        self._env = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": str(folder)}
        self._env |= {"CONTAINERS_CONF": f"{folder}/containers.conf", "XDG_RUNTIME_DIR": str(folder)}
        self._service: subprocess.Popen[bytes] | None = None
        Path(folder, "containers.conf").write_text(_CONF.format(folder=folder))

    def __call__(self, *words: str, given: bytes = b"") -> str:
        """What a command of podman prints. Raises CalledProcessError."""
        done = subprocess.run(
            [*self._words, *words], input=given, capture_output=True, check=True, env=self._env, timeout=_PATIENCE_S
        )
        return done.stdout.decode().strip()

    def container(self, name: str, script: str, labels: Mapping[str, str] | None = None, *more: str) -> str:
        """Start one that runs this; its id."""
        said = [f"--label={label}={value}" for label, value in (labels or {}).items()]
        return self("run", "-d", "--name", name, "--network", "none", *said, *more, IMAGE, "sh", "-c", script)

    def start(self) -> None:
        """Make the image, run a container, and listen. Raises CalledProcessError, or TimeoutExpired."""
        self("import", "-", IMAGE, given=self._image())
        self("run", "--rm", "--network", "none", IMAGE, "true")
        self._service = subprocess.Popen(
            [*self._words, "system", "service", "--time", "0", self.address],
            env=self._env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        until = time.monotonic() + _PATIENCE_S
        while not Path(self._folder, "docker.sock").exists():
            if self._service.poll() is not None or time.monotonic() > until:
                raise subprocess.CalledProcessError(1, "podman system service", stderr=b"its service does not start")
            time.sleep(0.02)

    def _image(self) -> bytes:
        applets = subprocess.run([self._busybox, "--list"], capture_output=True, check=True, text=True).stdout.split()
        packed = io.BytesIO()
        with tarfile.open(fileobj=packed, mode="w") as tar:
            tar.add(self._busybox, "bin/box")
            for name in sorted({*applets, "busybox"}):
                link = tarfile.TarInfo(f"bin/{name}")
                link.type, link.linkname = tarfile.SYMTYPE, "box"
                tar.addfile(link)
            tar.addfile(_folder("tmp"))
        return packed.getvalue()

    def stop(self) -> None:
        """End every container and the service; nothing is left."""
        with contextlib.suppress(subprocess.SubprocessError):
            self("rm", "--all", "--force", "--time", "0")
        if self._service is not None:
            self._service.terminate()
            self._service.wait(_PATIENCE_S)
        # Each command that was run inside has one that waits some minutes, and then cleans up, making the folder anew.
        waiting = [
            one for one in psutil.process_iter(["cmdline"]) if f"{self._folder}/root" in (one.info["cmdline"] or ())
        ]
        for one in waiting:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        psutil.wait_procs(waiting, _PATIENCE_S)


def _folder(name: str) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.type, entry.mode = tarfile.DIRTYPE, 0o777
    return entry


def podman() -> Iterator[Podman]:
    """One that runs containers, by the first runtime that can; stopped afterwards."""
    missing = [name for name in ("podman", "busybox") if shutil.which(name) is None]
    if missing:
        pytest.skip(f"needs {' and '.join(missing)} (Debian: apt install podman busybox-static)")
    why = "no runtime such as crun or runc"
    for runtime in ("crun", "runc"):
        if shutil.which(runtime) is None and not Path("/usr/sbin", runtime).exists():
            continue
        # A socket's path must be short, and podman's folders are not removed by a test session that does not own them.
        folder = Path(tempfile.mkdtemp(prefix="tocsin-podman-"))
        one = Podman(folder, runtime, str(shutil.which("busybox")))
        try:
            one.start()
            yield one
            return
        except subprocess.SubprocessError as problem:
            said = getattr(problem, "stderr", None) or str(problem).encode()
            why = said.decode(errors="replace").strip().splitlines()[-1][:200]
        finally:
            one.stop()
            shutil.rmtree(folder, ignore_errors=True)
    pytest.skip(f"podman runs no container here: {why}")
