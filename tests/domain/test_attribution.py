"""Who speaks and how: cues and names, found in Arabic, French, English and Russian.

`attribution.json` holds, for five news articles that are not in this repository, where a person
who read them found words that report, and names of those who speak: offsets only.
"""

import json
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from annotate.domain.attribution import (
    cues,
    mentions,
    names_table,
    negations,
    possible_names,
    questions,
    reporting,
    unusual,
)
from annotate.domain.attribution.reading import CueFileError, entries_for, languages, read_entries
from annotate.domain.offsets import Span

HERE = Path(__file__).parent
SEEDS = HERE.parents[1] / "seeds"
SHARED = HERE.parents[2] / "shared/data"
GOLD = json.loads((HERE / "attribution.json").read_text(encoding="utf-8"))


def words(text: str, spans: list[Span]) -> list[str]:
    return [text[start:end] for start, end in spans]


def reports(text: str, language: str) -> list[str]:
    return words(text, [cue.span for cue in reporting(text, language)])


# --- cues ---


@pytest.mark.parametrize(
    ("language", "text", "found"),
    [
        ("ar", "وقَالَتْ «لوموند» إنّ الهجوم توقف", ["وقَالَتْ"]),
        ("ar", "فأوضـــح المصدر 🚩 ذلك", ["فأوضـــح"]),
        ("ar", "ووفقًا للافروف سيستمر الدعم", ["ووفقًا"]),
        ("ar", "لم كشف شيئا", []),
        ("ar-DZ", "ولم يقل شيئا، وأكد\xa0ديوب", ["وأكد"]),
        ("fr", "L’accord tient, a-t-elle ASSURÉ.", ["ASSURÉ"]),
        ("fr", "D'après l’AFP, d’après Alger", ["D'après", "d’après"]),
        ("fr-CA", "Il n’a rien dit.", []),
        ("en", "Moscow, he said, “never halted it”.", ["said"]),
        ("en", "The source did not say more.", []),
        ("ru", "Как передаёт агентство, по словам посла", ["передаёт", "по словам"]),
        ("ru", "чисел не назвал", []),
        ("sw", "alisema", []),
    ],
)
def test_a_word_that_reports_is_found_whole_however_it_is_typed(
    language: str, text: str, found: list[str]
) -> None:
    assert reports(text, language) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("رجّحت مصادر أن ينسحب", ["رجّحت"]),
        ("ورجّح إدريس، في حوار أمس، أن ينسحب", ["ورجّح"]),
        ("رجّح الجيش مصالحه على الحلف", []),
        ("وبيّن أن الطريق مقطوع", ["وبيّن"]),
        ("الطريق بين أنسونغو وغاو", []),
        ("وعبّر عن أسفه", ["وعبّر"]),
        ("عبر الحدود", []),
        ("وفق المعطيات السابقة", []),
        ("وفق صحيفة محلية", ["وفق"]),
        ("تهديدات التنظيم بشن هجمات", ["تهديدات"]),
        ("تنامي تهديدات التنظيم", []),
        ("ومن المتوقع أن يصل", []),
        ("وتوقع الوزير أن يصل", ["وتوقع"]),
        ("في فبراير الماضي", []),
        ("برأي الباحث", ["برأي"]),
        ("حصار المدينة يكشف عجز الجيش", []),
        ("وشدد الخناق على المدينة", []),
        ("وشدد على المدينة", ["وشدد"]),
        ("وأضاف إلى رصيده نقطة", []),
        ("رأت فيه حليفا", []),
        ("ورأت أنه حليف", ["ورأت"]),
        ("وقد انسحب، على حدّ قوله", ["على حدّ قوله"]),
        ("تجدر الإشارة إلى ذلك", []),
        ("يُذكر أن الطريق مقطوع", []),
    ],
)
def test_a_word_that_only_looks_as_if_it_reported_is_none(text: str, found: list[str]) -> None:
    assert reports(text, "ar") == found


