"""評価・検証: the years, how far each has come, and what comes next."""
from dataclasses import dataclass

from goals.models import Strategy
from reviews.forms import likely_review_year
from reviews.models import AnnualReview
from reviews.vocabulary import PublicationState, Stage

# What is done in each stage, said to whoever opens the list.
NEXT = {
    Stage.ENTRY: "担当課が、実績と自己評価を入力します。",
    Stage.INTERNAL: "庁内検討会議が、主要施策ごとに評価します。",
    Stage.EXTERNAL: "検討・推進会議の委員が意見を書き、市が回答します。",
    Stage.PUBLICATION: "結果を確かめて、公表します。",
}
PUBLISHED = "公表しました。意見への対応を、済むまで続けます。"


@dataclass(frozen=True)
class ReviewLine:
    """One year of the list."""

    review: AnnualReview
    stage: Stage
    is_published: bool

    @property
    def next(self) -> str:
        return PUBLISHED if self.is_published else NEXT[self.stage]


@dataclass(frozen=True)
class ReviewList:
    """All reviews of a strategy, newest year first; `next_year` is the one to begin, if any."""

    lines: list[ReviewLine]
    next_year: int | None


def review_list(strategy: Strategy) -> ReviewList:
    """The whole list: five queries at most."""
    published = set(AnnualReview.objects.filter(strategy=strategy, publications__state=PublicationState.PUBLISHED).values_list("pk", flat=True))
    rows = strategy.reviews.select_related("scale").order_by("-fiscal_year")
    return ReviewList([ReviewLine(row, Stage(row.stage), row.pk in published) for row in rows], likely_review_year(strategy))
