"""What a machine can hold of the files around the code: configuration that parses, locks that
install by themselves, files that never leave this machine."""

import ast
import re
import subprocess
import sys
from collections.abc import Hashable
from fnmatch import fnmatch
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
OURS = ("andre", "nests", "player", "bender", "tests", "bench")
MERGE = "tag:yaml.org,2002:merge"


def tracked(*patterns: str) -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.split("\n") if name and (ROOT / name).exists()]


# YAML


class StrictLoader(yaml.SafeLoader):
    """Refuses a mapping that names a key twice, as compose and other strict parsers do."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if key_node.tag == MERGE:  # Its keys are defaults, and ours may stand beside them.
                continue
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{key} is named twice", key_node.start_mark
                )
            seen.add(key)
        return super().construct_mapping(node, deep)


@pytest.mark.parametrize("path", tracked("*.yml", "*.yaml"), ids=lambda path: path.name)
def test_every_yaml_file_names_each_key_once(path):
    # H14
    assert yaml.load(path.read_text(), Loader=StrictLoader)


def test_the_strict_loader_refuses_a_key_that_is_named_twice():
    with pytest.raises(yaml.constructor.ConstructorError, match="a is named twice"):
        yaml.load("{a: 1, b: 2, a: 3}", Loader=StrictLoader)


# What stays on the machine


@pytest.mark.parametrize("name", [".env", ".env.local", "music/a.flac", ".andre/andre.sqlite3"])
def test_what_belongs_to_one_machine_is_in_no_commit_and_no_image(name):
    # H14
    ignored = subprocess.run(["git", "check-ignore", "--quiet", "--no-index", name], cwd=ROOT)

    assert ignored.returncode == 0
    assert is_left_out_of_the_image(name)


def is_left_out_of_the_image(name: str) -> bool:
    patterns = (ROOT / ".dockerignore").read_text().split()
    first = name.partition("/")[0]
    return any(fnmatch(part, pattern) for pattern in patterns for part in (name, first))


# Dependencies


@pytest.mark.parametrize("lock", ["base", "dev"])
def test_a_lock_pins_everything_it_names_with_hashes(lock):
    # G1
    text = (ROOT / f"requirements/{lock}.txt").read_text()
    pinned = re.findall(r"^([\w.-]+)==\S+ \\\n    --hash=sha256:", text, re.MULTILINE)

    named = re.findall(r"^([A-Za-z][\w.-]*)", text, re.MULTILINE)

    assert sorted(pinned) == sorted(named)


@pytest.mark.parametrize("lock", ["base", "dev"])
def test_a_lock_holds_every_package_its_list_names(lock):
    wanted = re.findall(r"^([\w.-]+)(?:\[.*\])?(==\S+)", listed(lock), re.MULTILINE)
    locked = (ROOT / f"requirements/{lock}.txt").read_text().lower()

    assert [name for name, pin in wanted if f"\n{name.lower()}{pin} \\" not in locked] == []


def test_every_package_that_is_imported_is_listed():
    distributions = packages_distributions()
    names = {normalized(name) for name in re.findall(r"^[\w.-]+", listed("base", "dev"), re.M)}

    unlisted = {
        module
        for module in imported_modules()
        if module not in sys.stdlib_module_names
        and not names & {normalized(name) for name in distributions.get(module, [])}
    }

    assert unlisted == set(OURS)


def listed(*lists: str) -> str:
    return "\n".join((ROOT / f"requirements/{name}.in").read_text() for name in lists)


def normalized(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported_modules() -> set[str]:
    found = set()
    for path in tracked(*(f"{name}/*.py" for name in OURS)):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                found |= {alias.name.partition(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                found.add(node.module.partition(".")[0])
    return found