@pytest.mark.parametrize(
    ("text", "language", "family", "said"),
    [
        ("واستبعد مصدر ذلك", "ar", "rules-out", ("denies", "probable", "indirect")),
        ("يتساءل الباحث", "ar", "wonders", ("questions", "unspecified", "indirect")),
        ("ويجري الحديث عن هجوم", "ar", "hearsay", ("reports", "unspecified", "indirect")),
        ("تجدر الإشارة إلى ذلك", "ar", "background", ("supports", "certain", "author")),
        ("Alger aurait cédé", "fr", "hearsay", ("reports", "unspecified", "indirect")),
        ("he all but ruled out a break", "en", "rules-out", ("denies", "probable", "indirect")),
        ("Ходят слухи", "ru", "hearsay", ("reports", "unspecified", "indirect")),
    ],
)
def test_a_cue_tells_how_it_is_meant_unless_the_reader_knows_better(
    text: str, language: str, family: str, said: tuple[str, str, str]
) -> None:
    (cue,) = [cue for cue in cues(text, language) if cue.role in ("reporting", "author")]
    assert (cue.family, (cue.stance, cue.certainty, cue.attribution_type)) == (family, said)


@pytest.mark.parametrize(
    ("text", "language", "roles"),
    [
        ("تسلّم نحو ٢٠ طائرة", "ar", ["number"]),
        ("اتجه نحو الحدود", "ar", []),
        ("لا شكّ أن الطريق مقطوع", "ar", ["booster"]),
        ("من المتوقع أن يصل", "ar", ["hedge"]),
        ("يعتقد مراقبون أن الطريق مقطوع", "ar", ["reporting", "unnamed"]),
        ("около 2000 бойцов около Гао", "ru", ["number"]),
        ("environ 3,5 millions", "fr", ["number"]),
        ("about 2,000 fighters talked about it", "en", ["number"]),
    ],
)
def test_each_cue_has_its_role(text: str, language: str, roles: list[str]) -> None:
    assert [cue.role for cue in cues(text, language)] == roles


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("ما قد يؤدي إلى ذلك", "ar", ["قد"]),
        ("وقد تتجاوز الآثار ذلك", "ar", ["وقد"]),
        ("وقد لجأت إلى روسيا", "ar", []),
        ("فقد التقى الوزيران", "ar", []),
        ("قد تراجع الجيش وقد تمكّن", "ar", []),
        ("يعتقد الناس", "ar", []),
        ("ورجّحت مصادر أن ينسحب، وربما قريبا", "ar", ["ورجّحت", "مصادر", "وربما"]),
        ("ونفى الخبر ورفض الحديث", "ar", ["ونفى", "ورفض"]),
        ("كان آخرها في مايو", "ar", []),
        ("Il pourrait, peut-être, céder", "fr", ["pourrait", "peut-être"]),
        ("It may be so; perhaps", "en", ["may", "perhaps"]),
        ("Возможно, вряд ли", "ru", ["Возможно", "вряд ли"]),
        ("He lies in wait; that is a lie", "en", ["a lie"]),
        ("Why did some refuse to go?", "en", ["Why", "some", "refuse to"]),
    ],
)
def test_unusual_is_what_makes_a_claim_less_than_certain_or_other_than_supported(
    text: str, language: str, found: list[str]
) -> None:
    assert words(text, unusual(text, language)) == found


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("لم تجر أيّ معارك، ولا سيما هنا، ولن تجري", "ar", ["لم", "ولن"]),
        ("لا تزال الطوابير، وغير أن الطريق", "ar", []),
        ("قصفتها طائرة من دون طيار، وانسحبوا دون قتال", "ar", ["دون"]),
        ("La Russie n’a rien arrêté", "fr", ["n", "rien"]),
        ("It didn’t stop; nobody cannot", "en", ["didn’t", "nobody", "cannot"]),
        ("не только он, но никто", "ru", ["никто"]),
    ],
)
def test_a_negation_is_found_and_what_only_looks_like_one_is_not(
    text: str, language: str, found: list[str]
) -> None:
    assert words(text, negations(text, language)) == found


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("هل انسحب الجيش؟", "ar", ["هل", "؟"]),
        ("Pourquoi partir ?", "fr", ["Pourquoi", "?"]),
        ("It is open whether it was so.", "en", ["whether"]),
        ("Разве это конец?", "ru", ["Разве", "?"]),
        ("Kwa nini?", "sw", ["?"]),
    ],
)
def test_a_question_is_its_words_and_its_mark(text: str, language: str, found: list[str]) -> None:
    assert words(text, questions(text, language)) == found


