"""One message of the chat to everyone in a nest, beside a vote to the same people; and a pause
among two hundred messages, until the last listener has it.
"""

import asyncio
import gc

import uvloop

from bench.clients import Client, opened
from bench.fanout import DELIVERIES, FEWEST_ROUNDS, Side, forget_the_warming_up, middle, vote
from bench.fanout import queued_song as queue_song
from bench.report import Report, percentile
from bench.support import House, house, sessions

SIZES = (100, 1_000)
AT_ONCE = 200
PAUSES = 6
SECONDS_TO_CALM_DOWN = 30
QUIET_SECONDS = 0.5


def main() -> None:
    with house() as home:
        report = Report("chat")
        song_id = queue_song()
        for size in SIZES:
            uvloop.run(measure(home, size, song_id, report))


async def measure(home: House, size: int, song_id: int, report: Report) -> None:
    keys = await asyncio.to_thread(sessions, size)
    server = await asyncio.to_thread(home.web)
    votes, chat, alone, pauses = (
        Side(server, b'{"type":"%b"' % kind)
        for kind in (b"vote_cast", b"chat_message", b"playback_state", b"playback_state")
    )
    sides = (votes, chat, alone, pauses)

    def hear(client: Client, text: bytes) -> None:
        for side in sides:
            side.hear(client, text)

    clients = await opened(home.port, "/socket", keys, hear)
    for side in sides:
        side.clients = clients
    await asyncio.sleep(1)  # Let the arrivals be told.
    gc.collect()
    gc.freeze()

    rounds = min(max(FEWEST_ROUNDS, DELIVERIES // size), 4 * size)
    for number in range(-3, rounds):
        if number == 0:
            forget_the_warming_up(votes, chat)
        speaker = clients[number % size]
        await votes.say(speaker, vote(song_id, 1 if (number // size) % 2 == 0 else -1))
        await chat.say(speaker, message(f"Round {number} of {size}"))
    for number in range(PAUSES):
        await alone.say(clients[-1], pause_or_play(number))
    for number in range(PAUSES):
        await pause_among_messages(pauses, chat, number)

    report.add(
        size,
        chat.times_ms,
        chat.missed,
        ratio=middle(chat.times_ms) / middle(votes.times_ms),
        cpu_us_per_delivery=chat.micros_per_delivery(),
        vote_p50_ms=middle(votes.times_ms),
        vote_cpu_us_per_delivery=votes.micros_per_delivery(),
        pause_alone_p50_ms=middle(alone.times_ms),
        pause_p50_ms=middle(pauses.times_ms),
        pause_worst_ms=percentile(pauses.times_ms, 100),
        pauses_missed=float(pauses.missed),
    )
    for client in clients:
        client.leave()
    await asyncio.to_thread(server.end)


async def pause_among_messages(pauses: Side, chat: Side, number: int) -> None:
    """Half of the messages are sent before it, half right behind it, each by somebody else."""
    clients = pauses.clients
    speakers = [clients[(number * AT_ONCE + at) % len(clients)] for at in range(AT_ONCE)]
    texts = [message(f"Message {at} of burst {number}") for at in range(AT_ONCE)]
    before, behind = AT_ONCE // 2, range(AT_ONCE // 2, AT_ONCE)
    for at in range(before):
        speakers[at].send(texts[at])
    asyncio.get_running_loop().call_soon(send_all, [(speakers[at], texts[at]) for at in behind])
    await pauses.say(clients[-1], pause_or_play(number))
    await calm_down(chat)


def send_all(messages: list[tuple[Client, bytes]]) -> None:
    for speaker, text in messages:
        speaker.send(text)


async def calm_down(chat: Side) -> None:
    """Until nobody hears anything of the chat any more."""
    last = b""
    for _ in range(int(SECONDS_TO_CALM_DOWN / QUIET_SECONDS)):
        if chat.text == last:
            return
        last = chat.text
        await asyncio.sleep(QUIET_SECONDS)


def pause_or_play(number: int) -> bytes:
    return b'{"type":"pause"}' if number % 2 == 0 else b'{"type":"play"}'


def message(text: str) -> bytes:
    return b'{"type":"send_chat_message","text":"%b"}' % text.encode()


if __name__ == "__main__":
    main()
