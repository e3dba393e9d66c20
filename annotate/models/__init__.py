"""What is stored, in the order in which the work flows."""

from .asking import Answer, Notice, Remark, Ruling
from .codebook import Codebook, CodebookVersion
from .corpus import Article, Event, Membership, Project, Sentence, Source, SourceAlias, Upload
from .guidelines import Guidelines
from .jobs import Job, StoredFigures
from .labelling import Annotation, Assignment, Judgement, Mention, Submission
from .release import Release
from .review import Claim, ClaimGroup, Decision, GroupMember
from .settling import Presence, Regrouping, ReviewItem, SecondLook

__all__ = [
    "Annotation",
    "Answer",
    "Article",
    "Assignment",
    "Claim",
    "ClaimGroup",
    "Codebook",
    "CodebookVersion",
    "Decision",
    "Event",
    "GroupMember",
    "Guidelines",
    "Job",
    "Judgement",
    "Membership",
    "Mention",
    "Notice",
    "Presence",
    "Project",
    "Regrouping",
    "Release",
    "Remark",
    "ReviewItem",
    "Ruling",
    "SecondLook",
    "Sentence",
    "Source",
    "SourceAlias",
    "StoredFigures",
    "Submission",
    "Upload",
]
