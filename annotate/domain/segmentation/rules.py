"""The rules: does a sentence end at this place?

Each rule looks at one `Place` and answers `True` (a sentence ends here), `False` (it goes on) or
`None` (this rule has nothing to say). The first answer counts; where no rule speaks, the sentence
ends. Each docstring holds one example, `language: text | text`, with ` | ` where a sentence ends;
a test reads it, with the rule and without.
"""

import re
from collections.abc import Callable

from .places import QUOTES, Place

Rule = Callable[[Place], bool | None]

_QUOTES = frozenset(QUOTES)
_NEXT_STOP = re.compile(r"[.!?؟…]")
_DEGREES = re.compile(r"[°º][ \xa0\u202f]?[CF]$")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.[-‑]?)+[^\W\d_]{1,2}")
_COMMAS = frozenset(",;:،؛")
_ROMAN = re.compile(r"[IVXLC]+")
_LIST_LETTER = re.compile(r"[a-zA-Zа-яА-Я]|[ivx]{1,4}")
_OPEN_QUOTATION = re.compile(r"(?P<before>\S)\s?[\"“”«»][^\"“”«»]*$")
_SIGNATURE = re.compile(r"[\s\"”»]*[-–—−]\s*\w[^.!?؟…:]{1,60}$")
_SHORT_FRAME = 45
_SHORT_CRY = 60


def nothing_before(place: Place) -> bool | None:
    """A sentence has a letter or a digit.

    en: ... And then the lights went out. | Nobody moved.
    """
    return False if place.line.first_word_start(place.piece) >= place.start else None


def nothing_after(place: Place) -> bool | None:
    """What follows has a letter or a digit; a lost dash or an emoji stays with its sentence.

    en: They won the cup! 🎉
    """
    return False if place.line.last_word_start < place.end else None


def lower_case_follows(place: Place) -> bool | None:
    """A sentence does not begin with a small letter.

    en: "Is it over?" she asked. | He nodded.
    """
    return False if place.next_char.islower() else None


def comma_follows(place: Place) -> bool | None:
    """A sentence does not begin with a comma or a colon.

    ar: سأل "متى نعود؟" ، ثم سكت. | وبكى الطفل.
    """
    return False if place.next_char in _COMMAS else None


def two_dots(place: Place) -> bool | None:
    """Two dots are a pause in scripts without capitals, and elsewhere before a small letter.

    ar: تصعيد جديد.. الحكومة تدعو إلى الحوار
    """
    if place.marks != "..":
        return None
    before = place.word[-1:]
    return False if before.lower() == before.upper() else None


def inside_brackets(place: Place) -> bool | None:
    """A sentence does not end in or at brackets that stand inside it, save before a capital.

    ar: نشرت الهيئة (راجع الملحق 3. البند 1.) أرقامها. | وهي أولية.
    """
    pair = place.line.bracket_around(place.start)
    if pair is None or not place.line.first_word_start(place.piece) < pair[0]:
        return None
    if place.end <= pair[1]:
        return False
    return None if place.next_char.isupper() else False


def ellipsis_goes_on(place: Place) -> bool | None:
    """Three dots do not end a sentence before a word that continues one, nor after «and».

    fr: Elle attendait... Bien que la nuit fût tombée, elle restait. | Il vint.
    """
    marks = place.marks
    if marks.strip(". …") or ("…" not in marks and marks.count(".") < 3):
        return None
    around = (place.word.lower(), place.next_word.lower())
    return None if place.words.continuers.isdisjoint(around) else False


def question_goes_on(place: Place) -> bool | None:
    """A question goes on with its alternative.

    en: Will they stay? Or will they leave before the vote? | Nobody knows.
    """
    if not ("?" in place.marks or "؟" in place.marks):
        return None
    return False if place.next_word.lower() in place.words.alternatives else None


