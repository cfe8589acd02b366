"""Where the server listens: the first free port, at an address of this machine."""

from __future__ import annotations

import socket
from collections.abc import Callable
from typing import Any

import pytest
from atmp.api.commands.serve import listen
from atmp.kg.errors import UsageError

Run = Callable[..., Any]
HOST = "127.0.0.1"


def test_a_port_that_is_taken_is_passed_over() -> None:
    """The next free port is taken, never one that another server listens on."""
    with listen(HOST, 18_200) as first, listen(HOST, first.getsockname()[1]) as second:
        assert first.getsockname()[1] < second.getsockname()[1] < 18_240


def test_an_answer_is_sent_at_once() -> None:
    """What is accepted does not hold back small pieces until the ones before have arrived."""
    with (
        listen(HOST, 18_240) as listening,
        socket.create_connection(listening.getsockname()),
        listening.accept()[0] as one,
    ):
        assert one.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("host", ["203.0.113.7", "no such host"])
def test_an_address_of_another_machine_is_said_to_be_that(host: str) -> None:
    """An address that is not of this machine is not said to have no free port."""
    with pytest.raises(UsageError, match=f"{host} is no address of this machine"):
        listen(host, 18_200)


@pytest.mark.parametrize("port", ["abc", "0", "99999", ""])
def test_a_setting_that_cannot_be_meant_is_2(run: Run, monkeypatch: pytest.MonkeyPatch, port: str) -> None:
    """A wrong environment variable is named in one line, whatever the command."""
    monkeypatch.setenv("ATMP_PORT", port)
    done = run("search", "AAV")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"atmp: ATMP_PORT is '{port}': ")
    assert done.err.count("\n") == 1


def test_the_limits_of_queries_are_in_the_help(run: Run) -> None:
    """Each setting that holds strangers' queries back is named where the server is started from, with its default."""
    from atmp.api.settings import Settings

    said = " ".join(run("serve", "--help").out.split())
    limits = {name: one.default for name, one in Settings.model_fields.items() if name.startswith(("quer", "workers"))}
    shown = {name: f"ATMP_{name.upper()} ({default})" for name, default in limits.items()}
    assert {name for name, words in shown.items() if words not in said} == set()
    assert "ATMP_SERVICES" in said
