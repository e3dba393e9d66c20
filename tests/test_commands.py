"""The README's commands do what it says, in a fresh clone of what is committed."""

import re
import shutil
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BLOCKS = re.findall(r"^```sh\n(.*?)^```", (ROOT / "README.md").read_text(), re.M | re.S)
LINES = [line for block in BLOCKS for line in block.splitlines()]
COMMANDS = [line for line in LINES if line.startswith("make ")]
AT_A_TERMINAL = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"
SEARCHED = {"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}  # nothing else is set
PATIENCE = 180  # seconds after which a command that hangs is killed


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone that borrows the packages of this environment, as if it had just installed them."""
    if not (ROOT / ".git").exists():
        pytest.skip("this copy of the project is not a clone, so it cannot be cloned")
    clone = tmp_path / "isnad"
    subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
    environment = clone / ".venv"
    environment.mkdir()
    for part in ("bin", "lib", "pyvenv.cfg"):
        (environment / part).symlink_to(Path(sys.prefix) / part)
    (environment / "runtime.stamp").touch()
    return clone


@pytest.fixture
def port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


@pytest.fixture
def demo(clone: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    """The README's first command, typed at a terminal."""
    process = subprocess.Popen(
        [sys.executable, "-c", AT_A_TERMINAL, *COMMANDS[0].split()],
        cwd=clone,
        env=SEARCHED | {"PORT": str(port)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    end = threading.Timer(PATIENCE, process.kill)
    end.start()
    with process:
        yield process
        process.kill()  # closes its terminal, which stops the server too
    end.cancel()


def test_make_run_serves_the_demo_until_ctrl_c(
    demo: subprocess.Popen[str], clone: Path, port: int
) -> None:
    assert demo.stdin
    assert demo.stdout
    address = f"http://127.0.0.1:{port}/"
    shown = next((line for line in demo.stdout if address in line), "the address was never shown")
    assert address in shown
    with urllib.request.urlopen(address) as page:
        assert page.status == 200
    for line in (line for line in LINES if line not in COMMANDS):
        done = subprocess.run(
            ["/bin/sh", "-c", line],
            cwd=clone,
            env=SEARCHED,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"
    demo.stdin.write("\x03")
    demo.stdin.flush()
    assert demo.wait(PATIENCE) == 0
    assert (clone / "var" / "isnad.sqlite3").exists()


def test_a_taken_port_is_told_in_a_sentence() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = subprocess.run(
            [sys.executable, "-m", "config.serve"],
            cwd=ROOT,
            env={
                "DEMO": "1",
                "DATA_DIR": "var/tests",
                "PORT": str(taken.getsockname()[1]),
                "PYTHONWARNINGS": "ignore",  # no static files were collected for this one
            },
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 1
    assert re.fullmatch(r"Isnad cannot serve on .* Try another: PORT=8001\n", done.stderr)


def test_a_machine_without_python_is_told_what_to_install(tmp_path: Path) -> None:
    shell = shutil.which("sh")
    assert shell
    done = subprocess.run(
        [shell, ROOT / ".ci" / "install", "requirements.txt"],
        cwd=tmp_path,
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr.count("apt install python3 python3-venv")) == (1, 1)


def test_the_build_machine_runs_the_readmes_test_command() -> None:
    assert COMMANDS == ["make run", "make test"]
    assert "make test" in (ROOT / ".ci" / "run").read_text().splitlines()


def test_what_readme_and_build_machine_make_is_in_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    told = (ROOT / "README.md").read_text() + (ROOT / ".ci" / "run").read_text()
    assert set(re.findall(r"\bmake ([a-z]+)\b", told)) <= targets
