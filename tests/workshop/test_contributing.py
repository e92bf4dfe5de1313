"""What CONTRIBUTING.md and the workflows tell people to run: every command of the recipe is run here, on a copy of the guide."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
import time
import tomllib
import urllib.request
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from guide_copy import ROOT, GuideCopy

import embedguide.cli

RECIPE = re.compile(r"^## A new chapter in ten minutes\n(.*?)^## ", re.MULTILINE | re.DOTALL)
COMMANDS = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)
# Programs that a recipe of the Makefile starts and that stand for themselves; the rest installs them.
BIN = ".venv/bin/"


def recipe() -> list[str]:
    """The commands of the recipe in order."""
    section = RECIPE.search((ROOT / "CONTRIBUTING.md").read_text("utf-8"))
    assert section is not None
    return [line for block in COMMANDS.findall(section[1]) for line in block.splitlines()]


def of_make(guide: GuideCopy, *arguments: str) -> list[str]:
    """What ``make <arguments>`` would run, without installing."""
    ran = subprocess.run(["make", "-n", *arguments], cwd=guide.root, capture_output=True, text=True, check=True)
    lines = [line.strip() for line in ran.stdout.splitlines()]
    return [line.removeprefix(BIN) for line in lines if line.startswith(BIN) and " -m pip " not in line]


class Runner:
    """Runs the recipe's commands in a copy, with the Python that runs the tests in place of the one make installs."""

    def __init__(self, guide: GuideCopy) -> None:
        self.guide = guide
        folder = Path(sys.executable).parent
        self.environment = {**guide.environment, "PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}

    def run(self, command: str) -> None:
        words = shlex.split(command)
        if command == "make serve":
            (served,) = of_make(self.guide, "serve")
            self.serve(shlex.split(served))
        elif words[0] == "make":
            for line in of_make(self.guide, *words[1:]):
                self.run(line)
        elif command != ". .venv/bin/activate":
            program = [sys.executable, "-m", "embedguide.cli"] if words[0] == "embedguide" else words[:1]
            ran = subprocess.run(
                [*program, *words[1:]],
                cwd=self.guide.root,
                env=self.environment,
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, f"{command}\n{ran.stdout}\n{ran.stderr}"

    def serve(self, words: list[str]) -> None:
        """Start the preview, read the new page in it, edit it, read it again."""
        assert words == ["embedguide", "serve"]
        command = [sys.executable, "-m", "embedguide.cli", "serve", "--port", "0"]
        running = subprocess.Popen(
            command, cwd=self.guide.root, env=self.environment, stderr=subprocess.PIPE, text=True
        )
        try:
            assert running.stderr is not None
            address = re.search(r"http://\S+", running.stderr.readline())
            assert address is not None
            for line in running.stderr:
                if line.startswith("up to date"):
                    break
            page = self.guide.root / "docs/chapters/row-lengths.md"
            url = f"{address[0]}chapters/row-lengths/"
            assert "Are the\nrows all of one length?" in read(url)
            page.write_text(page.read_text().replace("Guess, then look.", "Guess first."))
            waited = time.monotonic() + 60
            while "Guess first." not in read(url):
                assert time.monotonic() < waited
                time.sleep(0.1)
        finally:
            running.terminate()
            running.communicate()


def read(url: str) -> str:
    with urllib.request.urlopen(url) as answer:
        return answer.read().decode()


@pytest.mark.real
def test_every_command_of_the_recipe_works_in_its_order(tmp_path: Path) -> None:
    guide = GuideCopy(tmp_path / "guide")
    for arguments in (
        ["init", "-q"],
        ["add", "-A"],
        ["-c", "user.name=A", "-c", "user.email=a@b.c", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", *arguments], cwd=guide.root, check=True, capture_output=True)
    commands = recipe()
    assert "make serve" in commands and "python scripts/build.py new row-lengths" in commands
    runner = Runner(guide)
    for command in commands:
        runner.run(command)
    index = json.loads(guide.read("docs/assets/results/index.json"))["results"]
    assert {entry["name"] for entry in index if entry["chapter"] == "row-lengths"} == {"lengths", "mean-length"}
    assert "row-lengths/mean-length" in guide.read("site/report.html")
    assert "- Row lengths: chapters/row-lengths.md" in guide.read("mkdocs.yml")


def test_what_the_recipe_needs_is_installed_by_its_first_command(tmp_path: Path) -> None:
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text("utf-8"))
    for name in ("pyproject.toml", "constraints.txt"):
        (tmp_path / name).touch()
    first = recipe()[0]
    assert first.startswith("make ")
    ran = subprocess.run(["make", "-n", *first.split()[1:]], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "'.[compute]'" in ran.stdout and "'.[test]'" in ran.stdout, "scripts and tests are run right after"


def test_what_is_pinned_installs_on_the_oldest_python_that_is_promised() -> None:
    oldest = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["requires-python"].removeprefix(
        ">="
    )
    pins = re.findall(r"^([\w.-]+)==(.+)$", (ROOT / "constraints.txt").read_text("utf-8"), re.MULTILINE)
    installed = {distribution.name.lower(): distribution for distribution in metadata.distributions()}
    needed = {}
    for name, version in pins:
        found = installed.get(name.lower())
        if found and found.version == version:
            needed[name] = re.findall(r">=?\s*([\d.]+)", found.metadata["Requires-Python"] or "")
    assert len(needed) > 50, "most pins are installed here"
    later = {name: needs for name, needs in needed.items() if any(parts(need) > parts(oldest) for need in needs)}
    assert not later, f"Debian 12 has Python 3.11.2: {later}"


def parts(version: str) -> tuple[int, ...]:
    """The numbers of a version, without zeros at its end."""
    return tuple(map(int, re.sub(r"(\.0)+$", "", version).split(".")))


WORKFLOWS = {path.name: yaml.safe_load(path.read_text("utf-8")) for path in (ROOT / ".github/workflows").glob("*.yml")}


def steps_of(workflow: dict) -> list[dict]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize(
    ("name", "command"),
    [
        (name, line)
        for name, w in sorted(WORKFLOWS.items())
        for s in steps_of(w)
        for line in s.get("run", "").splitlines()
    ],
)
def test_workflows_run_what_there_is(name: str, command: str) -> None:
    words = shlex.split(command)
    if words[0] == "make":
        assert words[1] in targets()
        settings = [word.partition("=")[0] for word in words[2:]]
        assert all(re.search(rf"^{s} \?=", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE) for s in settings)
    elif words[0] == "cat":
        assert words[1] in (ROOT / "Makefile").read_text("utf-8"), "no target writes it"
    else:
        assert os.access(ROOT / words[0], os.X_OK), f"{name}: {command}"
        inner = re.findall(r"^make ([a-z]+)", (ROOT / words[0]).read_text("utf-8"), re.MULTILINE)
        assert inner and set(inner) <= targets()


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_workflows_may_do_little_and_run_what_was_read(name: str) -> None:
    workflow = WORKFLOWS[name]
    assert workflow["permissions"] == {"contents": "read"}
    assert "pull_request_target" not in workflow[True], "YAML reads `on` as true; a fork's code must not see secrets"
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] and job.get("permissions", {}).keys() <= {"pages", "id-token"}
    text = (ROOT / ".github/workflows" / name).read_text("utf-8")
    used = re.findall(r"uses: (.*)", text)
    assert used and all(re.fullmatch(r"actions/[a-z-]+@[0-9a-f]{40} # v[\d.]+", action) for action in used), used
    assert not re.search(r"run: .*\$\{\{", text), "what others write must not become a command"
    for step in steps_of(workflow):
        if step.get("uses", "").startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("name", sorted(WORKFLOWS))
def test_workflows_cache_and_upload_what_there_is(name: str) -> None:
    written = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    for step in steps_of(WORKFLOWS[name]):
        given = step.get("with", {})
        for pattern in re.findall(r"'([^']+)'", str(given.get("key", ""))):
            assert list(ROOT.glob(pattern)), pattern
        for path in given.get("cache-dependency-path", "").split():
            assert (ROOT / path).is_file()
        if "upload" in step.get("uses", ""):
            assert all(f"{path}/" in written for path in given["path"].split())


def test_results_are_verified_every_week() -> None:
    workflow = WORKFLOWS["verify.yml"]
    assert [entry["cron"].split()[2:] for entry in workflow[True]["schedule"]] == [["*", "*", "1"]]
    assert "make verify" in [step.get("run") for step in steps_of(workflow)]


def test_commands_in_the_text_exist() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8") + (ROOT / "README.md").read_text("utf-8")
    for command in re.findall(r"`embedguide ([a-z]+)", text):
        assert command in embedguide.cli.main.commands
    for target in re.findall(r"`make ([a-z]+)", text):
        assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)


@pytest.mark.parametrize("path", sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml")), ids=lambda p: p.name)
def test_issue_forms_are_forms(path: Path) -> None:
    form = yaml.safe_load(path.read_text("utf-8"))
    if path.name == "config.yml":
        assert form == {"blank_issues_enabled": True}
        return
    assert {"name", "description", "body"} <= form.keys()
    ids = [field["id"] for field in form["body"]]
    assert len(ids) == len(set(ids))
    assert all(field["attributes"]["label"] for field in form["body"])