def test_every_word_file_can_be_read_and_finds_its_own_forms() -> None:
    assert languages() == ("ar", "en", "fr", "ru")
    for language in languages():
        roles = {entry.family.role for entry in entries_for(language)}
        assert {"reporting", "hedge", "negation", "question", "author", "number"} <= roles


@pytest.mark.parametrize(
    ("file", "said"),
    [
        ("قال", "line 1: a form stands before"),
        ("[said] reporting\n[x] shouting", "line 2: “shouting” is no word"),
        ("[said] reporting\nsaid (not )", "line 2: “not ” is not a condition"),
        ("[said] reporting\nsa*", "line 2: “sa\\*” begins with too few letters"),
    ],
)
def test_a_word_file_that_cannot_be_read_names_its_line(file: str, said: str) -> None:
    with pytest.raises(CueFileError, match=said):
        read_entries(file)


# --- names ---

NAMES = names_table(
    [
        ("لوموند", "le-monde"),
        ("لافروف", "lavrov"),
        ("سيرجي لافروف", "lavrov"),
        ("مالي", "mali"),
        ("روسيا", "russia"),
        ("جماعة نصرة الإسلام والمسلمين", "jnim"),
        ("الاستخبارات البريطانية", "uk"),
        ("مصدر سياسي", "anonymous"),
        ("RFI", "rfi"),
        ("JA", "ja"),
        ("Alger", "algeria"),
        ("Côte d’Ivoire", "ci"),
        ("С. В. Лавров", "lavrov"),
        ("Лавров", "lavrov"),
        ("Москва", "russia"),
        ("британская разведка", "uk"),
        ("Mali", "mali"),
        ("Mali", "town"),
    ]
)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("🚩 قالت «لُومـوند» أمس", [("لُومـوند", "le-monde")]),
        ("وفقًا للافروف ولسيرجي\xa0لافروف", [("لافروف", "lavrov"), ("سيرجي\xa0لافروف", "lavrov")]),
        ("بمالي ولمالي فمالي", [("مالي", "mali")] * 3),
        ("الجيش المالي", []),
        ("50 عنصرًا روسيًا من روسيا", [("روسيا", "russia")]),
        ('تشنه جماعة "نصرة الإسلام والمسلمين" هناك', [('جماعة "نصرة الإسلام والمسلمين', "jnim")]),
        ("جماعة، نصرة الإسلام والمسلمين", []),
        ("للاستخبارات البريطانية", [("لاستخبارات البريطانية", "uk")]),
        ("المصدر السياسي", [("المصدر السياسي", "anonymous")]),
        ("selon RFI, il a déjà, ja ja", [("RFI", "rfi")]),
        ("d’Alger à la Côte d'Ivoire", [("Alger", "algeria"), ("Côte d'Ivoire", "ci")]),
        (
            "С. В. Лавров, Лавровым и Лаврова",
            [("С. В. Лавров", "lavrov"), ("Лавровым", "lavrov"), ("Лаврова", "lavrov")],
        ),
        (
            "По оценке британской разведки, в Москве",
            [("британской разведки", "uk"), ("Москве", "russia")],
        ),
        ("Algerian RFIs", []),
    ],
)
def test_a_known_name_is_found_however_it_is_written(
    text: str, found: list[tuple[str, str]]
) -> None:
    given = [(text[slice(*each.span)], each.source_ids[0]) for each in mentions(text, NAMES)]
    assert given == found


