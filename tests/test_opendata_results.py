"""The published results as open data: nothing before publication, then the edition, and 410 with the reason once it is withdrawn."""
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from kpis.period_actions import extend_period
from kpis.revision_actions import revise_target
from kpis.vocabulary import EntryState
from opendata.openapi import FILES
from reviews.actions.publication import publish_now, schedule_publication, withdraw
from reviews.editions.freezing import freeze
from reviews.models import JointOpinion, Response
from reviews.vocabulary import ResponseState, Stage, Treatment
from tests.factories import make_actual, make_goal, make_indicator, make_measure, make_strategy, make_target
from tests.json_schema import faults
from tests.opendata_files import document_of, fetch, rows_of
from tests.published import AFTER, BEFORE, NOON, OPEN_OPINION, YEAR, make_edition, make_published, make_review
from tests.world import client_of

pytestmark = pytest.mark.django_db
READERS = (None, *Role)
ATOM = "{http://www.w3.org/2005/Atom}"
WORDS_OF_THE_EDITION = ("新規就農者数", "離農した農地", "金融分野", "次回から分けて報告")


@pytest.fixture
def strategy():
    return make_strategy(slug="hokuto-2", published_through=2022)


def entries_of(client) -> list[dict[str, str]]:
    """The feed's entries as texts by element; the link's address as `link`."""
    root = ElementTree.fromstring(fetch(client, "publications_atom").content)
    return [{each.tag.removeprefix(ATOM): each.text or each.get("href") for each in entry} for entry in root.findall(f"{ATOM}entry")]


@pytest.mark.parametrize("reader", READERS)
def test_before_publication_every_file_is_empty_for_everybody(people, strategy, takeru, reader):
    review = make_review(strategy)
    edition = make_edition(review)
    schedule_publication(review=review, edition=edition, publish_at=NOON, shows_member_names=True, by=takeru, now=BEFORE)
    client = client_of(people.get(reader))
    assert (rows_of(client, "results_csv"), rows_of(client, "opinions_csv"), document_of(client, "results_json")["results"]) == ([], [], [])
    assert entries_of(client) == []
    refused = fetch(client, "results_csv", year=YEAR)
    assert (refused.status_code, "公表していません" in refused.json()["message"]) == (404, True)
    everything = "".join(fetch(client, name).content.decode() for name in ("results_csv", "results_json", "opinions_csv", "publications_atom", "catalog_jsonld"))
    assert [word for word in WORDS_OF_THE_EDITION if word in everything] == []