def frame_follows(place: Place) -> bool | None:
    """A quoted sentence and the words that say who spoke are one sentence.

    ar: "متى ينتهي هذا كله؟" سألت الأم. | ولم يرد أحد.
    """
    frames = place.words.frames
    if not frames or _QUOTES.isdisjoint(place.closers):
        return None
    text = place.line.text
    if not place.next_char.isupper():
        if place.next_word not in frames:
            return None
        near = _NEXT_STOP.search(text, place.following, place.following + _SHORT_FRAME)
        return False if near else None
    if place.marks == "." or place.next_word.lower() in place.words.starters:
        return None
    spoken = re.split(r"[^\w ]", text[place.following : place.following + _SHORT_FRAME])[0]
    return None if frames.isdisjoint(spoken.lower().split()[1:4]) else False


def cry_inside(place: Place) -> bool | None:
    """A quoted cry inside a sentence does not end it when a preposition follows.

    ar: ردد الحاضرون "عاشت البلاد!" في القاعة. | ثم خرجوا.
    """
    if place.next_word not in place.words.continuers or _QUOTES.isdisjoint(place.closers):
        return None
    if place.marks == ".":
        return None
    text, start = place.line.text, place.start
    quoted = _OPEN_QUOTATION.search(text, max(place.piece, start - _SHORT_CRY), start)
    return False if quoted and quoted["before"] not in ":،,." else None


def signed_quotation(place: Place) -> bool | None:
    """A dash and a name behind a quotation, up to the end of the line, belong to it.

    en: "We shall not be moved." - Ella Baker
    """
    if _QUOTES.isdisjoint(place.closers):
        return None
    return False if _SIGNATURE.match(place.line.text, place.end) else None


def list_number(place: Place) -> bool | None:
    """The number of a list item does not end a sentence.

    ar: وشملت المطالب: 1. الأجور 2. السكن 3. النقل. | وأُجّل النقاش.
    """
    if not place.stopped.isdigit():
        return None
    return False if place.start in place.line.list_numbers else None


def list_letter(place: Place) -> bool | None:
    """Nor does its letter.

    en: iv. Voters must show a card. | Copies are refused.
    """
    if place.piece or not _LIST_LETTER.fullmatch(place.stopped):
        return None
    return None if place.line.first_word_start(place.piece) < place.word_start else False


def degrees(place: Place) -> bool | None:
    """`C` behind a degree sign is no initial.

    fr: L'eau atteint 30 ° C. | Marseille suffoque.
    """
    if place.stopped[-1:] not in ("c", "f"):
        return None
    start = place.start
    return True if _DEGREES.search(place.line.text, max(0, start - 3), start) else None


def era(place: Place) -> bool | None:
    """A word for year or century behind its number ends a sentence, unless a preposition follows.

    ar: تأسست المدينة عام 969 م. | وصارت عاصمة.
    """
    unit = place.stopped.lstrip("0123456789٠١٢٣٤٥٦٧٨٩")
    if unit not in place.words.eras:
        return None
    before = place.words_before[-1:] if unit == place.stopped else [place.stopped]
    if not any(char.isdigit() for word in before for char in word):
        return None
    return place.next_word not in place.words.continuers


def abbreviation_before_number(place: Place) -> bool | None:
    """`No.`, `fig.`, `art.` are abbreviations before a number; before a word a sentence ends.

    en: See fig. 4. | She said no. | Talks ended.
    """
    if place.stopped not in place.words.before_number:
        return None
    following = place.next_word
    if following[:1].isdigit() or (following != "I" and _ROMAN.fullmatch(following)):
        return False
    return None if len(place.stopped) == 1 else True


def abbreviation_in_two_parts(place: Place) -> bool | None:
    """An abbreviation written with a space does not end at its first stop.

    es: Roma cayó en el siglo I a. C. | Hoy vive.
    """
    if not 0 < len(place.stopped) < 4 or not place.next_word:
        return None
    whole = f"{place.stopped}.{place.next_word.lower()}"
    behind = place.following + len(place.next_word)
    if place.line.text[behind : behind + 1] != ".":
        return None
    return False if whole in place.words.may_end or whole in place.words.seldom_end else None


