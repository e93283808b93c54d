"""Forms of the page 「公表」."""
from django import forms

from reviews.models import AnnualReview, Edition
from reviews.publishing.publications import editions_to_publish

NOW, LATER = "now", "later"
WHEN = ((NOW, "いますぐ公表する"), (LATER, "日時を決めて公表する"))
EDITION_MISSING = "公表する版を選んでください。"
TIME_MISSING = "公表する日時を選んでください。"
REASON_MISSING = "取り下げる理由を書いてください。市民が読みます。"
LONGEST_REASON = 1000


class DateTimeInput(forms.DateTimeInput):
    """The browser's own calendar and clock."""

    input_type = "datetime-local"

    def __init__(self):
        super().__init__(attrs={"class": "inp"}, format="%Y-%m-%dT%H:%M")


class PublicationForm(forms.Form):
    """Which edition, when, and whether with names. The newest edition is proposed, and names as they are public now."""

    edition = forms.ModelChoiceField(
        Edition.objects.none(), label="公表する版", widget=forms.RadioSelect, empty_label=None,
        error_messages={"required": EDITION_MISSING, "invalid_choice": EDITION_MISSING},
    )
    when = forms.ChoiceField(label="公表する時", choices=WHEN, widget=forms.RadioSelect, initial=NOW)
    publish_at = forms.DateTimeField(label="公表する日時", required=False, widget=DateTimeInput, error_messages={"invalid": TIME_MISSING})
    shows_member_names = forms.BooleanField(label="公表してよいとした委員の氏名を載せる", required=False)

    def __init__(self, review: AnnualReview, **kwargs):
        editions = editions_to_publish(review)
        newest = editions.values_list("pk", flat=True).first()
        has_names = review.publications.in_force().filter(shows_member_names=True).exists()
        super().__init__(initial={"edition": newest, "when": NOW, "shows_member_names": has_names}, **kwargs)
        self.fields["edition"].queryset = editions

    def clean(self) -> dict:
        """A time is needed only where one is to be set. Errors stand at its field."""
        cleaned = super().clean()
        if cleaned.get("when") == LATER and not cleaned.get("publish_at") and "publish_at" not in self.errors:
            self.add_error("publish_at", TIME_MISSING)
        return cleaned

    @property
    def is_for_later(self) -> bool:
        return self.cleaned_data["when"] == LATER


class WithdrawalForm(forms.Form):
    """Why the results are withdrawn."""

    reason = forms.CharField(
        label="取り下げる理由", max_length=LONGEST_REASON, widget=forms.Textarea(attrs={"class": "inp", "rows": 3}), error_messages={"required": REASON_MISSING}
    )
