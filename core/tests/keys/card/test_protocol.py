"""Frames survive any message and any cutting of the pipe."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from caducee.keys.card.protocol import REQUESTS, Login, Mechanism, Sign, receive, send


class Pipe:
    """A pipe that gives and takes a few bytes at a time."""

    def __init__(self, step):
        self.step, self.held = step, bytearray()

    def write(self, data):
        taken = bytes(data[: self.step])
        self.held += taken
        return len(taken)

    def readinto(self, buffer):
        count = min(self.step, len(buffer), len(self.held))
        buffer[:count] = self.held[:count]
        del self.held[:count]
        return count


requests = st.one_of(
    st.builds(Sign, st.text(), st.sampled_from(Mechanism), st.binary(max_size=5000)),
    st.builds(Login, st.text(), st.binary(max_size=8), st.booleans()),
)


@given(st.lists(requests, min_size=1, max_size=4), st.integers(min_value=1, max_value=700))
def test_messages_come_out_as_they_went_in(messages, step):
    pipe = Pipe(step)
    for message in messages:
        send(pipe, message)
    for message in messages:
        found = REQUESTS.decode(receive(pipe))
        assert type(found) is type(message)
        assert [getattr(found, f) for f in found.__struct_fields__] == [
            getattr(message, f) for f in message.__struct_fields__
        ]


def test_a_pipe_that_takes_nothing_for_a_moment_loses_nothing():
    class Busy(Pipe):
        calls = 0

        def write(self, data):
            self.calls += 1
            return super().write(data) if self.calls % 2 == 0 else None

    pipe, message = Busy(3), Sign("8000000001", Mechanism.SHA256_RSA_PKCS, b"data")
    send(pipe, message)
    assert REQUESTS.decode(receive(pipe)) == message


def test_a_pipe_that_closes_in_the_middle_is_the_end():
    pipe = Pipe(100)
    send(pipe, Sign("8000000001", Mechanism.SHA256_RSA_PKCS, b"data"))
    del pipe.held[-1]
    with pytest.raises(EOFError):
        receive(pipe)


def test_a_length_that_no_frame_has_is_refused():
    pipe = Pipe(100)
    pipe.held += b"\xff" * 8
    with pytest.raises(EOFError):
        receive(pipe)
