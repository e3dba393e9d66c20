"""The shapes of what goes in and out; names are the words of the data model."""

from typing import Any

from rest_framework import serializers

from ..domain.decoding import ARTICLE_FIELDS, MAX_CHARACTERS
from ..domain.judgement import AnnotationDraft, JudgementDraft
from ..exchange.articles import LENGTHS
from ..models import Article, Assignment, Event, Judgement, Release, Sentence, Source, Submission
from ..workflow.labelling import LONGEST_SITTING
from .strict import Answer, Answers, PublicId, Strict, Text, Whole

MOST = 500  # spans, links or annotations in one sentence


def _known_of(field: str) -> Text:
    limit = LENGTHS.get(field)
    return Text(required=False, allow_blank=True, allow_null=True, max_length=limit)


class ArticleIn(serializers.Serializer[Any]):
    """An article to be taken in. `published` is YYYY-MM-DD, YYYY-MM or YYYY.

    This is what the schema says of it. It is read by the rules of a line of a `.jsonl` file: white
    space around a value other than `text` is taken off, and null is the same as ''.
    """

    text = Text(max_length=MAX_CHARACTERS)
    external_id = _known_of("external_id")
    title = _known_of("title")
    language = _known_of("language")
    publisher = _known_of("publisher")
    author_name = _known_of("author_name")
    url = _known_of("url")
    published = _known_of("published")
    licence_note = _known_of("licence_note")


class ArticleHead(serializers.ModelSerializer[Article]):
    """An article in a list. `published` is as precise as it is known."""

    publisher = serializers.CharField(allow_null=True, read_only=True)
    published = serializers.CharField(source="published_text", read_only=True)

    class Meta:
        model = Article
        fields = ["id", *ARTICLE_FIELDS, "direction", "sha256", "version", "created_at"]
        read_only_fields = fields


class AnnotationBody(Strict):
    """One mention of a claim. Offsets are half-open, in code points of the article's text.

    `quotes` holds the words of each span. `source_chain` holds source ids, outermost relay first;
    empty means the article's author. An `attribution_type` that is left out is derived.
    """

    annotation_id = PublicId()
    spans = serializers.ListField(
        child=serializers.ListField(child=Whole(), min_length=2, max_length=2), max_length=MOST
    )
    quotes = serializers.ListField(child=Text(), max_length=MOST)
    labels = Answers(child=Answer(allow_null=True))
    source_chain = serializers.ListField(child=PublicId(), max_length=MOST, required=False)
    source_span = serializers.ListField(
        child=Whole(), min_length=2, max_length=2, allow_null=True, required=False
    )
    cue_span = serializers.ListField(
        child=Whole(), min_length=2, max_length=2, allow_null=True, required=False
    )
    claim_text = Text(required=False, allow_blank=True)
    note = Text(required=False, allow_blank=True)
    suggested = Answers(allow_null=True, required=False)
    preset = serializers.ListField(child=Text(max_length=100), max_length=MOST, required=False)


class JudgementBody(Strict):
    """The whole judgement of one sentence, as it stands after this write."""

    status = serializers.ChoiceField(choices=Judgement.Status.choices)
    no_claim_reason = serializers.ChoiceField(
        choices=Judgement.NoClaimReason.choices, allow_blank=True, required=False
    )
    duplicate_of = PublicId(allow_null=True, required=False)
    skip_reason = Text(required=False, allow_blank=True)
    labels = Answers(child=Answer(allow_null=True), required=False)
    annotations = serializers.ListField(child=AnnotationBody(), required=False, max_length=MOST)


class JudgementIn(JudgementBody):
    """A write: `revision` is your id of it, `parent` the revision it is built on (null: none)."""

    revision = PublicId()
    parent = PublicId(allow_null=True)  # type: ignore[assignment]  # DRF takes fields off the class
    seconds = Whole(min_value=0, max_value=LONGEST_SITTING, required=False)

    def draft(self) -> JudgementDraft:
        """What was sent, as the workflow takes it."""
        values = dict(self.validated_data)
        for key in ("revision", "parent", "seconds"):
            values.pop(key, None)
        annotations = values.pop("annotations", ())
        return JudgementDraft(**values, annotations=tuple(map(_annotation, annotations)))


class JudgementOut(JudgementBody):
    """Your judgement of a sentence; `revision` and `status` are null where you have not read it."""

    sentence = PublicId()
    revision = PublicId(allow_null=True)
    status = serializers.ChoiceField(choices=Judgement.Status.choices, allow_null=True)


class SentenceHead(serializers.ModelSerializer[Sentence]):
    """A sentence: `text[start:end]` of the article, in code points.

    `segmenter` is what cut it, with ` +hand` behind it where a person has corrected it.
    """

    class Meta:
        model = Sentence
        fields = [
            "id",
            "index",
            "start",
            "end",
            "paragraph",
            "block",
            "direction",
            "segmenter",
        ]
        read_only_fields = fields