def test_results_csv_says_what_the_edition_says_with_its_number_date_and_hash(client, strategy, takeru):
    publication = make_published(strategy, takeru)
    row = next(row for row in rows_of(client, "results_csv") if row["code"] == "1-1-1")
    expected = {
        "fiscal_year": "2023", "era": "令和5年度", "edition": "1", "frozen_on": "2024-10-01", "published_on": "2024-10-25", "sha256": publication.edition.sha256,
        "name": "新規就農者数", "unit": "人", "value": "138", "value_state": "confirmed", "result": "138", "expected": "140", "target": "150", "baseline": "100",
        "progress_rate": "0.76", "achievement_rate": "0.92", "status": "on_track", "status_label": "順調", "comment": "就農相談会に40組が参加しました。",
        "results_by_year": "2022=125;2023=138", "is_corrected": "false", "is_sample": "false", "measure_name": "元気な産業振興", "rule_version": "1",
        "strategy": "hokuto-2", "municipality_code": "012360",
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected


def test_an_indicator_without_a_value_has_empty_cells_and_never_0(client, strategy, takeru):
    make_published(strategy, takeru)
    row = next(row for row in rows_of(client, "results_csv") if row["code"] == "1-1-3")
    assert (row["value"], row["result"], row["value_state"], row["missing_reason"], row["missing_reason_label"]) == ("", "", "", "not_surveyed", "調査なし")


def test_one_year_can_be_asked_for_and_another_is_answered_with_what_there_is(client, strategy, takeru):
    make_published(strategy, takeru)
    make_published(strategy, takeru, fiscal_year=2022)
    assert {row["fiscal_year"] for row in rows_of(client, "results_csv")} == {"2022", "2023"}
    assert {row["fiscal_year"] for row in rows_of(client, "results_csv", year=2022)} == {"2022"}
    assert [year["fiscal_year"] for year in document_of(client, "results_json", year=2023)["results"]] == [2023]
    refused = fetch(client, "results_json", year="2021")
    assert refused.status_code == 404
    assert refused.json()["message"] == "その年度の評価の結果は公表していません。公表している年度は 2022（令和4年度）、2023（令和5年度）です。"


def test_the_files_are_named_after_the_year(client, strategy, takeru):
    make_published(strategy, takeru)
    assert 'filename="012360_hokuto-2_results_2023.csv"' in fetch(client, "results_csv", year=2023).headers["Content-Disposition"]


def test_opinions_csv_has_every_opinion_with_the_citys_answer(client, strategy, takeru):
    make_published(strategy, takeru)
    rows = rows_of(client, "opinions_csv")
    assert [(row["opinion_id"], row["goal"], row["measure"], row["treatment"], row["treatment_label"]) for row in rows] == [
        ("901", "1", "1", "adopted", "採用"), ("902", "1", "1", "", "検討中"), ("903", "", "", "already_done", "対応済"),
    ]  # fmt: skip
    assert (rows[0]["speakers"], rows[0]["response"], rows[0]["due_on"], rows[0]["is_later_answer"]) == ("金融分野の委員", "次回から分けて報告します。", "2025-03-31", "false")


def test_a_later_final_answer_is_in_the_file_and_marked(client, strategy, takeru):
    publication = make_published(strategy, takeru)
    opinion = JointOpinion.objects.create(pk=OPEN_OPINION["id"], review=publication.review, text=OPEN_OPINION["text"])
    answer = Response.objects.create(opinion=opinion, treatment=Treatment.ADOPTED, text="職場見学会を始めます。", due_on=date(2025, 3, 31))
    assert rows_of(client, "opinions_csv")[1]["response"] == ""
    answer.state = ResponseState.FINAL
    answer.save()
    row = rows_of(client, "opinions_csv")[1]
    expected = {"treatment": "adopted", "response": "職場見学会を始めます。", "due_on": "2025-03-31", "is_later_answer": "true", "answered_on": timezone.localdate().isoformat()}
    assert {name: row[name] for name in expected} == expected


def test_what_is_answered_is_what_openapi_describes(client, strategy, takeru):
    make_published(strategy, takeru)
    description = document_of(client, "openapi")
    schemas = description["components"]["schemas"]
    for file in FILES:
        content = description["paths"][file.address]["get"]["responses"]["200"]["content"]
        assert fetch(client, file.url_name.removeprefix("opendata_")).headers["Content-Type"].split(";")[0] == next(iter(content)) == file.media
    assert faults(document_of(client, "results_json"), schemas["Results"], schemas) == []
    assert faults(document_of(client, "catalog_jsonld"), schemas["Catalog"], schemas) == []
    assert "410" in description["paths"][reverse("opendata_results_csv")]["get"]["responses"]


def test_what_is_withdrawn_is_gone_from_every_file_and_the_feed_says_so(client, strategy, takeru):
    publication = make_published(strategy, takeru)
    before = entries_of(client)
    withdraw(publication=publication, reason="集計の誤りを<直す>ため", by=takeru, now=AFTER)
    assert (rows_of(client, "results_csv"), rows_of(client, "opinions_csv"), document_of(client, "results_json")["results"]) == ([], [], [])
    for name in ("results_csv", "results_json", "opinions_csv"):
        gone = fetch(client, name, year=YEAR)
        assert (gone.status_code, gone.json()["message"]) == (410, "令和5年度の評価の結果は、取り下げました。理由：集計の誤りを<直す>ため")
    after = entries_of(client)
    assert [(each["id"], each["published"]) for each in after] == [(each["id"], each["published"]) for each in before]
    assert ("取り下げました" in after[0]["title"], after[0]["updated"], "直す" in after[0]["summary"]) == (True, "2024-11-01T00:00:00+00:00", True)
    text = fetch(client, "publications_atom").content.decode()
    assert [word for word in WORDS_OF_THE_EDITION if word in text] == []


def test_the_feed_is_valid_atom(client, strategy, takeru):
    make_published(strategy, takeru)
    make_published(strategy, takeru, fiscal_year=2022)
    response = fetch(client, "publications_atom", strategy="hokuto-2")
    assert response.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(response.content)
    assert root.tag == f"{ATOM}feed"
    for owner in (root, *root.findall(f"{ATOM}entry")):
        assert [len(owner.findall(ATOM + name)) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert timezone.datetime.fromisoformat(owner.findtext(f"{ATOM}updated")).tzinfo is not None
    assert root.findtext(f"{ATOM}author/{ATOM}name") == "試験市"
    assert {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")} == {
        "alternate": "http://testserver/strategies/hokuto-2/results/", "self": "http://testserver/opendata/publications.atom?strategy=hokuto-2",
    }  # fmt: skip
    ids = [each["id"] for each in entries_of(client)] + [root.findtext(f"{ATOM}id")]
    assert len(ids) == len(set(ids)) == 3
    assert all(each.startswith("urn:uuid:") for each in ids)
    assert {each["link"] for each in entries_of(client)} == {f"http://testserver/strategies/hokuto-2/results/{year}/" for year in (2022, 2023)}


def test_an_empty_feed_is_valid_too_and_the_same_every_time(client, strategy):
    root = ElementTree.fromstring(fetch(client, "publications_atom").content)
    assert root.findtext(f"{ATOM}updated") == "2020-04-01T00:00:00+09:00"


def test_a_replaced_publication_keeps_its_entry_and_the_new_one_gets_its_own(client, strategy, takeru):
    publication = make_published(strategy, takeru)
    publish_now(review=publication.review, edition=make_edition(publication.review), shows_member_names=False, by=takeru, now=AFTER)
    titles = {each["title"] for each in entries_of(client)}
    assert titles == {"令和5年度の評価の結果（第1版）は、新しい版に差し替えました", "令和5年度の評価の結果（第2版）を公表しました"}


@pytest.fixture
def living(strategy, takeru):
    """131人 in 2023, checked, frozen and published."""
    indicator = make_indicator(measure=make_measure(goal=make_goal(strategy=strategy)), name="観光入込客数")
    make_target(indicator=indicator)
    make_actual(indicator=indicator, fiscal_year=YEAR, value=Decimal(131), entry_state=EntryState.CHECKED)
    review = make_review(strategy)
    edition = freeze(review=review, stage=Stage.EXTERNAL, by=takeru)
    publish_now(review=review, edition=edition, shows_member_names=False, by=takeru)
    return indicator


def test_a_correction_leaves_the_values_and_is_listed_and_told_of_without_names(client, takeru, living):
    actual = living.actuals.get(fiscal_year=YEAR)
    actual.value, actual._change_reason, actual._history_user = Decimal(119), "統計の訂正による", takeru
    actual.save()
    row = rows_of(client, "results_csv")[0]
    assert (row["value"], row["is_corrected"]) == ("131", "true")
    corrections = document_of(client, "results_json")["results"][0]["corrections"]
    assert [(each["code"], each["before"], each["after"], each["reason"]) for each in corrections] == [(living.code, "131人", "119人", "統計の訂正による")]
    told = entries_of(client)
    assert [("訂正：" in each["title"], "119人" in each["summary"]) for each in told] == [(True, True), (False, False)]
    everything = "".join(fetch(client, name).content.decode() for name in ("results_csv", "results_json", "publications_atom", "catalog_jsonld"))
    assert takeru.display_name not in everything
    assert takeru.username not in everything
    schemas = document_of(client, "openapi")["components"]["schemas"]
    assert faults(document_of(client, "results_json"), schemas["Results"], schemas) == []


def test_a_revised_plan_is_listed_with_its_decision_in_every_year_and_told_of_once(client, takeru, living):
    review = make_review(living.strategy, fiscal_year=2022)
    publish_now(review=review, edition=freeze(review=review, stage=Stage.EXTERNAL, by=takeru), shows_member_names=False, by=takeru)
    decided = {"reason": "情勢の変化", "decided_on": date(2024, 8, 6), "decided_by_meeting": "検討・推進会議", "by": takeru}
    revise_target(indicator=living, effective_fiscal_year=2024, value=Decimal(120), **decided)
    extend_period(strategy=living.strategy, effective_fiscal_year=2024, last_fiscal_year=2025, **decided)
    expected = [
        {"code": living.code, "fiscal_year": 2024, "what": "目標", "before": "150人", "after": "120人", "decided_by_meeting": "検討・推進会議"},
        {"code": None, "fiscal_year": 2024, "what": "最後の年度", "before": "令和6年度", "after": "令和7年度", "decided_on": "2024-08-06"},
    ]
    document = document_of(client, "results_json")
    for year in document["results"]:
        assert [{name: told[name] for name in row} for told, row in zip(year["corrections"], expected, strict=True)] == expected
    assert {row["is_corrected"] for row in rows_of(client, "results_csv")} == {"false"}
    assert sum(each["title"].startswith("目標の見直し：") for each in entries_of(client)) == 2
    schemas = document_of(client, "openapi")["components"]["schemas"]
    assert faults(document, schemas["Results"], schemas) == []


def test_the_catalogue_names_every_file_its_licence_and_when_it_last_changed(client, strategy, takeru):
    make_published(strategy, takeru)
    found = document_of(client, "catalog_jsonld")
    assert (found["@type"], found["dcterms:publisher"]["foaf:name"]) == ("dcat:Catalog", "試験市")
    distributions = [each for dataset in found["dcat:dataset"] for each in dataset["dcat:distribution"]]
    assert {each["dcterms:title"] for each in distributions} == {file.name for file in FILES} - {"catalog.jsonld"}
    assert {each["dcterms:license"]["@id"] for each in [found, *found["dcat:dataset"], *distributions]} == {"https://creativecommons.org/licenses/by/4.0/deed.ja"}
    for each in distributions:
        address = each["dcat:downloadURL"]["@id"]
        assert address.startswith("http://testserver/opendata/")
        assert client.get(address).status_code == 200
        assert client.get(address).headers["Content-Type"].split(";")[0] == each["dcat:mediaType"]
    modified = {dataset["dcterms:identifier"].rsplit("/", 1)[-1]: dataset["dcterms:modified"]["@value"] for dataset in found["dcat:dataset"]}
    assert (modified["results"], modified["agreements"]) == ("2024-10-25T12:00:00+09:00", "2020-04-01T00:00:00+09:00")


def test_a_draft_does_not_move_the_date_that_visitors_read(client, strategy):
    before = document_of(client, "catalog_jsonld")
    make_actual(indicator=make_indicator(strategy=strategy), fiscal_year=2024, value=Decimal(5))
    assert document_of(client, "catalog_jsonld") == before


def test_sample_results_say_so_in_every_file(client, strategy, takeru):
    make_published(strategy, takeru, is_sample=True, indicators=[])
    assert "架空のサンプル値" in entries_of(client)[0]["title"]
    assert document_of(client, "results_json")["results"][0]["is_sample"] is True
    assert {row["is_sample"] for row in rows_of(client, "opinions_csv")} == {"true"}
    described = [each["dcterms:description"] for each in document_of(client, "catalog_jsonld")["dcat:dataset"]]
    assert [("架空のサンプル値" in each) for each in described] == [False, True, True, False]


def test_the_index_lists_the_files_and_the_published_years(client, strategy, takeru):
    assert "公表前" in fetch(client, "index").content.decode()
    make_published(strategy, takeru)
    html = fetch(client, "index").content.decode()
    expected = [f"{file.address}?strategy=hokuto-2" for file in FILES] + ["/opendata/results.csv?strategy=hokuto-2&amp;year=2023", 'rel="alternate"']
    assert [text for text in expected if text not in html] == []


@pytest.mark.parametrize("name", ["results_csv", "results_json", "opinions_csv", "publications_atom", "catalog_jsonld"])
def test_five_published_years_take_at_most_12_queries(client, takeru, django_assert_max_num_queries, name):
    strategy = make_strategy(slug="hokuto-2")
    for year in strategy.fiscal_years:
        make_published(strategy, takeru, fiscal_year=year)
    with django_assert_max_num_queries(12):
        fetch(client, name)
