"""The city's own grades 「評価区分」."""
from collections.abc import Iterable

from django.db import models
from simple_history.models import HistoricalRecords

from goals.models import RateRounding, Strategy
from kpis.ratings import Band, Basis, Scale


class RatingScale(models.Model):
    """The city's own grades beside the status 「市の評価区分」."""

    strategy = models.ForeignKey(Strategy, models.CASCADE, related_name="rating_scales", verbose_name="総合戦略")
    name = models.CharField("名称", max_length=60)
    basis = models.CharField("もとになる値", max_length=24, choices=Basis.choices())
    no_data_label = models.CharField("値がないときの表示", max_length=20, default="－")
    round_decimals = models.PositiveSmallIntegerField("比べる前の端数処理（％の小数の桁数）", null=True, blank=True)
    rounding = models.CharField("端数処理", max_length=10, choices=RateRounding, default=RateRounding.DOWN)
    is_active = models.BooleanField("画面に表示する", default=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "評価区分"
        ordering = ["strategy", "name"]
        constraints = [
            models.UniqueConstraint(fields=["strategy", "name"], name="rating_scale_unique", violation_error_message="同じ名前の評価区分がすでにあります。")
        ]

    def __str__(self):
        return self.name

    def scale(self, bands: "Iterable[RatingBand] | None" = None) -> Scale:
        """The pure scale. One query unless its bands are given or prefetched."""
        return Scale(
            basis=Basis(self.basis),
            bands=tuple(Band(b.label, b.lower_bound, b.is_inclusive, b.wording) for b in (self.bands.all() if bands is None else bands)),
            no_data=Band(self.no_data_label, None, wording="評価なし"),
            round_decimals=self.round_decimals,
            rounds_down=self.rounding == RateRounding.DOWN,
        )


class RatingBand(models.Model):
    """One grade of a scale, best first."""

    scale = models.ForeignKey(RatingScale, models.CASCADE, related_name="bands", verbose_name="評価区分")
    position = models.PositiveSmallIntegerField("並び順（良い順）")
    label = models.CharField("表示", max_length=20)
    lower_bound = models.DecimalField("下限（1＝100％）", max_digits=7, decimal_places=4, null=True, blank=True, help_text="最後の区分では空にします。")
    is_inclusive = models.BooleanField("下限を含む", default=True)
    wording = models.CharField("意味", max_length=120, blank=True)
    history = HistoricalRecords()

    class Meta:
        verbose_name = verbose_name_plural = "評価区分の段階"
        ordering = ["scale", "position"]
        constraints = [
            models.UniqueConstraint(fields=["scale", "position"], name="rating_band_unique", violation_error_message="同じ並び順の段階がすでにあります。")
        ]

    def __str__(self):
        return self.label
