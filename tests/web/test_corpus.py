"""The corpus page: what is listed, and how files become articles by way of the preview."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from annotate.models import Article, Project, Upload
from tests.builders import give, hand_in, take_in_text

CORPUS = "/p/sahel/corpus/"
ARABIC = "قالت صحيفة لوموند إن روسيا أوقفت الهجوم بعد تحذيرات من الجزائر.\r\nونفى مسؤول ذلك.\r\n"

pytestmark = pytest.mark.usefixtures("project")


def send(client: Client, *files: tuple[str, bytes], **fields: str) -> Any:
    uploads = [SimpleUploadedFile(name, data) for name, data in files]
    return client.post(f"{CORPUS}upload/", {"articles": uploads, **fields})


def preview(client: Client, answer: Any) -> str:
    assert answer.status_code == 302
    return client.get(answer.url).content.decode()


def test_files_are_shown_before_anything_is_stored_and_go_in_when_confirmed(
    as_cora: Client,
) -> None:
    answer = send(as_cora, ("a.txt", ARABIC.encode()), ("b.csv", b"text,language\nOne two.,en\n"))
    page = preview(as_cora, answer)

    assert "2 texts in order" in page
    assert not Article.objects.exists()
    done = as_cora.post(f"{answer.url}confirm/", follow=True)
    assert "2 articles taken in, 3 sentences, 0 there already, 0 refused." in done.content.decode()
    assert {article.text for article in Article.objects.all()} == {ARABIC, "One two."}
    assert not Upload.objects.exists()


def test_a_language_is_shown_and_taken_in_its_one_form(as_cora: Client, project: Project) -> None:
    head = "---\nlanguage: {}\n---\n"
    files = [(f"{tag}.txt", (head.format(tag) + f"نص {tag}.").encode()) for tag in ("AR", "ara")]
    page = preview(as_cora, answer := send(as_cora, *files))
    assert "Arabic" in page
    assert not re.search(r">\s*(AR|ara)\s*<", page)
    as_cora.post(f"{answer.url}confirm/")
    assert list(project.articles.values_list("language", "direction")) == [("ar", "rtl")] * 2


def test_what_is_discarded_leaves_nothing(as_cora: Client) -> None:
    answer = send(as_cora, ("a.txt", ARABIC.encode()))
    assert as_cora.post(f"{answer.url}discard/").headers["Location"] == CORPUS
    assert not Article.objects.exists()
    assert not Upload.objects.exists()
    assert as_cora.post(f"{answer.url}confirm/").status_code == 404


@pytest.mark.parametrize(
    ("data", "told", "untold"),
    [(b"One two.", "wait for you", "can go in"), (b"", "nothing can go in", "wait for you")],
)
def test_only_texts_that_can_go_in_wait_to_be_taken_in(
    as_cora: Client, data: bytes, told: str, untold: str
) -> None:
    send(as_cora, ("a.txt", data), language="en")
    shown = as_cora.get(CORPUS).content.decode()
    assert told in shown
    assert untold not in shown


def test_bad_files_are_told_by_file_and_row_and_never_lose_the_good_ones(as_cora: Client) -> None:
    answer = send(
        as_cora,
        ("bad.txt", b"caf\xe9 \x81"),
        ("notes.docx", b"PK"),
        ("empty.txt", b""),
        ("rows.csv", b"text,language,url\nOne.,en,\nTwo.,en,ftp://x\n"),
    )
    page = preview(as_cora, answer)
    assert "4 problems" in page
    assert "1 text in order" in page
    for told in ("bad.txt", "notes.docx", "empty.txt", "row 3", "<code>url</code>"):
        assert told in page
    as_cora.post(f"{answer.url}confirm/")
    assert Article.objects.get().text == "One."


def test_a_guessed_encoding_is_asked_about_with_the_first_line(as_cora: Client) -> None:
    page = preview(as_cora, send(as_cora, ("a.txt", ARABIC.encode("cp1256"))))
    assert "Read as Windows-1256, which is a guess. Does this look right?" in page
    assert ARABIC.split("\r\n")[0] in page


def test_an_encoding_that_is_named_is_no_guess(as_cora: Client) -> None:
    data = "Сводка из Бамако: бои идут.".encode("koi8-r")
    page = preview(as_cora, send(as_cora, ("a.txt", data), encoding="koi8-r", language="ru"))
    assert "a guess" not in page
    assert "1 text in order" in page


def test_a_language_that_is_not_certain_is_chosen_in_the_preview(as_cora: Client) -> None:
    answer = send(as_cora, ("a.txt", b"123 456"), ("b.txt", ARABIC.encode()))
    assert 'name="language-0"' in preview(as_cora, answer)

    kept = as_cora.post(f"{answer.url}confirm/", follow=True).content.decode()
    assert "1 article taken in, 2 sentences, 0 there already, 1 refused." in kept
    assert "The language of this text is not certain: say which it is." in kept
    as_cora.post(f"{answer.url}confirm/", {"language-0": "fr"})
    assert {(a.text, a.language) for a in Article.objects.all()} == {
        ("123 456", "fr"),
        (ARABIC, "ar"),
    }


@pytest.mark.parametrize("chosen", ["xx-nonsense", "../..", "\0"])
def test_a_language_that_was_not_offered_is_not_taken(as_cora: Client, chosen: str) -> None:
    answer = send(as_cora, ("a.txt", b"123 456"))
    as_cora.post(f"{answer.url}confirm/", {"language-0": chosen})
    assert not Article.objects.exists()


def test_a_publisher_that_no_source_can_be_is_told_before_anything_goes_in(
    as_cora: Client, project: Project
) -> None:
    lines = [
        {"text": "One two.", "publisher": "A > B"},
        {"text": "Three four.", "publisher": "\u0640\u0640"},
        {"text": "Five six.", "publisher": "RFI"},
        {"text": "Seven eight.", "publisher": "rfi"},
    ]
    take_in_text(project, "Of RFI.", language="en", publisher="RFI")
    data = "\n".join(map(json.dumps, lines)).encode()
    answer = send(as_cora, ("a.jsonl", data), language="en")
    page = preview(as_cora, answer)
    assert "2 problems" in page
    assert "2 texts in order" in page
    assert "row 1, <code>publisher</code>:" in " ".join(page.split())
    done = as_cora.post(f"{answer.url}confirm/", follow=True).content.decode()
    assert "2 articles taken in, 2 sentences, 0 there already, 0 refused." in done
    assert {str(article.publisher) for article in Article.objects.all()} == {"RFI"}


@pytest.mark.parametrize("sent", ["upload", "paste"])
def test_a_publisher_said_of_all_that_no_source_can_be_is_refused_in_the_form(
    as_cora: Client, sent: str
) -> None:
    file = SimpleUploadedFile("a.txt", ARABIC.encode())
    fields = {"articles": file, "text": ARABIC, "publisher": "A > B"}
    answer: Any = as_cora.post(f"{CORPUS}{sent}/", fields)
    assert answer.status_code == 422
    assert "may not contain “&gt;”: A &gt; B" in answer.content.decode()
    assert not Upload.objects.exists()


def test_the_preview_counts_what_is_in_order_what_waits_and_what_was_refused(
    as_cora: Client, project: Project
) -> None:
    answer = send(as_cora, ("a.txt", b"123"), ("b.txt", b"456"), ("c.txt", ARABIC.encode()))
    for told in ("1 text in order", "2 texts wait for their language"):
        assert told in preview(as_cora, answer)
    as_cora.post(f"{answer.url}confirm/", {"language-0": "fr"})
    for told in ("0 texts in order", "1 text waits for its language"):
        assert told in preview(as_cora, answer)

    held = Upload.objects.get()
    held.drafts[0]["candidate"] |= {"language": "en", "publisher": "A > B"}
    held.save()  # as if the rule for names had changed since
    as_cora.post(f"{answer.url}confirm/")
    for told in ("0 texts in order", "1 text was refused", "A source’s name may not contain"):
        assert told in preview(as_cora, answer)


def test_duplicates_are_shown_and_go_in_once(as_cora: Client, project: Project) -> None:
    take_in_text(project, "One two three.", language="en")
    answer = send(
        as_cora,
        ("a.txt", b"One two three."),
        ("b.txt", b"Four five six."),
        ("c.txt", b"Four five six."),
        ("d.txt", b"---\npublisher: RFI\n---\nOne two three."),
        language="en",
    )
    page = preview(as_cora, answer)
    assert page.count("There already") == 1
    assert page.count("The same text stands above") == 1
    as_cora.post(f"{answer.url}confirm/")
    assert Article.objects.count() == 3


def test_a_pasted_text_keeps_its_blanks_and_loses_only_the_browsers_line_ends(
    as_cora: Client,
) -> None:
    text = "\u00a0 First\u0640 line 🚩 \r\n\r\n  Second line.\u00a0\r\n"
    answer: Any = as_cora.post(
        f"{CORPUS}paste/", {"text": text, "language": "en", "publisher": "RFI"}
    )
    as_cora.post(f"{answer.url}confirm/")
    assert Article.objects.get().text == text.replace("\r\n", "\n")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"text": ""}, "This field is required."),
        ({"text": " \n "}, "The text is empty."),
        ({"text": "x", "title": "t" * 501}, "at most 500 characters"),
        ({"text": "x", "publisher": "p" * 201}, "at most 200 characters"),
        ({"text": "x" * 2_000_001}, "has 2000001 characters"),
        ({"text": "x", "language": "klingon"}, "Select a valid choice."),
    ],
)
def test_a_text_pasted_wrongly_is_said_so_and_kept(
    as_cora: Client, fields: dict[str, str], told: str
) -> None:
    answer: Any = as_cora.post(f"{CORPUS}paste/", fields)
    assert answer.status_code == 422
    assert told in answer.content.decode()
    assert not Upload.objects.exists()


def test_the_browser_cuts_nothing_that_is_pasted_and_a_name_too_long_is_told(
    as_cora: Client,
) -> None:
    assert "maxlength" not in as_cora.get(CORPUS).content.decode()
    answer = send(as_cora, ("1.txt", b"It is short."), language="en", publisher="p" * 201)
    assert "at most 200 characters (it has 201)" in answer.content.decode()
    assert not Upload.objects.exists()


def test_150_files_go_in_at_once(as_cora: Client) -> None:
    files = [(f"{n}.txt", f"Text number {n}. It is short.".encode()) for n in range(150)]
    answer = send(as_cora, *files, language="en")
    assert "150 texts in order" in preview(as_cora, answer)
    as_cora.post(f"{answer.url}confirm/")
    assert Article.objects.count() == 150


def test_too_much_at_once_is_refused_in_words(
    as_cora: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.web.corpus_forms.MOST_BYTES", 10)
    answer = send(as_cora, ("a.txt", b"Eleven byte"))
    assert answer.status_code == 422
    assert "Send fewer at a time" in answer.content.decode()

    monkeypatch.undo()
    monkeypatch.setattr("annotate.web.corpus_forms.MOST_ARTICLES", 1)
    answer = send(as_cora, ("a.jsonl", b'{"text": "A"}\n{"text": "B"}'))
    assert answer.status_code == 422
    assert "more than 1 articles, and no more go in at once" in answer.content.decode()


def test_a_file_of_faults_alone_is_refused_with_the_first_of_them(as_cora: Client) -> None:
    answer = send(as_cora, ("a.jsonl", b"1\n" * 5_000))
    assert answer.status_code == 422
    assert "row 1 of a.jsonl: This line is not a JSON object" in answer.content.decode()
    assert not Upload.objects.exists()


def test_no_file_at_all_is_said_so(as_cora: Client) -> None:
    answer = as_cora.post(f"{CORPUS}upload/", {})
    assert answer.status_code == 422
    assert "This field is required." in answer.content.decode()


def test_the_sentences_found_are_shown_each_in_its_direction(as_cora: Client) -> None:
    text = "روسيا توقف الهجوم في مالي بعد تحذيرات من الجزائر.\nAfrica Corps.\n"
    answer = send(as_cora, ("a.txt", text.encode()))
    fragment = as_cora.get(f"{answer.url}0/", headers={"HX-Request": "true"}).content.decode()
    assert 'dir="rtl">روسيا' in fragment
    assert 'dir="ltr">Africa Corps.</p>' in fragment
    assert "<html" not in fragment
    assert "<html" in as_cora.get(f"{answer.url}0/").content.decode()
    assert as_cora.get(f"{answer.url}1/").status_code == 404


@pytest.mark.parametrize(
    ("who", "reads", "sends"),
    [
        ("ada", 403, 403),
        ("rita", 200, 403),
        ("olga", 200, 403),
        ("cora", 200, 302),
        ("dan", 404, 404),
    ],
)
def test_reviewers_and_observers_read_and_managers_upload(
    who: str, reads: int, sends: int, as_cora: Client, request: pytest.FixtureRequest
) -> None:
    client = Client()
    client.force_login(request.getfixturevalue(who))
    waiting = send(as_cora, ("a.txt", ARABIC.encode())).url
    page = client.get(CORPUS)
    assert page.status_code == reads
    assert ('type="file"' in page.content.decode()) == (who == "cora")
    assert send(client, ("a.txt", ARABIC.encode())).status_code == sends
    assert client.get(waiting).status_code == (200 if who == "cora" else sends)


def test_an_upload_is_found_in_its_own_project_only(as_cora: Client, as_dan: Client) -> None:
    answer = send(as_cora, ("a.txt", ARABIC.encode()))
    foreign = answer.url.replace("sahel", "ports")
    for client in (as_dan, as_cora):
        assert client.get(foreign).status_code == 404
        assert client.post(f"{foreign}confirm/").status_code == 404


def test_managers_read_how_far_an_article_is(
    as_cora: Client, ada: User, ben: User, article: Article
) -> None:
    def state() -> str:
        page = as_cora.get(CORPUS).content.decode()
        return " ".join(page.partition(f"article-{article.pk}")[2].partition("</tr>")[0].split())

    assert "handed in by 0 of 2" in state()
    assert "waits for 2 annotators" in state()
    give(article, ada, ben)
    hand_in(article, ada)
    assert "handed in by 1 of 2" in state()
    hand_in(article, ben)
    assert "complete" in state()


def test_reviewers_do_not_read_how_far_an_article_is(
    as_rita: Client, ada: User, ben: User, article: Article
) -> None:
    before = as_rita.get(CORPUS).content.decode().count("handed in")
    give(article, ada, ben)
    hand_in(article, ada)
    after = as_rita.get(CORPUS).content.decode()
    assert before == after.count("handed in") == 0


def test_pages_go_back_through_all_articles_newest_first(
    as_cora: Client, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotate.web.corpus.PAGE", 2)
    taken = [take_in_text(project, f"Text {n}.", language="en") for n in range(5)]
    found, page = [], as_cora.get(CORPUS)
    while True:
        found += [article.pk for article in page.context["articles"]]
        if page.context["next"] is None:
            break
        page = as_cora.get(CORPUS, {"after": page.context["next"]})
    assert found == [article.pk for article in reversed(taken)]


@pytest.mark.parametrize("count", [2, 30])
def test_the_list_takes_the_same_queries_however_long_it_is(
    as_cora: Client, project: Project, count: int, django_assert_max_num_queries: Any
) -> None:
    for n in range(count):
        take_in_text(project, f"Text {n}.", language="en", publisher=f"Outlet {n}")
    with django_assert_max_num_queries(9):
        as_cora.get(CORPUS)


@pytest.mark.parametrize("count", [2, 30])
def test_the_preview_takes_the_same_queries_however_long_it_is(
    as_cora: Client, count: int, django_assert_max_num_queries: Any
) -> None:
    lines = [json.dumps({"text": f"Text {n}.", "publisher": f"Outlet {n}"}) for n in range(count)]
    answer = send(as_cora, ("a.jsonl", "\n".join(lines).encode()), language="en")
    with django_assert_max_num_queries(9):
        as_cora.get(answer.url)
