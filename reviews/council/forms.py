"""Forms around the council: a seat, the end of a term, the invitation's code and account, a joint opinion, the city's answer."""
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.utils import timezone

from accounts.models import Division, User
from accounts.roles import Role
from collecting.forms import DATE_MISSING, DayInput
from reviews.models import AnnualReview, JointOpinion, Meeting, Response, Seat
from reviews.vocabulary import Sector, Treatment

INPUT = {"class": "inp"}
DATE_ERRORS = {"required": DATE_MISSING, "invalid": DATE_MISSING}
BAD_NAME = "利用者名は、英字・数字・記号（@ . + - _）で、間を空けずに入力してください。"
TERM_ORDER = "任期の終わりは、始まり以後の日にしてください。"
TWO_PASSWORDS = "2つの欄のパスワードが違います。同じものを入力してください。"


class SeatForm(forms.Form):
    """What is said of a seat. With a predecessor it is the successor's."""

    member_name = forms.CharField(label="氏名", max_length=60, widget=forms.TextInput(INPUT), error_messages={"required": "氏名を入力してください。"})
    sector = forms.ChoiceField(label="分野", choices=[("", "選んでください"), *Sector.choices()], widget=forms.Select(INPUT), error_messages={"required": "分野を選んでください。"})
    organisation = forms.CharField(label="所属", max_length=80, required=False, widget=forms.TextInput(INPUT))
    office = forms.CharField(label="役職", max_length=20, required=False, widget=forms.TextInput(INPUT))
    term_from = forms.DateField(label="任期の始まり", widget=DayInput, error_messages=DATE_ERRORS)
    term_until = forms.DateField(label="任期の終わり", required=False, widget=DayInput, error_messages=DATE_ERRORS)
    shows_name = forms.BooleanField(label="氏名を公表してよい", required=False)
    user = forms.ModelChoiceField(User.objects.none(), label="利用者", required=False, empty_label="招待のコードでつくる", widget=forms.Select(INPUT))

    def __init__(self, seat: Seat | None = None, predecessor: Seat | None = None, **kwargs):
        super().__init__(initial=self._initial(seat, predecessor), **kwargs)
        members = User.objects.filter(role=Role.COUNCIL, is_active=True)
        # An account that was closed stays the seat's: saving another word must not take it off.
        self.fields["user"].queryset = members | User.objects.filter(pk=seat.user_id) if seat else members

    def _initial(self, seat: Seat | None, predecessor: Seat | None) -> dict:
        if seat:
            return {name: getattr(seat, name) for name in self.base_fields}
        if predecessor:
            same = ("sector", "organisation", "office")
            return {name: getattr(predecessor, name) for name in same} | {"term_from": timezone.localdate()}
        return {"term_from": timezone.localdate()}

    def clean(self) -> dict:
        """What the database refuses as well, said at its field."""
        cleaned = super().clean()
        first, last = cleaned.get("term_from"), cleaned.get("term_until")
        if first and last and last < first:
            self.add_error("term_until", TERM_ORDER)
        return cleaned


class EndTermForm(forms.Form):
    """The last day of a term of office."""

    last_day = forms.DateField(label="任期の最後の日", widget=DayInput, error_messages=DATE_ERRORS)

    def __init__(self, **kwargs):
        super().__init__(initial={"last_day": timezone.localdate()}, **kwargs)


class AccountForm(forms.Form):
    """The user name, for new accounts, and the password that the holder of an invitation chooses."""

    username = forms.CharField(
        label="利用者名", min_length=3, max_length=30, widget=forms.TextInput({**INPUT, "autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
        validators=[UnicodeUsernameValidator(message=BAD_NAME)],
        error_messages={"required": "利用者名を入力してください。", "min_length": "利用者名は、3文字以上にしてください。", "max_length": "利用者名は、30文字までにしてください。"},
    )
    password = forms.CharField(
        label="パスワード", strip=False, widget=forms.PasswordInput({**INPUT, "autocomplete": "new-password"}), error_messages={"required": "パスワードを入力してください。"}
    )
    again = forms.CharField(
        label="パスワード（もう一度）", strip=False, widget=forms.PasswordInput({**INPUT, "autocomplete": "new-password"}),
        error_messages={"required": "同じパスワードを、もう一度入力してください。"},
    )

    def __init__(self, seat: Seat, **kwargs):
        self.seat = seat
        super().__init__(initial={"username": proposed_username(seat)}, **kwargs)
        if seat.user_id:
            del self.fields["username"]

    def clean_password(self) -> str:
        name = self.seat.user.username if self.seat.user_id else self.cleaned_data.get("username", "")
        validate_password(self.cleaned_data["password"], User(username=name, display_name=self.seat.member_name))
        return self.cleaned_data["password"]

    def clean(self) -> dict:
        cleaned = super().clean()
        if cleaned.get("password") and cleaned.get("again") and cleaned["password"] != cleaned["again"]:
            self.add_error("again", TWO_PASSWORDS)
        return cleaned


def proposed_username(seat: Seat) -> str:
    """A short name that is free and easy to type: 「iin12」."""
    name, number = f"iin{seat.pk}", 1
    while User.objects.filter(username__iexact=name).exists():
        number += 1
        name = f"iin{seat.pk}-{number}"
    return name


class JointOpinionForm(forms.Form):
    """The council's words, who said them, and in which meeting."""

    text = forms.CharField(label="会議の意見", widget=forms.Textarea({**INPUT, "rows": 5}), error_messages={"required": "意見を書いてください。"})
    speakers = forms.CharField(label="だれの意見か", required=False, max_length=120, widget=forms.TextInput({**INPUT, "autocomplete": "off"}))
    meeting = forms.ModelChoiceField(Meeting.objects.none(), label="会議", required=False, empty_label="会議を選ばない", widget=forms.Select(INPUT))

    def __init__(self, review: AnnualReview, **kwargs):
        super().__init__(**kwargs)
        self.fields["meeting"].queryset = Meeting.objects.filter(review=review)


class ResponseForm(forms.Form):
    """The city's answer. Owner and due date are asked of the planning side only."""

    treatment = forms.ChoiceField(label="対応", choices=[("", "まだ決めていない"), *Treatment.choices()], required=False, widget=forms.Select(INPUT))
    text = forms.CharField(label="市の回答", required=False, widget=forms.Textarea({**INPUT, "rows": 6}))
    division = forms.ModelChoiceField(Division.objects.all(), label="担当課", required=False, empty_label="まだ決めていない", widget=forms.Select(INPUT))
    due_on = forms.DateField(label="期限", required=False, widget=DayInput, error_messages=DATE_ERRORS)

    def __init__(self, response: Response | None, is_planning: bool, **kwargs):
        names = ("treatment", "text", "division", "due_on")
        super().__init__(initial={name: getattr(response, name) for name in names} if response else None, **kwargs)
        if not is_planning:
            del self.fields["division"], self.fields["due_on"]


class DoneForm(forms.Form):
    """When a promise was kept, and what came of it."""

    done_on = forms.DateField(label="済んだ日", widget=DayInput, error_messages=DATE_ERRORS)
    note = forms.CharField(label="済んだこと", required=False, widget=forms.Textarea({**INPUT, "rows": 3}))

    def __init__(self, **kwargs):
        super().__init__(initial={"done_on": timezone.localdate()}, **kwargs)


def joint_initial(opinion: JointOpinion) -> dict:
    """What the form shows of an opinion that is there."""
    return {"text": opinion.text, "speakers": opinion.speakers, "meeting": opinion.meeting_id}