class SentenceOut(SentenceHead):
    """A sentence with your own judgement of it."""

    judgement = JudgementOut(allow_null=True, help_text="Your own; null where you have none.")

    class Meta(SentenceHead.Meta):
        fields = [*SentenceHead.Meta.fields, "judgement"]


class SplitIn(Strict):
    """Where a sentence is cut: a code point of the article's text, inside the sentence."""

    at = Whole(min_value=0)


class BlockIn(Strict):
    """What a sentence is."""

    block = serializers.ChoiceField(choices=Sentence.Block.choices)


class SentencePlace(serializers.Serializer[Any]):
    """A sentence as it was before or after a change."""

    start = serializers.IntegerField()
    end = serializers.IntegerField()
    block = serializers.ChoiceField(choices=Sentence.Block.choices)
    segmenter = serializers.CharField()


class BoundaryChange(serializers.Serializer[Any]):
    """A change: the sentences that went, and those that came for them."""

    what = serializers.ChoiceField(choices=[(each, each) for each in Event.BOUNDARIES[:-1]])
    at = serializers.DateTimeField()
    by = serializers.CharField()
    before = SentencePlace(many=True)
    after = SentencePlace(many=True)
    undone_at = serializers.DateTimeField(allow_null=True)
    undone_by = serializers.CharField(allow_null=True)


class BoundariesOut(serializers.Serializer[Any]):
    """How an article is cut. `open`: nobody has judged it, and it may still be cut otherwise."""

    article = PublicId()
    open = serializers.BooleanField()
    sentences = SentenceHead(many=True)
    history = BoundaryChange(many=True)


class ArticleOut(ArticleHead):
    """An article with its text and sentences. `assignment` is your own, if there is one."""

    assignment = serializers.ChoiceField(choices=Assignment.State.choices, allow_null=True)
    sentences = SentenceOut(many=True)

    class Meta(ArticleHead.Meta):
        fields = [*ArticleHead.Meta.fields, "text", "assignment", "sentences"]


class AssignmentOut(serializers.ModelSerializer[Assignment]):
    """An article that is yours to read."""

    class Meta:
        model = Assignment
        fields = ["article", "state"]


class SubmissionOut(serializers.ModelSerializer[Submission]):
    """An article handed in: for the first time, the second, …"""

    article = PublicId(source="assignment.article_id")
    submitted_at = serializers.DateTimeField(source="created_at")

    class Meta:
        model = Submission
        fields = ["article", "number", "submitted_at"]


class AliasOut(serializers.Serializer[Any]):
    text = serializers.CharField()
    language = serializers.CharField()


class SourceOut(serializers.ModelSerializer[Source]):
    """Who can hold or relay a claim; `name` by language."""

    name = serializers.DictField(child=serializers.CharField())
    aliases = AliasOut(many=True)

    class Meta:
        model = Source
        fields = ["id", "name", "kind", "aliases", "status", "article"]


class FileOut(serializers.Serializer[Any]):
    name = serializers.CharField()
    sha256 = serializers.CharField()
    bytes = serializers.IntegerField()


class ReleaseOut(serializers.ModelSerializer[Release]):
    """A frozen version of the dataset."""

    files = FileOut(many=True)
    counts = serializers.DictField()
    supersedes = serializers.CharField(source="supersedes.version", allow_null=True, default=None)

    class Meta:
        model = Release
        fields = [
            "version",
            "created_at",
            "text_in_release",
            "licence",
            "notes",
            "counts",
            "supersedes",
            "files",
        ]


class Fault(serializers.Serializer[Any]):
    """What is wrong with a field, which is named by its path: `annotations.0.spans`."""

    field = serializers.CharField(allow_blank=True)
    message = serializers.CharField()


class Refused(serializers.Serializer[Any]):
    """A refusal: `code` for machines, `message` for people; what else there is depends on both."""

    code = serializers.CharField()
    message = serializers.CharField()
    field = serializers.CharField(required=False, allow_blank=True)
    faults = Fault(many=True, required=False)


class Unfinished(Refused):
    """Work that cannot be handed in yet: `sentences` are those that are still to be judged."""

    sentences = serializers.ListField(child=serializers.UUIDField(), required=False)


class Stale(Refused):
    """A write on something that has changed since: both versions, and the revision that stands."""

    head = serializers.UUIDField(allow_null=True, required=False)
    stored = JudgementBody(required=False)
    mine = JudgementBody(allow_null=True, required=False)


def _annotation(values: dict[str, Any]) -> AnnotationDraft:
    spans = {
        key: tuple(values[key])
        for key in ("source_span", "cue_span")
        if values.get(key) is not None
    }
    return AnnotationDraft(
        **{
            **values,
            "source_span": None,
            "cue_span": None,
            **spans,
            "spans": tuple((start, end) for start, end in values["spans"]),
            "quotes": tuple(values["quotes"]),
            "source_chain": tuple(values.get("source_chain", ())),
            "preset": tuple(values.get("preset", ())),
        }
    )
