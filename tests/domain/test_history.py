"""What can be undone and redone is told from the line of revisions alone."""

from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.domain.history import History, Step, history

SENTENCES = [UUID(int=number) for number in range(1, 4)]
MOVES = st.lists(st.sampled_from(["undo", "redo", *SENTENCES]), max_size=40)


@dataclass
class Work:
    """Somebody at work. A state is the number of the save that made it, 0 the unread sentence."""

    steps: list[Step] = field(default_factory=list)

    def history(self) -> History:
        return history(self.steps)

    def save(self, sentence: UUID, restores: int | None = None) -> None:
        number = 1 + sum(step.sentence == sentence for step in self.steps)
        self.steps.append(Step(uuid4(), sentence, number, restores))

    def undo(self) -> None:
        if done := self.history().done:
            self.save(done[-1].sentence, done[-1].before)

    def redo(self) -> None:
        if undone := self.history().undone:
            self.save(undone[-1].sentence, undone[-1].after)

    def do(self, move: str | UUID) -> None:
        if isinstance(move, UUID):
            self.save(move)
        else:
            {"undo": self.undo, "redo": self.redo}[move]()

    def shown(self) -> dict[UUID, int]:
        return {s.sentence: s.number if s.restores is None else s.restores for s in self.steps}


def at_work(moves: list[str | UUID]) -> Work:
    work = Work()
    for move in moves:
        work.do(move)
    return work


@given(MOVES)
def test_undo_then_redo_changes_nothing(moves: list[str | UUID]) -> None:
    work = at_work(moves)
    shown, past = work.shown(), work.history()
    if past.done:
        work.undo()
        assert work.shown() != shown
        work.redo()
    assert (work.shown(), work.history()) == (shown, past)


@given(MOVES)
def test_every_state_is_one_that_was_saved_or_the_unread_sentence(moves: list[str | UUID]) -> None:
    work = at_work(moves)
    saved = {(step.sentence, step.number) for step in work.steps if step.restores is None}
    assert all(number == 0 or (s, number) in saved for s, number in work.shown().items())


@given(MOVES)
def test_undone_to_the_end_nothing_was_read_and_redone_all_stands_again(
    moves: list[str | UUID],
) -> None:
    work = at_work([move for move in moves if isinstance(move, UUID)])
    shown, changes = work.shown(), len(work.history().done)
    for _ in range(changes):
        work.undo()
    assert set(work.shown().values()) <= {0}
    for _ in range(changes):
        work.redo()
    assert work.shown() == shown


@pytest.mark.parametrize(
    ("moves", "done", "undone"),
    [
        ([], [], []),
        ([SENTENCES[0], SENTENCES[1]], [0, 1], []),
        ([SENTENCES[0], SENTENCES[1], "undo"], [0], [1]),
        ([SENTENCES[0], SENTENCES[1], "undo", "undo"], [], [1, 0]),
        ([SENTENCES[0], "undo", SENTENCES[1]], [1], []),
        ([SENTENCES[0], SENTENCES[0], "undo", "redo"], [0, 0], []),
    ],
)
def test_the_last_change_comes_first_and_a_new_one_ends_what_could_be_redone(
    moves: list[str | UUID], done: list[int], undone: list[int]
) -> None:
    past = at_work(moves).history()
    assert [SENTENCES.index(each.sentence) for each in past.done] == done
    assert [SENTENCES.index(each.sentence) for each in past.undone] == undone
