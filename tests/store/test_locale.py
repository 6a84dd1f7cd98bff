"""PostgreSQL with the sort order of a language, as most installations have it, where no range of texts is as in C."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from bot.store import migrations
from bot.store.store import open_store
from tests.conftest import end_postgres, start_postgres
from tests.store.kit import LEASE, NOW, message, put_incident, send


@pytest.fixture(scope="module")
def american_url(tmp_path_factory: pytest.TempPathFactory):
    """A database that sorts as in en_US.UTF-8."""
    folder = tmp_path_factory.mktemp("locales")
    folder.chmod(0o755)
    made = subprocess.run(
        ["localedef", "-i", "en_US", "-f", "UTF-8", folder / "en_US.UTF-8"], capture_output=True, text=True
    )
    if made.returncode > 1 or not (folder / "en_US.UTF-8").exists():
        reason = f"no locale en_US can be made here (Debian: apt install locales): {made.stderr.strip()}"
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    for parent in (folder, *folder.parents[:3]):
        if Path("/tmp") in parent.parents:
            parent.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LOCPATH", str(folder))
        server = start_postgres()
    with psycopg.connect(server.get_uri(), autocommit=True) as admin:
        admin.execute("CREATE DATABASE american TEMPLATE template0 LOCALE_PROVIDER libc LOCALE 'en_US.UTF-8'")
    yield server.get_uri("american")
    end_postgres(server)


def test_what_waits_for_channels_is_found(american_url):
    store = open_store(american_url)
    migrations.upgrade(store.engine)
    sorts = "SELECT 'channel:#hft' < 'channel;'"
    assert not store.run_now(lambda tx: tx.connection.exec_driver_sql(sorts).scalar_one()), "as in C"
    number = put_incident(store)
    send(store, message(number, "a"), message(number, "b", target="channel:#fx"))
    send(store, message(number, "c", way="mail", target="mail:channel:"))
    assert store.run_now(lambda tx: tx.outbox.channels()) == ["channel:#fx", "channel:#hft"]
    claimed = store.run_now(lambda tx: tx.outbox.claim_for(["channel:#hft"], NOW, LEASE))
    assert [row.key for row in claimed] == ["a"]
    assert set(store.run_now(lambda tx: tx.outbox.next_for_channels(NOW))) == {"channel:#fx", "channel:#hft"}
    store.close()
