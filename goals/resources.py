"""Spreadsheets of the plan's structure. Rows are known by 戦略, 番号 and the numbers above them."""
from django.db.models import QuerySet

from accounts.sheets.columns import Column, Whole
from accounts.sheets.resource import SheetResource
from goals.models import Goal, Initiative, Measure, Strategy


def strategy_column(attribute: str) -> Column:
    """The column every key begins with: the strategy's slug."""
    return Column(attribute, "戦略", readonly=True)


class StrategyResource(SheetResource):
    """The strategies themselves, with their judgement settings."""

    strategy = strategy_column("slug")
    name = Column.of(Strategy, "name")
    short_name = Column.of(Strategy, "short_name")
    municipality = Column.of(Strategy, "municipality")
    municipality_code = Column.of(Strategy, "municipality_code")
    first_fiscal_year = Column.of(Strategy, "first_fiscal_year")
    last_fiscal_year = Column.of(Strategy, "last_fiscal_year")
    # An extension is a decision with its reason and meeting: it travels in the 計画ワークブック.
    extended_to = Column("extended_to", "延長後の最後の年度", Whole(), readonly=True)
    adopted_on_label = Column.of(Strategy, "adopted_on_label")
    purpose = Column.of(Strategy, "purpose")
    policy_summary = Column.of(Strategy, "policy_summary")
    contact_office = Column.of(Strategy, "contact_office")
    contact_phone = Column.of(Strategy, "contact_phone")
    source = Column.of(Strategy, "source")
    is_current = Column.of(Strategy, "is_current")
    public_scope = Column.of(Strategy, "public_scope")
    published_through = Column.of(Strategy, "published_through")
    on_track_from = Column.of(Strategy, "on_track_from")
    slightly_behind_from = Column.of(Strategy, "slightly_behind_from")
    limit_tolerance = Column.of(Strategy, "limit_tolerance")
    maintain_tolerance = Column.of(Strategy, "maintain_tolerance")
    rate_rounding = Column.of(Strategy, "rate_rounding")
    rate_decimals = Column.of(Strategy, "rate_decimals")
    key = ("strategy",)

    class Meta:
        model = Strategy

    def stored(self, keys) -> QuerySet:
        return self.get_queryset().filter(slug__in=[slug for (slug,) in keys])

    def new_instance(self, key) -> Strategy:
        return Strategy(slug=key[0])


class PlanResource(SheetResource):
    """Rows that belong to a strategy: the first column of their key is 戦略."""

    def stored(self, keys) -> QuerySet:
        slugs = {key[0] for key in keys}
        self.strategies = {strategy.slug: strategy for strategy in Strategy.objects.filter(slug__in=slugs)}
        return self.get_queryset().filter(**{f"{self.fields['strategy'].attribute}__in": slugs})

    def check_key(self, key) -> dict[str, str]:
        if key[0] not in self.strategies:
            return {"strategy": f"「{key[0]}」という総合戦略はありません。"}
        return self.check_parent(self.strategies[key[0]], key)

    def check_parent(self, strategy: Strategy, key: tuple) -> dict[str, str]:
        """Problems of what else the key refers to, by column name."""
        return {}


class GoalResource(PlanResource):
    strategy = strategy_column("strategy__slug")
    number = Column("number", "番号", Whole(), readonly=True)
    name = Column.of(Goal, "name")
    subtitle = Column.of(Goal, "subtitle")
    direction = Column.of(Goal, "direction")
    source = Column.of(Goal, "source")
    key = ("strategy", "number")
    related = ("strategy",)

    class Meta:
        model = Goal

    def new_instance(self, key) -> Goal:
        return Goal(strategy=self.strategies[key[0]], number=key[1])


class MeasureResource(PlanResource):
    strategy = strategy_column("goal__strategy__slug")
    goal = Column("goal__number", "基本目標", Whole(), readonly=True)
    number = Column("number", "番号", Whole(), readonly=True)
    name = Column.of(Measure, "name")
    approach = Column.of(Measure, "approach")
    source = Column.of(Measure, "source")
    key = ("strategy", "goal", "number")
    related = ("goal__strategy",)

    class Meta:
        model = Measure

    def stored(self, keys) -> QuerySet:
        rows = super().stored(keys)
        goals = Goal.objects.filter(strategy__in=self.strategies.values()).select_related("strategy")
        self.goals = {goal.natural_key(): goal for goal in goals}
        return rows

    def check_parent(self, strategy, key) -> dict[str, str]:
        return {} if key[:2] in self.goals else {"goal": f"基本目標{key[1]} は{strategy.short_name}にありません。"}

    def new_instance(self, key) -> Measure:
        return Measure(goal=self.goals[key[:2]], number=key[2])


class InitiativeResource(PlanResource):
    strategy = strategy_column("measure__goal__strategy__slug")
    goal = Column("measure__goal__number", "基本目標", Whole(), readonly=True)
    measure = Column("measure__number", "主要施策", Whole(), readonly=True)
    number = Column("number", "番号", Whole(), readonly=True)
    name = Column.of(Initiative, "name")
    summary = Column.of(Initiative, "summary")
    key = ("strategy", "goal", "measure", "number")
    related = ("measure__goal__strategy",)

    class Meta:
        model = Initiative

    def stored(self, keys) -> QuerySet:
        rows = super().stored(keys)
        self.measures = measures_of(self.strategies.values())
        return rows

    def check_parent(self, strategy, key) -> dict[str, str]:
        return {} if key[:3] in self.measures else {"measure": f"主要施策 {key[1]}-{key[2]} は{strategy.short_name}にありません。"}

    def new_instance(self, key) -> Initiative:
        return Initiative(measure=self.measures[key[:3]], number=key[3])


def measures_of(strategies) -> dict[tuple[str, int, int], Measure]:
    """The strategies' measures by slug, goal number and own number. One query."""
    found = Measure.objects.filter(goal__strategy__in=strategies).select_related("goal__strategy")
    return {measure.natural_key(): measure for measure in found}
