"""Large or many-part mails are read in a child process that can be stopped; small ones where we are.

A child with limits is the only way to bound time and memory of a parser from outside. It is started afresh (no
fork), because this process has threads; it talks over pipes and holds no file or socket of ours.
"""

import re
import resource
import subprocess
import sys
from pathlib import Path

from daemon.child_environment import child_environment
from daemon.reading.mail import Mail, QuarantineCause, Unreadable
from daemon.reading.message import read
from daemon.reading.ours import Ours
from daemon.reading.wire import pack_answer, pack_order, unpack_answer, unpack_order
from daemon.settings import LimitSettings

_BOUNDARY = re.compile(rb"^--\S", re.MULTILINE)
_START_SECONDS = 10  # what a child may need to start on a busy machine, beyond the limit for its work


def read_safely(raw: bytes, limits: LimitSettings, own: Ours) -> Mail:
    """The same as `read`, with `limits.seconds` and `limits.memory_mb` enforced for mails above the stated sizes."""
    return _read_apart(raw, limits, own) if needs_isolation(raw, limits) else read(raw, limits, own)


def needs_isolation(raw: bytes, limits: LimitSettings) -> bool:
    """Whether a mail is so large, or has so many parts, that it is read in a child process."""
    if len(raw) > limits.isolate_above_kb << 10:
        return True
    # A multipart with n parts has n + 1 separator lines; more of anything else only costs a needless child.
    return raw.count(b"\n--") > limits.isolate_above_parts and len(_BOUNDARY.findall(raw)) > limits.isolate_above_parts


def _read_apart(raw: bytes, limits: LimitSettings, own: Ours) -> Mail:
    order = pack_order(raw, limits, own)
    command = [sys.executable, "-c", "from daemon.reading.isolation import _child; _child()"]
    try:
        done = subprocess.run(
            command,
            input=order,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=limits.seconds + _START_SECONDS,
            cwd=Path(__file__).parents[2],
            env=child_environment(),
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(QuarantineCause.TIME, f"reading took longer than {limits.seconds:g} seconds") from None
    answer = unpack_answer(done.stdout) if done.returncode == 0 else None
    if isinstance(answer, Mail):
        return answer
    if isinstance(answer, str):
        raise Unreadable(QuarantineCause.of(answer), answer.partition(": ")[2])
    raise Unreadable(
        QuarantineCause.TIME, f"reading took more than {limits.seconds:g} seconds or {limits.memory_mb} MB"
    )


def _child() -> None:
    """The child's work: limits first, then one mail from stdin, its reading to stdout."""
    raw, limits, own = unpack_order(sys.stdin.buffer.read())
    memory = limits.memory_mb << 20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    seconds = max(1, round(limits.seconds))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    answer: Mail | str
    try:
        answer = read(raw, limits, own)
    except Unreadable as error:
        answer = error.reason
    sys.stdout.buffer.write(pack_answer(answer))
