"""What this site itself hands out comes back whole: the admin's export of actuals, and every division's survey."""
import pytest

from accounts.roles import Role
from common.sheets import write_csv, write_xlsx
from importing.parse import LONG, SURVEY, parse
from importing.reader import read_book
from importing.standing import known_plan
from importing.surveys.content import surveys_of
from importing.surveys.workbook import workbook_of
from kpis.models import Actual
from kpis.resources import ActualResource


def exported(strategy, write) -> bytes:
    data = ActualResource().export(Actual.objects.filter(indicator__strategy=strategy).select_related("indicator__strategy"))
    return write(data.headers, list(data))


@pytest.mark.parametrize(("write", "name"), [(write_csv, "実績.csv"), (write_xlsx, "実績.xlsx")])
def test_the_admins_export_of_actuals_says_what_is_stored(sample, write, name):
    result = parse(read_book(exported(sample, write), name), known_plan(sample))
    stored = Actual.objects.filter(indicator__strategy=sample)
    assert (result.form, result.problems, result.notes) == (LONG, (), ())
    assert not any(entry.warnings for entry in result.entries)
    said = {(entry.indicator.key, entry.fiscal_year): (entry.value, entry.missing_reason, entry.comment or "") for entry in result.entries}
    kept = {(row.indicator_id, row.fiscal_year): (row.value, row.missing_reason or None, row.comment) for row in stored if row.has_content}
    assert said == kept
    assert len(kept) > 100


def test_every_survey_comes_back_with_what_it_was_filled_with_and_nothing_of_other_years(sample, people):
    plan, takeru = known_plan(sample), people[Role.PLANNING]
    found = [(survey, parse(read_book(workbook_of(survey), "調査票.xlsx"), plan)) for survey in surveys_of(sample, 2024, takeru)]
    assert found
    for survey, result in found:
        assert (result.form, result.problems, result.notes) == (SURVEY, (), ())
        filled = {(line.code, line.breakdown): line.answer for line in survey.lines if line.answer.version}
        assert {(entry.indicator.code, entry.indicator.breakdown): entry.seen_version for entry in result.entries} == {
            key: answer.version for key, answer in filled.items()
        }
        assert all(entry.fiscal_year == 2024 for entry in result.entries)
        assert all(entry.value == filled[entry.indicator.code, entry.indicator.breakdown].value for entry in result.entries)
