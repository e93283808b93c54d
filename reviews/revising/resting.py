"""What was made upon a decided revision 「目標数値の見直し」, so that its decision stays. The page and the action ask here."""
from django.utils import timezone

from common.fiscal import era_date, era_long
from reviews.models import Edition, TargetRevision
from reviews.vocabulary import RevisionKind, RevisionState


def what_rests_on(decided: TargetRevision) -> str:
    """An edition frozen since, or a later decision about the same indicator; empty where there is none. At most two queries.

    A decided revision is not written again: it was decided when it was last saved.
    """
    since = Edition.objects.filter(review__strategy=decided.strategy_id, frozen_at__gte=decided.saved_at)
    edition = since.select_related("review").defer("content").order_by("frozen_at").first()
    if edition:
        return f"決定の後の{era_date(timezone.localdate(edition.frozen_at))}に、{era_long(edition.review.fiscal_year)}の第{edition.number}版（確定版）ができています。"
    about_it = TargetRevision.objects.filter(indicator=decided.indicator_id, indicator__isnull=False, state=RevisionState.DECIDED)
    later = about_it.filter(saved_at__gt=decided.saved_at).order_by("saved_at").first()
    return f"同じ指標に、その後に決定した見直し「{RevisionKind(later.kind).label}」があります。" if later else ""
