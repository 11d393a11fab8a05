"""The life of secure mail: one watch a box, and the service over them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import anyio

from caducee.contracts.plugin import PluginContext
from caducee_mss.config import MssConfig
from caducee_mss.post import Post
from caducee_mss.receiving.arrival import Arrivals
from caducee_mss.receiving.watch import Watch
from caducee_mss.sending.writing import Writer
from caducee_mss.service import MailService
from caducee_mss.shared_box.box import SharedBox


@asynccontextmanager
async def running(context: PluginContext) -> AsyncIterator[MailService]:
    """Watch the boxes while the block lasts."""
    config: MssConfig = context.config
    post = Post(context)
    writer = Writer(context, post)
    shared = SharedBox(context, writer, claim_minutes=config.claim_minutes)
    watches = [Watch(context, post, name, Arrivals(context)) for name, box in post.boxes.items() if box.receive]
    async with anyio.create_task_group() as group:
        for watch in watches:
            group.start_soon(watch.run)
        yield MailService(context, watches=watches, shared=shared, writer=writer)
        group.cancel_scope.cancel()
