"""The page's own files, as a browser asks for them."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

from andre.web.static_files import leave_out_comments

pytestmark = pytest.mark.storeless
SOURCES = sorted((settings.BASE_DIR / "static/js").rglob("*.js"))
PATH = "/static/js/core/format.js"
TEXT = (settings.BASE_DIR / PATH.lstrip("/")).read_bytes()


@pytest.fixture(scope="module")
def collected(tmp_path_factory) -> Path:
    """What a server that is open to others sends."""
    folder = tmp_path_factory.mktemp("static")
    hashed = {"BACKEND": "andre.web.static_files.HashedModuleStorage"}
    with override_settings(STATIC_ROOT=folder, STORAGES={"staticfiles": hashed}):
        call_command("collectstatic", interactive=False, verbosity=0)
    return folder


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


# H23
@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_text_of_several_lines_has_one_that_looks_like_a_comment(path):
    texts = re.findall(rb"`[^`]*`", path.read_bytes())

    assert [text for text in texts if re.search(rb"\n[ \t]*//", text)] == []


# H23
def test_code_keeps_what_only_looks_like_a_comment():
    source = b'// Why.\nconst a = "https://x"; // Beside.\n  // Indented.\nconst b = 4 / 2;\n'

    assert leave_out_comments("js/a.js", source) == (
        b'const a = "https://x"; // Beside.\nconst b = 4 / 2;\n'
    )
    assert leave_out_comments("css/a.css", b"/* Why,\n   long. */\na { b: c; } /* d */\n") == (
        b"a { b: c; } /* d */\n"
    )
    assert leave_out_comments("img/a.svg", b"// not ours\n") == b"// not ours\n"


def test_collected_modules_import_hashed_modules_only(collected):
    ours = [path for path in (collected / "js").rglob("*.js") if is_hashed(path.name)]

    assert ours
    assert [str(path) for path in ours if not all(map(is_hashed, imports_of(path)))] == []


def imports_of(path: Path) -> list[str]:
    return re.findall(r'(?:\bfrom|\bimport)\s*\(?\s*"(\.[^"]+)"', path.read_text())


def is_hashed(name: str) -> bool:
    return bool(re.search(r"\.[0-9a-f]{12}\.js$", name))


def test_only_what_a_page_asks_for_is_collected_and_compressed(collected):  # H28
    names = {str(path.relative_to(collected)) for path in collected.rglob("*") if path.is_file()}

    assert any("swagger-ui-bundle" in name and name.endswith(".js.br") for name in names)
    assert [name for name in names if "redoc" in name or name.startswith("rest_framework")] == []
    assert [name for name in names if name.endswith((".map.br", ".map.gz"))] == []
    assert "css/tokens.css" in names
    assert "css/tokens.css.br" not in names  # Nobody asks for it by this name.
