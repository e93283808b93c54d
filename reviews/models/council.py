"""The outside council: its seats, how members come in, what they say, what the city answers."""
from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from simple_history.models import HistoricalRecords

from accounts.models import Division, User
from goals.models import Measure, Strategy
from reviews.models.meetings import Meeting
from reviews.models.review import AnnualReview
from reviews.models.written import Written
from reviews.vocabulary import CouncilRating, OpinionState, ResponseState, Sector, Treatment


class SeatQuerySet(models.QuerySet):
    def filled_on(self, day: date) -> "SeatQuerySet":
        """The seats whose term of office covers that day."""
        return self.filter(Q(term_from__lte=day), Q(term_until__isnull=True) | Q(term_until__gte=day))


class Seat(Written):
    """A seat of the council 「委員」 with the person who holds it for a term of office 「任期」. A successor has a row of their own."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="seats", verbose_name="総合戦略")
    sector = models.CharField("分野", max_length=16, choices=Sector.choices())
    organisation = models.CharField("所属", max_length=80, blank=True)
    member_name = models.CharField("氏名", max_length=60)
    office = models.CharField("役職", max_length=20, blank=True, help_text="例: 会長、副会長")
    position = models.PositiveSmallIntegerField("並び順", default=0)
    term_from = models.DateField("任期の始まり")
    term_until = models.DateField("任期の終わり", null=True, blank=True)
    shows_name = models.BooleanField("氏名を公表してよい", default=False)
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="seats", verbose_name="利用者")
    is_sample = models.BooleanField("架空のサンプル", default=False)
    history = HistoricalRecords()

    objects = SeatQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "推進会議の委員"
        ordering = ["strategy", "position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(term_until__isnull=True) | Q(term_until__gte=F("term_from")),
                name="seat_term_in_order",
                violation_error_message="任期の終わりは、始まり以後の日にしてください。",
            ),
            models.UniqueConstraint(
                fields=["strategy", "user", "term_from"], name="seat_of_user_unique", violation_error_message="この利用者の同じ任期の委員が、すでにあります。"
            ),
        ]

    def __str__(self):
        return f"{self.member_name}（{Sector(self.sector).label}）"

    def is_filled_on(self, day: date) -> bool:
        return self.term_from <= day and (self.term_until is None or day <= self.term_until)

    @property
    def sector_name(self) -> str:
        """「金融分野の委員」: how it signs where names are not shown."""
        return Sector(self.sector).member


class Invitation(models.Model):
    """A printable one-time code that lets the holder of a seat choose a password. Only its hash is kept; a new one ends the old."""

    seat = models.ForeignKey(Seat, models.CASCADE, related_name="invitations", verbose_name="委員")
    code_hash = models.CharField("コードのハッシュ", max_length=64, unique=True)
    expires_at = models.DateTimeField("期限")
    created_by = models.ForeignKey(User, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name="作った人")
    created_at = models.DateTimeField("作った日時", default=timezone.now)
    used_at = models.DateTimeField("使われた日時", null=True, blank=True)
    ended_at = models.DateTimeField("取り消した日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "招待"
        ordering = ["seat", "-created_at"]

    def __str__(self):
        return f"{self.seat}への招待"

    def is_usable(self, now) -> bool:
        return self.used_at is None and self.ended_at is None and now < self.expires_at


class OpinionQuerySet(models.QuerySet):
    def handed_in(self) -> "OpinionQuerySet":
        return self.filter(state=OpinionState.HANDED_IN)


class Opinion(Written):
    """What one member says of one measure 「委員の意見」, with a rating. Nobody else reads it before it is handed in."""

    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="opinions", verbose_name="年度の評価・検証")
    measure = models.ForeignKey(Measure, models.CASCADE, related_name="opinions", verbose_name="主要施策")
    seat = models.ForeignKey(Seat, models.PROTECT, related_name="opinions", verbose_name="委員")
    text = models.TextField("意見", blank=True)
    rating = models.CharField("評価", max_length=16, choices=CouncilRating.choices(), blank=True)
    state = models.CharField("状態", max_length=12, choices=OpinionState.choices(), default=OpinionState.DRAFT)
    handed_in_at = models.DateTimeField("提出した日時", null=True, blank=True)
    is_sample = models.BooleanField("架空のサンプル", default=False)
    history = HistoricalRecords()

    objects = OpinionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "委員の意見"
        ordering = ["review", "measure", "seat"]
        constraints = [
            models.UniqueConstraint(
                fields=["review", "measure", "seat"], name="opinion_unique", violation_error_message="この施策への意見は、すでにあります。"
            ),
            models.CheckConstraint(
                condition=Q(state=OpinionState.DRAFT) | ~Q(text="", rating=""),
                name="opinion_handed_in_is_not_empty",
                violation_error_message="意見か評価のどちらかを入れてから、提出してください。",
            ),
            models.CheckConstraint(
                condition=Q(state=OpinionState.DRAFT, handed_in_at__isnull=True) | Q(state=OpinionState.HANDED_IN, handed_in_at__isnull=False),
                name="opinion_handed_in_when",
                violation_error_message="提出した意見には、提出した日時を残してください。",
            ),
        ]

    def __str__(self):
        return f"{self.seat}：{self.measure}"


class JointOpinion(Written):
    """An opinion of the council as a whole 「会議の意見」, which the secretariat merges from members' opinions or takes down in a meeting."""

    review = models.ForeignKey(AnnualReview, models.CASCADE, related_name="joint_opinions", verbose_name="年度の評価・検証")
    measure = models.ForeignKey(Measure, models.CASCADE, null=True, blank=True, related_name="joint_opinions", verbose_name="主要施策（全体への意見では空）")
    meeting = models.ForeignKey(Meeting, models.SET_NULL, null=True, blank=True, related_name="joint_opinions", verbose_name="会議")
    position = models.PositiveSmallIntegerField("並び順", default=0)
    text = models.TextField("会議の意見")
    speakers = models.CharField("だれの意見か", max_length=120, blank=True, help_text="例: 金融分野の委員。氏名は書きません。")
    sources = models.ManyToManyField(Opinion, blank=True, related_name="joint_opinions", verbose_name="もとの意見")
    is_sample = models.BooleanField("架空のサンプル", default=False)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "会議の意見"
        ordering = ["review", "measure", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="joint_opinion_not_empty", violation_error_message="意見を書いてください。")
        ]

    def __str__(self):
        return self.text[:40]


