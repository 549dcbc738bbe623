"""A way through loopback that can be cut: nothing gets through, then everybody is thrown out, then it is mended."""

import asyncio
import threading
from contextlib import suppress

from rentguy.config import address

CHUNK = 65536
WAIT_S = 10.0


class Proxy:
    """Forwards `listen` to `target` (both `host:port`) from `start` to `stop`, on one thread.

    One, since a socket that one thread closes while another still reads from it may be a stranger's by then.
    """

    def __init__(self, listen: str, target: str) -> None:
        self._listen, self._target = address(listen), address(target)
        self._ends: set[asyncio.StreamWriter] = set()
        self._open = asyncio.Event()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)

    def start(self) -> "Proxy":
        self._thread.start()
        self._open.set()
        self._call(asyncio.start_server(self._connected, *self._listen, backlog=512))
        return self

    def stop(self) -> None:
        self._call(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(WAIT_S)
        self._loop.close()

    def cut(self) -> None:
        """From now on nothing gets through, and nobody is told."""
        self._loop.call_soon_threadsafe(self._open.clear)

    def mend(self) -> None:
        """Who was connected is thrown out, and who comes gets through."""
        self._call(self._throw_out())

    def _call(self, what) -> None:
        asyncio.run_coroutine_threadsafe(what, self._loop).result(WAIT_S)

    async def _end(self) -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _throw_out(self) -> None:
        for end in self._ends:
            end.transport.abort()
        self._open.set()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._open.wait()
            far_reader, far_writer = await asyncio.open_connection(*self._target)
        except OSError:
            return writer.close()
        ends = {writer, far_writer}
        self._ends |= ends
        try:
            await asyncio.gather(self._forward(reader, far_writer), self._forward(far_reader, writer))
        finally:
            self._ends -= ends

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._open.wait()
                writer.write(data)
                await writer.drain()
        writer.close()
