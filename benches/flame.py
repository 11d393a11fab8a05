"""A flame graph of Python frames, sampled by CPU time. Native code counts for the frame that called it."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from xml.sax.saxutils import escape

_EVERY = 0.001
_WIDTH, _ROW = 1000, 18
Stack = tuple[str, ...]


def sampled(work: Callable[[], object], seconds: float) -> Counter[Stack]:
    """Run for that long; return how often each stack, from the outside in, was found at work."""
    stacks: Counter[Stack] = Counter()

    def sample(_: int, frame: FrameType | None) -> None:
        stack: list[str] = []
        while frame is not None:
            stack.append(f"{Path(frame.f_code.co_filename).stem}.{frame.f_code.co_qualname}")
            frame = frame.f_back
        outside = next((at for at, name in enumerate(reversed(stack)) if name.endswith("submit")), 0)
        stacks[tuple(reversed(stack))[outside:]] += 1

    before = signal.signal(signal.SIGPROF, sample)
    signal.setitimer(signal.ITIMER_PROF, _EVERY, _EVERY)
    try:
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            work()
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
    return stacks


def drawn(stacks: Counter[Stack]) -> str:
    """Return the graph: as wide as the share of the time, the callers above."""
    boxes: list[str] = []
    depth = _level(stacks, 0, 0.0, _WIDTH / max(1, stacks.total()), boxes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_ROW * (depth + 1)}" font-family="sans-serif"'
        f' font-size="11">{"".join(boxes)}</svg>\n'
    )


def _level(stacks: Counter[Stack], depth: int, x: float, scale: float, boxes: list[str]) -> int:
    inside: dict[str, Counter[Stack]] = {}
    for stack, count in stacks.items():
        if len(stack) > depth:
            inside.setdefault(stack[depth], Counter())[stack] = count
    deepest = depth
    for name, below in sorted(inside.items()):
        width = below.total() * scale
        if width >= 1:
            label = escape(name[: int(width / 6)]) if width > 30 else ""
            hue = 20 + sum(map(ord, name)) % 35
            boxes.append(
                f'<g><title>{escape(name)}: {100 * width / _WIDTH:.1f} %</title><rect x="{x:.1f}" y="{_ROW * depth}"'
                f' width="{width:.1f}" height="{_ROW - 1}" fill="hsl({hue} 75% 68%)"/>'
                f'<text x="{x + 3:.1f}" y="{_ROW * depth + 13}">{label}</text></g>'
            )
            deepest = max(deepest, _level(below, depth + 1, x, scale, boxes))
        x += width
    return deepest
