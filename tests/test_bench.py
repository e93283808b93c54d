"""The benchmark's parts that can be tested quickly: its generator, its reference views, its load client's arithmetic."""
import pytest

from bench.load import _body_length
from bench.plans import make_plans
from goals.models import Goal, Initiative, Measure, Strategy
from kpis.models import Actual, Indicator, Target
from partnerships.models import Agreement, Party
from tests.factories import make_goal, make_measure, make_strategy
from tests.world import client_of


def test_every_copy_of_the_plan_is_complete(sample):
    make_plans(sample, 2)
    copy = Strategy.objects.get(slug="plan-0002")
    for model, path in ((Goal, "strategy"), (Measure, "goal__strategy"), (Initiative, "measure__goal__strategy"), (Target, "indicator__strategy"), (Agreement, "strategy"), (Party, "agreement__strategy")):
        assert model.objects.filter(**{path: copy}).count() == model.objects.filter(**{path: sample}).count() > 0
    assert Indicator.objects.filter(strategy=copy).count() == 49
    assert Actual.objects.filter(indicator__strategy=copy).count() == 245


def test_a_copys_rows_belong_to_the_copy(sample):
    make_plans(sample, 1)
    copy = Strategy.objects.get(slug="plan-0001")
    assert set(Indicator.objects.filter(strategy=copy, measure__isnull=False).values_list("measure__goal__strategy", flat=True)) == {copy.pk}
    assert set(Indicator.objects.filter(strategy=copy, goal__isnull=False).values_list("goal__strategy", flat=True)) == {copy.pk}


@pytest.mark.urls("bench.urls")
def test_the_plain_reference_asks_four_times(db, settings, django_assert_num_queries):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], settings.BASE_DIR / "bench" / "templates"]}]
    make_measure(goal=make_goal(strategy=make_strategy(is_current=True)))
    with django_assert_num_queries(4):
        assert client_of(None).get("/bench/plain/").status_code == 200


@pytest.mark.urls("bench.urls")
def test_the_goal_without_charts_has_no_chart_left(sample):
    paths = ("/strategies/hokuto-2/goals/1/", "/bench/without-charts/hokuto-2/1/")
    with_charts, without = (client_of(None).get(path).content.decode() for path in paths)
    assert [word in with_charts for word in ("data-chart", "plotly")] == [True, True]
    assert [word in without for word in ("data-chart", "plotly")] == [False, False]


@pytest.mark.urls("bench.urls")
def test_the_bare_page_has_the_goals_charts(sample):
    paths = ("/strategies/hokuto-2/goals/1/", "/bench/bare-charts/hokuto-2/1/")
    goal, bare = (client_of(None).get(path).content.decode() for path in paths)
    assert bare.count("application/json") == goal.count("data-chart=") > 2


@pytest.mark.parametrize(
    ("head", "length"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 120", 120),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 7\r\nVary: Cookie", 7),
        (b"HTTP/1.1 304 Not Modified\r\nContent-Length: 99", 0),
    ],
)
def test_the_load_client_knows_how_long_an_answer_is(head, length):
    assert _body_length(head) == length
