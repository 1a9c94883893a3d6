"""The page's own files, as a browser asks for them."""

from django.conf import settings

PATH = "/static/js/format.js"
TEXT = (settings.BASE_DIR / PATH.lstrip("/")).read_bytes()


def test_a_file_is_sent_whole(client):
    answer = client.get(PATH)

    assert not answer.streaming
    assert answer.content == TEXT
    assert int(answer["Content-Length"]) == len(TEXT)
    assert answer["Content-Type"].startswith("text/javascript")


def test_what_the_browser_has_is_not_sent_again(client):
    known = client.get(PATH)["ETag"]

    again = client.get(PATH, headers={"If-None-Match": known})

    assert (again.status_code, again.content) == (304, b"")


def test_of_a_file_one_may_ask_the_length_or_a_part(client):
    head, part = client.head(PATH), client.get(PATH, headers={"Range": "bytes=2-5"})

    assert (head.content, int(head["Content-Length"])) == (b"", len(TEXT))
    assert (part.status_code, part.content) == (206, TEXT[2:6])
