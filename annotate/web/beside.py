"""What stands beside the sentences of an annotator's article: the annotator's own remarks with
their answers, and why the article was sent back.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from uuid import UUID

from ..models import Assignment, Notice, Remark, Ruling

Beside = dict[UUID, "Said"]


@dataclass(slots=True)
class Said:
    """What was said of one sentence, each in the order in which it was said."""

    remarks: list[Remark] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)


def told(assignment: Assignment) -> tuple[Beside, dict[str, object]]:
    """For the page of one's own assignment: what was said by sentence, and for its templates the
    `notice` why the article is back, if it is, and the `rulings` that hold. Five queries however
    much there is.
    """
    notices = list(
        Notice.objects.filter(assignment=assignment, what=Notice.What.SENT_BACK).newest_first()
    )
    remarks = Remark.objects.filter(assignment=assignment).with_answers().oldest_first()
    is_back = assignment.state == Assignment.State.REOPENED
    return by_sentence(remarks, reversed(notices)), {
        "notice": notices[0] if notices and is_back else None,
        "rulings": list(Ruling.objects.filter(project=assignment.project_id).standing()),
    }


def by_sentence(remarks: Iterable[Remark], notices: Iterable[Notice] = ()) -> Beside:
    """The sentences of which something was said, by id."""
    beside: Beside = {}
    for remark in remarks:
        beside.setdefault(remark.sentence_id, Said()).remarks.append(remark)
    for notice in notices:
        for sentence in notice.sentences.all():
            beside.setdefault(sentence.pk, Said()).notices.append(notice)
    return beside
