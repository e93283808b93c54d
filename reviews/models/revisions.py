"""Revisions of the plan's targets 「目標数値の見直し」: proposed with a reason, decided by a meeting, and only then in force."""
from django.db import models
from django.db.models import Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.models import User
from goals.models import Strategy
from kpis.models import Indicator
from kpis.models.actuals import VALUE
from reviews.models.meetings import Meeting
from reviews.models.written import Written
from reviews.vocabulary import RevisionKind, RevisionState

NEEDS_INDICATOR = [RevisionKind.TARGET, RevisionKind.MILESTONE, RevisionKind.SPLIT, RevisionKind.END]
NEEDS_VALUE = [RevisionKind.TARGET, RevisionKind.MILESTONE]
NEEDS_LAST_YEAR = [RevisionKind.END, RevisionKind.EXTEND]


class TargetRevision(Written):
    """One proposed change of the plan. What each kind uses: reviews/revising/kinds.py.

    `last_fiscal_year` is the plan's (EXTEND) or the indicator's (END). `content` holds what new indicators are made of (SPLIT and ADD): a list of
    objects with Indicator's field names, "target_value" and "target_upper_value"; of ADD also "measure_id" or "goal_id".
    """

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="revisions", verbose_name="総合戦略")
    kind = models.CharField("見直しの種類", max_length=12, choices=RevisionKind.choices())
    indicator = models.ForeignKey(Indicator, models.CASCADE, null=True, blank=True, related_name="revisions", verbose_name="指標")
    effective_fiscal_year = models.PositiveSmallIntegerField("適用する年度から")
    value = models.DecimalField("新しい値", **VALUE)
    upper_value = models.DecimalField("新しい値の上限（範囲のとき）", **VALUE)
    milestone_fiscal_year = models.PositiveSmallIntegerField("年度目標の年度", null=True, blank=True)
    last_fiscal_year = models.PositiveSmallIntegerField("新しい最後の年度", null=True, blank=True)
    content = models.JSONField("新しい指標の内容", default=list, blank=True)
    reason = models.TextField("見直しの理由")
    state = models.CharField("状態", max_length=12, choices=RevisionState.choices(), default=RevisionState.PROPOSED)
    proposed_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="提案した人")
    proposed_at = models.DateTimeField("提案した日時", default=timezone.now)
    meeting = models.ForeignKey(Meeting, models.PROTECT, null=True, blank=True, related_name="revisions", verbose_name="決定した会議")
    decided_on = models.DateField("決定日", null=True, blank=True)
    decision_note = models.TextField("決定の内容・理由", blank=True)
    is_sample = models.BooleanField("架空のサンプル", default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "目標数値の見直し"
        ordering = ["strategy", "-proposed_at"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="revision_has_reason", violation_error_message="見直しの理由を書いてください。"),
            models.CheckConstraint(
                condition=~Q(kind__in=NEEDS_INDICATOR) | Q(indicator__isnull=False),
                name="revision_names_indicator",
                violation_error_message="見直す指標を選んでください。",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=NEEDS_VALUE) | Q(value__isnull=False), name="revision_has_value", violation_error_message="新しい値を入れてください。"
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=NEEDS_LAST_YEAR) | Q(last_fiscal_year__isnull=False),
                name="revision_names_last_year",
                violation_error_message="新しい最後の年度を入れてください。",
            ),
            models.CheckConstraint(
                condition=~Q(kind=RevisionKind.MILESTONE) | Q(milestone_fiscal_year__isnull=False),
                name="revision_names_milestone_year",
                violation_error_message="年度目標の年度を入れてください。",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[RevisionState.DECIDED, RevisionState.REJECTED]) | Q(decided_on__isnull=False, meeting__isnull=False),
                name="revision_decided_by_meeting",
                violation_error_message="決定日と、決定した会議を入れてください。",
            ),
        ]

    def __str__(self):
        return f"{RevisionKind(self.kind).label}：{self.indicator or self.strategy.short_name}"
