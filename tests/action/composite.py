"""Runs a composite action as GitHub does, as far as ours needs it.

Given inputs are data and never expanded again. Each step's ``run`` is a script of its own for bash, in an
environment that holds what GitHub sets and the step's ``env``. Anything in action.yml that is not known here
is an error, so that action.yml stays as simple as this.
"""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

_EXPRESSION = re.compile(r"\$\{\{\s*(\S+?)\s*\}\}")
_STEP_KEYS = {"name", "id", "shell", "working-directory", "env", "run"}


@dataclass
class Job:
    """What came of a run: exit code, the log, outputs by name, the job's summary."""

    code: int
    log: str
    outputs: dict[str, str] = field(default_factory=dict)
    summary: str = ""


class Runner:
    """One job on a runner; ``folder`` is the checkout, ``temporary`` the runner's own folder."""

    def __init__(
        self, action: Path, folder: Path, temporary: Path, environment: Mapping[str, str]
    ) -> None:
        self.action = action
        self.folder = folder
        self.temporary = temporary
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(temporary),
            "RUNNER_TEMP": str(temporary),
            "GITHUB_ACTIONS": "true",
            "GITHUB_WORKSPACE": str(folder),
            "GITHUB_ACTION_PATH": str(action),
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_REPOSITORY": "reader/list",
            "GITHUB_EVENT_NAME": "schedule",
            "GIT_CONFIG_NOSYSTEM": "1",
            **environment,
        }

    def run(self, *, skip: frozenset[str] = frozenset(), token: str = "", **given: str) -> Job:
        """Run the action's steps but those called ``skip``; inputs are named with ``_`` for ``-``."""
        described = yaml.safe_load((self.action / "action.yml").read_text("utf-8"))
        inputs = self._inputs(
            described["inputs"],
            {name.replace("_", "-"): value for name, value in given.items()},
            token,
        )
        job = Job(0, "")
        steps: dict[str, dict[str, str]] = {}
        for step in described["runs"]["steps"]:
            assert set(step) <= _STEP_KEYS, f"unknown to this runner: {set(step) - _STEP_KEYS}"
            if step["name"] in skip:
                continue
            code, log, outputs, summary = self._step(step, inputs)
            job.code, job.log, job.summary = code, job.log + log, job.summary + summary
            steps[step.get("id", "")] = outputs
            if code:
                break
        for name, output in described["outputs"].items():
            match = re.fullmatch(r"\$\{\{ steps\.([\w-]+)\.outputs\.([\w-]+) \}\}", output["value"])
            assert match, output
            job.outputs[name] = steps.get(match[1], {}).get(match[2], "")
        return job

    def _inputs(
        self, known: Mapping[str, Any], given: Mapping[str, str], token: str
    ) -> dict[str, str]:
        assert set(given) <= set(known), set(given) - set(known)
        values = {
            name: self._expand(str(each.get("default", "")), {}, token)
            for name, each in known.items()
        }
        return {**values, **given}

    def _expand(self, text: str, inputs: Mapping[str, str], token: str = "") -> str:
        def value(found: re.Match[str]) -> str:
            match found[1].split("."):
                case ["inputs", name]:
                    return inputs[name]
                case ["github", "token"]:
                    return token
                case ["github", "action_path"]:
                    return str(self.action)
            raise AssertionError(f"unknown to this runner: {found[0]}")

        return _EXPRESSION.sub(value, text)

    def _step(
        self, step: Mapping[str, Any], inputs: Mapping[str, str]
    ) -> tuple[int, str, dict[str, str], str]:
        assert step["shell"] == "bash"
        assert "${{" not in step["run"], "an expression inside a script is an injection"
        output, summary = self.temporary / "output", self.temporary / "summary"
        script = self.temporary / "step.sh"
        output.write_text("")
        summary.write_text("")
        script.write_text(step["run"])
        own = {
            name: self._expand(str(value), inputs) for name, value in step.get("env", {}).items()
        }
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)],
            cwd=self.folder / self._expand(step.get("working-directory", "."), inputs),
            env={
                **self.environment,
                **own,
                "GITHUB_OUTPUT": str(output),
                "GITHUB_STEP_SUMMARY": str(summary),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return (
            done.returncode,
            done.stdout,
            read_outputs(output.read_text("utf-8")),
            summary.read_text("utf-8"),
        )


def read_outputs(text: str) -> dict[str, str]:
    """Read a file of outputs: ``name=value``, or ``name<<MARK``, lines, ``MARK``."""
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, is_long, mark = line.partition("<<")
        if not is_long:
            name, _, found[name] = line.partition("=")
            continue
        value = []
        for inner in lines:
            if inner == mark:
                break
            value.append(inner)
        found[name] = "\n".join(value)
    return found
