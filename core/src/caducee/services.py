"""Typed names of services: what callers ask the kernel for."""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class ServiceKey(Generic[T]):
    """The name of a service and its type: ``async with kernel.use(KEY) as service``."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"ServiceKey({self.name!r})"
