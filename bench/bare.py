"""A bare `websockets` server: what one client says, every client hears. Nothing is quicker to
write, so this is what a room that knows something is measured against.
"""

import sys

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve


async def main(port: int) -> None:
    everyone: set[ServerConnection] = set()

    async def speak(connection: ServerConnection) -> None:
        everyone.add(connection)
        await connection.send("welcome")
        try:
            async for text in connection:
                broadcast(everyone, text)
        finally:
            everyone.discard(connection)

    async with serve(speak, "127.0.0.1", port, compression=None) as server:
        await server.serve_forever()


if __name__ == "__main__":
    # The same event loop that uvicorn takes, or the comparison would flatter us.
    uvloop.run(main(int(sys.argv[1])))
