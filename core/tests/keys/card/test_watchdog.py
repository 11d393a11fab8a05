from __future__ import annotations

import threading

import pytest

from caducee.keys.card.watchdog import Watchdog

LONG = 600.0


@pytest.fixture
def watchdog():
    made = Watchdog()
    yield made
    made.end()


def test_what_takes_too_long_is_bitten_while_it_lasts(watchdog):
    bitten = threading.Event()
    with watchdog.watching(0.01, bitten.set):
        assert bitten.wait(10)


def test_what_ends_in_time_is_never_bitten_and_the_next_is_watched_for_itself(watchdog):
    first, second = threading.Event(), threading.Event()
    with watchdog.watching(0.05, first.set):
        pass
    with watchdog.watching(0.2, second.set):
        assert second.wait(10)
    assert not first.is_set()


def test_a_short_time_counts_though_a_long_one_was_given_before(watchdog):
    bitten = threading.Event()
    with watchdog.watching(LONG, lambda: None):
        pass
    with watchdog.watching(0.01, bitten.set):
        assert bitten.wait(10)


def test_an_ended_watchdog_leaves_no_thread_and_watches_again(watchdog):
    with watchdog.watching(LONG, lambda: None):
        pass
    thread = watchdog._thread
    watchdog.end()
    thread.join(10)
    assert not thread.is_alive()
    bitten = threading.Event()
    with watchdog.watching(0.01, bitten.set):
        assert bitten.wait(10)
