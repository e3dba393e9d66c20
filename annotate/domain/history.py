"""What can be undone and redone of a piece of work, told from its revisions alone.

Revisions of all sentences of an article stand in one line. An undo is a revision too: it restores
an earlier state of its sentence. So what can be undone needs no memory but the line itself, and is
the same after a reload and on another machine.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Step:
    """A revision: `number` counts those of its sentence from 1; `restores` is the number of the
    revision whose state it brought back (0: the sentence not read), None for a change.
    """

    revision: UUID
    sentence: UUID
    number: int
    restores: int | None


@dataclass(frozen=True, slots=True)
class Change:
    """What a revision did to a sentence: `before` and `after` are the numbers of the revisions that
    hold these states, 0 for the sentence not read.
    """

    revision: UUID
    sentence: UUID
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class History:
    """The changes that stand and those taken back; the last of each comes first to undo or redo."""

    done: tuple[Change, ...]
    undone: tuple[Change, ...]


def history(steps: Iterable[Step]) -> History:
    """Read the line of revisions, oldest first.

    A revision that restores what stood before the last change is its undo; one that restores what
    the last undone change had made is its redo. Anything else is a change, after which nothing can
    be redone.
    """
    shown: dict[UUID, int] = {}
    done: list[Change] = []
    undone: list[Change] = []
    for step in steps:
        after = step.number if step.restores is None else step.restores
        change = Change(step.revision, step.sentence, shown.get(step.sentence, 0), after)
        if step.restores is not None and done and _undoes(change, done[-1]):
            undone.append(done.pop())
        elif step.restores is not None and undone and _redoes(change, undone[-1]):
            done.append(undone.pop())
        else:
            done.append(change)
            undone.clear()
        shown[step.sentence] = after
    return History(tuple(done), tuple(undone))


def _undoes(change: Change, last: Change) -> bool:
    return change.sentence == last.sentence and change.after == last.before


def _redoes(change: Change, last: Change) -> bool:
    return change.sentence == last.sentence and change.after == last.after
