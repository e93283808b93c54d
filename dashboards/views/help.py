"""使い方 for each group of people, and the accessibility statement. Both work without any strategy."""
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.roles import ROLES
from dashboards.caching import page
from dashboards.frame import Crumb, Frame, SignInFirst, get_frame
from goals.models import Strategy


@dataclass(frozen=True)
class Audience:
    """A group of people with its own page of instructions, `dashboards/_help_<key>.html`."""

    key: str
    name: str

    @property
    def template(self) -> str:
        return f"dashboards/_help_{self.key}.html"


AUDIENCES = (
    Audience("council", "見る方（市民・推進会議の委員）"),
    Audience("division", "入力する方（担当課）"),
    Audience("administrator", "管理する方（企画担当・管理者）"),
)


def current_frame(request: HttpRequest) -> Frame | None:
    """The current strategy's frame, so that the menu leads somewhere; None where there is none or the reader may not see it."""
    strategy = Strategy.objects.current()
    try:
        return get_frame(request, strategy.slug) if strategy else None
    except SignInFirst:
        return None


@page
def help_page(request: HttpRequest, audience: str) -> HttpResponse:
    """使い方: what that group of people does, step by step. 404 for an unknown group."""
    chosen = next((each for each in AUDIENCES if each.key == audience), None)
    if chosen is None:
        raise Http404("この使い方のページはありません。")
    context = {"frame": current_frame(request), "audiences": AUDIENCES, "audience": chosen, "roles": ROLES.items()}
    return render(request, "dashboards/help.html", context)


@page
def accessibility(request: HttpRequest) -> HttpResponse:
    """アクセシビリティ方針: the level aimed at, what was tested and what was not, and whom to tell."""
    return render(request, "dashboards/accessibility.html", {"frame": current_frame(request), "crumbs": [Crumb("アクセシビリティ方針")]})