def abbreviation_that_may_end(place: Place) -> bool | None:
    """Some abbreviations often stand last: they end a sentence, but only before a capital.

    ru: Завод дал 3 тыс. 200 деталей. | Это рекорд.
    """
    if place.words.may_end.isdisjoint(spellings(place)):
        return None
    return place.next_char.isupper()


def abbreviation_that_seldom_ends(place: Place) -> bool | None:
    """Others often stand before a name: only before a word that begins sentences do they end one.

    en: He left the U.S. Navy in the U.S. | The vote is near.
    """
    if _DOTTED.fullmatch(place.stopped):
        return None if place.stopped in place.words.abbreviations else begins_sentence(place)
    return None if place.words.seldom_end.isdisjoint(spellings(place)) else begins_sentence(place)


def abbreviation(place: Place) -> bool | None:
    """An abbreviation does not end a sentence, nor does one behind a prefix (`l'av.`).

    en: Gov. Obi resigned. | Nobody wept.
    """
    word, known = place.stopped, place.words.abbreviations
    if word in known:
        return False
    for prefix in place.words.prefixes:
        if word.startswith(prefix) and word[len(prefix) :] in known:
            return False
    return None


def initial(place: Place) -> bool | None:
    """A single letter is an initial, unless a word that begins sentences follows.

    en: John F. Kennedy drove on. | He waved.
    """
    if len(place.stopped) != 1 or not place.word.isalpha() or place.word.islower():
        return None
    # `С. В. Лавров`: «в» begins sentences, the second initial does not.
    if len(place.next_word) == 1 and place.line.text.startswith(".", place.following + 1):
        return False
    return place.next_word.lower() in place.words.starters


def letter_name(place: Place) -> bool | None:
    """A spelled letter is an initial, but three in a row are the name of a body (`بي بي سي`).

    ar: قرأت رواية جيه. كيه. رولينغ. | ثم نامت.
    """
    names = place.words.letter_names
    if place.stopped not in names:
        return None
    before = [word.strip(".") for word in place.words_before[-2:]]
    if len(before) == 2 and names.issuperset(before):
        return None
    return begins_sentence(place)


def ordinal(place: Place) -> bool | None:
    """In some languages a number with a stop is an ordinal.

    tr: Kongre 12. kez toplandı. | II. Selim öldü.
    """
    kinds = place.words.ordinals
    if not kinds or not 0 < len(place.stopped) < 5:
        return None
    digits = "digits" in kinds and place.stopped.isdigit() and len(place.stopped) < 4
    if not digits and not ("roman" in kinds and _ROMAN.fullmatch(place.word)):
        return None
    return place.next_word.lower() in place.words.starters


def spellings(place: Place) -> tuple[str, ...]:
    """The word as it stands, and joined to the abbreviated word before it (`a. C` is `a.c`)."""
    word = place.stopped
    if 0 < len(word) < 5 and place.words_before and place.words_before[-1].endswith("."):
        return word, place.words_before[-1].lower() + word
    return (word,)


def begins_sentence(place: Place) -> bool:
    """Whether what follows clearly begins a sentence: a word, an elided one or a label does."""
    word = place.next_word.lower()
    behind = place.following + len(place.next_word)
    mark = place.line.text[behind : behind + 1]
    return word in place.words.starters or word + mark in place.words.prefixes or mark == ":"


RULES: tuple[Rule, ...] = (
    nothing_after,
    nothing_before,
    lower_case_follows,
    comma_follows,
    two_dots,
    inside_brackets,
    ellipsis_goes_on,
    question_goes_on,
    frame_follows,
    cry_inside,
    signed_quotation,
    list_number,
    list_letter,
    degrees,
    era,
    abbreviation_before_number,
    abbreviation_in_two_parts,
    abbreviation_that_may_end,
    abbreviation_that_seldom_ends,
    abbreviation,
    initial,
    letter_name,
    ordinal,
)