class ResponseQuerySet(models.QuerySet):
    def still_open(self) -> "ResponseQuerySet":
        """What the city has still to do: opinions it took up or studies that are not done. They stay open across years."""
        return self.filter(done_on__isnull=True).exclude(treatment__in=[Treatment.NOT_ADOPTED, Treatment.ALREADY_DONE], state=ResponseState.FINAL)


class Response(Written):
    """What the city does with an opinion of the council 「対応」 and answers 「市の回答」. It stays open across years until it is done."""

    opinion = models.OneToOneField(JointOpinion, models.CASCADE, related_name="response", verbose_name="会議の意見")
    treatment = models.CharField("対応", max_length=12, choices=Treatment.choices(), blank=True)
    text = models.TextField("市の回答", blank=True)
    division = models.ForeignKey(Division, models.PROTECT, null=True, blank=True, related_name="responses", verbose_name="担当課")
    due_on = models.DateField("期限", null=True, blank=True)
    done_on = models.DateField("済んだ日", null=True, blank=True)
    done_note = models.TextField("済んだこと", blank=True)
    state = models.CharField("状態", max_length=12, choices=ResponseState.choices(), default=ResponseState.DRAFT)
    return_reason = models.TextField("下書きへ戻した理由", blank=True)
    is_sample = models.BooleanField("架空のサンプル", default=False)
    history = HistoricalRecords()

    objects = ResponseQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "市の回答"
        ordering = ["opinion"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ResponseState.DRAFT) | ~Q(treatment="") & ~Q(text=""),
                name="response_final_is_complete",
                violation_error_message="対応を選び、回答を書いてから、確定してください。",
            ),
            models.CheckConstraint(
                condition=Q(done_on__isnull=True) | ~Q(treatment=""),
                name="response_done_has_treatment",
                violation_error_message="対応を選んでから、済んだ日を入れてください。",
            ),
        ]

    def __str__(self):
        return f"{self.opinion}への回答"

    @property
    def is_done(self) -> bool:
        return self.done_on is not None
