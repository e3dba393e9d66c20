"""What is stored, in the order in which the work flows."""

from .codebook import Codebook, CodebookVersion
from .corpus import Article, Event, Membership, Project, Sentence, Source, SourceAlias, Upload
from .jobs import Job, StoredFigures
from .labelling import Annotation, Assignment, Judgement, Mention, Submission
from .release import Release
from .review import Claim, ClaimGroup, Decision, GroupMember

__all__ = [
    "Annotation",
    "Article",
    "Assignment",
    "Claim",
    "ClaimGroup",
    "Codebook",
    "CodebookVersion",
    "Decision",
    "Event",
    "GroupMember",
    "Job",
    "Judgement",
    "Membership",
    "Mention",
    "Project",
    "Release",
    "Sentence",
    "Source",
    "SourceAlias",
    "StoredFigures",
    "Submission",
    "Upload",
]
