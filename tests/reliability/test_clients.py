"""The contract in the hands of its clients: a typed TypeScript client of every operation, and generated requests."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.support.serving import KINERJA, ROOT, environment, running

TOOLS = ROOT / "tools" / "contract" / "node_modules"
CONTRACT = json.loads((ROOT / "openapi" / "openapi.json").read_text("utf-8"))
PASSWORD = "sandi-penguji-2026"
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)


@pytest.fixture(scope="module", autouse=True)
def _tools() -> None:
    """The linters' folder holds the TypeScript tools as well; `make check` installs the same."""
    subprocess.run(["/usr/bin/env", "make", "--silent", "tools/contract/node_modules/.installed"], cwd=ROOT, check=True)


def node(*command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        check=False,
        args=[str(TOOLS / ".bin" / command[0]), *command[1:]],
        cwd=cwd,
        env=os.environ | {"PATH": path},
        capture_output=True,
        text=True,
        timeout=300,
    )


def calls(document: dict[str, Any]) -> Iterator[str]:
    """One typed call per operation."""
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            yield _call(path, method, operation)


def _call(path: str, method: str, operation: dict[str, Any]) -> str:
    where = f'paths["{path}"]["{method}"]'
    options = []
    if operation.get("parameters"):
        options.append(f'params: {{}} as {where}["parameters"]')
    body = operation.get("requestBody", {}).get("content", {})
    if body:
        kind = next(iter(body))
        options.append(f'body: {{}} as NonNullable<{where}["requestBody"]>["content"]["{kind}"]')
    arguments = f", {{ {', '.join(options)} }}" if options else ""
    return f'export const {operation["operationId"]} = () => client.{method.upper()}("{path}"{arguments});'


def write_client(folder: Path, document: dict[str, Any]) -> None:
    (folder / "openapi.json").write_text(json.dumps(document))
    made = node("openapi-typescript", "openapi.json", "-o", "api.d.ts", "--alphabetize", "--immutable", cwd=folder)
    assert made.returncode == 0, made.stderr
    lines = [
        'import createClient from "openapi-fetch";',
        'import type { paths, components } from "./api.js";',
        'const client = createClient<paths>({ baseUrl: "http://127.0.0.1" });',
        *calls(document),
        "type Result = components['schemas']['Result'];",
        "export const read = (result: Result): [number | null, string, string | undefined] =>",
        "  [result.overall, result.status, result.strengths[0]];",
    ]
    (folder / "client.ts").write_text("\n".join(lines))
    (folder / "node_modules").symlink_to(TOOLS)


def compile_client(folder: Path) -> subprocess.CompletedProcess[str]:
    options = "--strict --noEmit --noUncheckedIndexedAccess --exactOptionalPropertyTypes --skipLibCheck"
    modules = "--module nodenext --moduleResolution nodenext --target es2022 --lib es2022,dom"
    return node("tsc", *options.split(), *modules.split(), "client.ts", cwd=folder)


def test_a_strict_client_of_every_operation_compiles(tmp_path: Path) -> None:
    write_client(tmp_path, CONTRACT)
    done = compile_client(tmp_path)
    assert done.returncode == 0, done.stdout
    assert "unknown" not in result_shape(tmp_path)


def result_shape(folder: Path) -> str:
    text = (folder / "api.d.ts").read_text()
    return text.split("Result: {")[1].split("\n        };")[0]


def test_a_client_notices_a_property_that_is_gone(tmp_path: Path) -> None:
    document = json.loads(json.dumps(CONTRACT))
    result = document["components"]["schemas"]["Result"]
    del result["properties"]["overall"]
    result["required"].remove("overall")
    write_client(tmp_path, document)
    done = compile_client(tmp_path)
    assert done.returncode != 0
    assert "overall" in done.stdout


def test_generated_requests_meet_only_what_the_contract_promises(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with running(folder, KINERJA_ADMIN_USERNAME="penguji", KINERJA_ADMIN_PASSWORD=PASSWORD) as url:
        minted = subprocess.run(
            [*KINERJA, "token", "--username", "penguji"],
            cwd=ROOT,
            env=environment(folder),
            capture_output=True,
            text=True,
            check=True,
        )
        command = [str(Path(sys.executable).parent / "st"), "run", f"{url}/openapi.json"]
        command += ["-H", f"Authorization: Bearer {minted.stdout.strip()}", "--phases", "examples,coverage,fuzzing"]
        command += ["--checks", ",".join(CHECKS), "--max-examples", "15", "--seed", "20261124", "--workers", "1"]
        command += ["--continue-on-failure", "--request-timeout", "20"]
        done = subprocess.run(command, check=False, cwd=tmp_path, capture_output=True, text=True, timeout=900)
    assert done.returncode == 0, done.stdout.partition(" FAILURES ")[2][:6000] or done.stdout[-6000:]