def test_a_name_of_two_sources_is_given_for_both() -> None:
    assert [found.source_ids for found in mentions("Mali", NAMES)] == [("mali", "town")]


def test_the_names_to_look_up_hold_every_name_that_is_found() -> None:
    text = "قال سيرجي لافروف لـ«RFI» في Côte d'Ivoire: С. В. Лавров из Москвы"
    keys = possible_names(text)
    assert {"سيرجي لافروف", "rfi", "cote d’ivoire", "с. в. лавров", "москва"} <= keys
    found = mentions(text, NAMES)
    assert len(found) == 5
    assert mentions(text, {key: NAMES[key] for key in keys & NAMES.keys()}) == found


# --- how well ---


def table_of(sources: list[dict[str, Any]], key: str) -> dict[str, tuple[str, ...]]:
    return names_table(
        (alias if isinstance(alias, str) else alias["text"], source[key])
        for source in sources
        if source["kind"] != "author"
        for alias in [*source["name"].values(), *source["aliases"]]
    )


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared data is not here")
def test_in_five_articles_names_of_speakers_and_words_that_report_are_found() -> None:
    table = table_of(json.loads((SHARED / "reference/sources.json").read_text("utf-8")), "id")
    named = heard = given = right = 0
    for file, gold in GOLD.items():
        text = (SHARED / "articles" / file).read_text(encoding="utf-8")
        found = mentions(text, table)
        named += len(gold["speaking"])
        heard += sum(
            any(touches(each.span, (start, end)) for each in found if who in each.source_ids)
            for start, end, who in gold["speaking"]
        )
        offered = [list(cue.span) for cue in reporting(text, "ar")]
        given += len(offered)
        right += sum(span in gold["reporting"] for span in offered)
    assert (heard / named >= 0.90, right / given >= 0.85) == (True, True), (
        f"{heard} of {named} names, {right} of {given} cues"
    )


def told_in_the_demo(field: str) -> set[tuple[str, Span, tuple[str, ...]]]:
    """(article, span, chain) of what annotators of the demo corpus wrote in this field."""
    judged = json.loads((SEEDS / "judgements.json").read_text(encoding="utf-8"))
    told = set()
    for file, annotators in judged.items():
        text = (SEEDS / "articles" / file).read_text(encoding="utf-8")
        for sentence in chain.from_iterable(annotators.values()):
            for claim in sentence.get("claims", []):
                if claim["source_chain"] and (words := claim.get(field)):
                    start = text.index(words, text.index(sentence["at"]))
                    told.add((file, (start, start + len(words)), tuple(claim["source_chain"])))
    return told


def touches(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def test_in_the_demo_corpus_what_annotators_took_for_source_and_cue_is_found() -> None:
    table = table_of(json.loads((SEEDS / "sources.json").read_text(encoding="utf-8")), "key")
    texts = {path.name: path.read_text(encoding="utf-8") for path in SEEDS.glob("articles/*.txt")}
    cued = told_in_the_demo("cue")
    heard = [
        span
        for file, span, _ in cued
        if any(touches(span, cue.span) for cue in reporting(texts[file], file[:2]))
    ]
    named = told_in_the_demo("source_words")
    known = [
        span
        for file, span, links in named
        if any(
            touches(span, found.span) and set(found.source_ids) & set(links)
            for found in mentions(texts[file], table)
        )
    ]
    assert len(heard) / len(cued) >= 0.90, f"{len(heard)} of {len(cued)} cues"
    assert len(known) / len(named) >= 0.80, f"{len(known)} of {len(named)} sources"
