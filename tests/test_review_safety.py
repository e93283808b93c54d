"""Attacks on the yearly review (draft probes)."""
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from kpis.models import Actual
from reviews.corrections import corrections
from reviews.editions import freeze
from reviews.models import *
from reviews.vocabulary import *
from reviews.results import public_corrections
from reviews.edition_reading import EditionContent
from tests.council import *
from tests.factories import *
from tests.meetings import *
from tests.reviewed import make_reviewed
from tests.published import make_edition
from tests.review_scenes import make_scene
from tests.world import client_of

pytestmark = pytest.mark.django_db

CONTROL = "あ\x0bい\x1bう\x00え\ufffe"


def test_nul_everywhere(tmp_path, settings):
    scene = make_scene(stage=Stage.EXTERNAL)
    seat = with_seat(scene.kazuko, scene.review.strategy)
    slug, year = scene.review.strategy.slug, 2023
    base = f"/strategies/{slug}/"
    planner, member = client_of(scene.takeru), client_of(scene.kazuko)
    planner.raise_request_exception = member.raise_request_exception = False
    bad = {}
    meeting = Meeting.objects.create(review=scene.review, body=Body.PROMOTION_COUNCIL, number=1, meets_on=date(2024, 8, 1))
    joint = make_joint_opinion(scene.review)
    resp = Response.objects.create(opinion=joint, treatment="adopted", text="x", state="final")
    dec = Decision.objects.create(meeting=meeting, text="x")
    m = f"{base}reviews/{year}/meetings/{meeting.pk}/"
    def post(who, addr, **data):
        r = who.post(addr, data)
        bad[addr] = r.status_code
    n = reverse
    post(member, n("my_opinion", args=[slug, year, 1, 1]), text=CONTROL, rating="effective", version=0, then="save")
    post(member, n("my_opinion", args=[slug, year, 1, 1]), text="x", rating="bo\x00gus", version=1, then="save")
    post(planner, n("meeting_minutes", args=[slug, year, meeting.pk]), minutes=CONTROL, version=1)
    post(planner, n("meeting_attendance", args=[slug, year, meeting.pk]), others=CONTROL)
    post(planner, n("agenda_add", args=[slug, year, meeting.pk]), title=CONTROL)
    post(planner, n("decision_edit", args=[slug, dec.pk]), text=CONTROL, version=1)
    post(planner, n("decision_done", args=[slug, dec.pk]), done_on="2024-01-01", note=CONTROL, version=1)
    post(planner, n("response_return", args=[slug, joint.pk]), return_reason=CONTROL, version=1)
    post(planner, n("joint_opinion_edit", args=[slug, year, joint.pk]), text=CONTROL, version=1)
    post(planner, n("joint_opinion_new", args=[slug, year]) + "?measure=0%00", text=CONTROL)
    post(planner, n("seat_edit", args=[slug, seat.pk]), member_name=CONTROL, sector="finance", term_from="2020-01-01")
    post(planner, n("review_edit", args=[slug, year]), publication_planned=CONTROL, openness="after_own", scale=scene.review.scale_id)
    post(planner, n("review_move", args=[slug, year]), move="back_to_internal", reason=CONTROL)
    post(planner, scene.page(), then="internal_save", comment=CONTROL, version=0)
    post(planner, scene.page(), then="internal_save", comment="x", effect="bo\x00gus", version=1)
    post(planner, scene.page(), then="self_save", division=scene.commerce.pk, achievements=CONTROL, version=0)
    post(planner, scene.page(), then="initiatives_save", **{f"state-{scene.ours.initiatives.first().pk}": "bogus"})
    post(planner, scene.page(), then="initiatives_save", **{f"state-{scene.ours.initiatives.first().pk}": "partly", f"note-{scene.ours.initiatives.first().pk}": CONTROL})
    print(bad)
    assert not {k: v for k, v in bad.items() if v >= 500}


def test_years_in_addresses():
    scene = make_scene(stage=Stage.EXTERNAL)
    seat = with_seat(scene.kazuko, scene.review.strategy)
    from tests.test_urls_by_role import site_addresses, PARAMETER
    clients = [client_of(u) for u in (scene.takeru, scene.kazuko, None)]
    bad = []
    for c in clients: c.raise_request_exception = False
    for a in site_addresses():
        if "strategies/<" not in a.route: continue
        names = PARAMETER.findall(a.route)
        for big in ("0", "9999", "99999", "9"*30):
            path = "/" + PARAMETER.sub(lambda p: scene.review.strategy.slug if p[1] == "slug" else "pdf" if p[1]=="kind" else big, a.route)
            if names == ["slug"]: continue
            for c in clients:
                r = c.get(path)
                if r.status_code >= 500: bad.append(("GET", path, r.status_code))
                r = c.post(path, {"version": "9"*40, "publication": "9"*40})
                if r.status_code >= 500: bad.append(("POST", path, r.status_code))
    for b in bad: print(b)
    assert not bad


def test_feed_control():
    from reviews.actions.publication import publish_now, withdraw
    from accounts.models import Revision
    ed = make_edition(make_review(stage=Stage.PUBLICATION))
    p = make_user(Role.PLANNING)
    pub = publish_now(review=ed.review, edition=ed, shows_member_names=False, by=p)
    withdraw(publication=pub, reason="あ\x0bい\x1b", by=p)
    c = client_of(None); c.raise_request_exception = False
    r = c.get("/opendata/publications.atom?strategy=" + ed.review.strategy.slug)
    print(r.status_code, r.content[:200])
    r = c.get(reverse("opendata_publications_atom") + "?strategy=" + ed.review.strategy.slug)
    assert r.status_code == 200, r.content[-500:]
    import xml.dom.minidom as md
    md.parseString(r.content)


def test_deleted_while_draft():
    case = make_reviewed()
    ed = freeze(review=case.review, stage=Stage.EXTERNAL, by=None)
    a = case.value
    a.entry_state = "draft"; a.value = Decimal(1); a.save()
    a.delete()
    from accounts.models import User
    class R: is_authenticated=True; sees="checked"
    found = corrections(ed, make_user(Role.PLANNING))
    print(found)
    assert found


def test_preview_equals_later():
    from reviews.actions.publication import publish_now
    from reviews.views.publication import Showing
    from reviews.results import year_page
    case = make_reviewed(Stage.PUBLICATION)
    ed = freeze(review=case.review, stage=Stage.EXTERNAL, by=None)
    a = case.value; a.value = Decimal(139); a.state = "confirmed"; a.save()
    before = year_page(Showing(case.strategy, ed, False, "/")).corrections
    publish_now(review=case.review, edition=ed, shows_member_names=False, by=make_user(Role.PLANNING))
    ed = Edition.objects.select_related("review__strategy").get()
    after = year_page(Showing(ed.review.strategy, ed, False, "/", published_at=timezone.now())).corrections
    print(before, after)
    assert [c.after for c in before] == [c.after for c in after]


def test_seat_edit_keeps_inactive_user():
    scene = make_scene()
    seat = with_seat(scene.kazuko, scene.review.strategy)
    scene.kazuko.is_active = False; scene.kazuko.save()
    slug = scene.review.strategy.slug
    c = client_of(scene.takeru)
    page = c.get(reverse("seat_edit", args=[slug, seat.pk])).content.decode()
    import re
    sel = re.search(r'<select name="user".*?</select>', page, re.S)[0]
    assert f'value="{scene.kazuko.pk}" selected' in sel, sel


def test_first_page_before_term():
    from reviews.actions.council import invite
    scene = make_scene(stage=Stage.EXTERNAL)
    p = scene.takeru
    seat = make_seat(strategy=scene.review.strategy, term_from=in_days(3))
    issued = invite(seat=seat, by=p)
    c = client_of(None)
    c.post(reverse("invitation"), {"code": issued.code})
    r = c.post(reverse("invitation_account"), {"username": "iin9", "password": "himitsu-no-kotoba-77", "again": "himitsu-no-kotoba-77"}, follow=True)
    assert r.status_code == 200


def test_ex_member():
    scene = make_scene(stage=Stage.EXTERNAL)
    seat = with_seat(scene.kazuko, scene.review.strategy, term_until=days_ago(1))
    SelfEvaluation.objects.create(review=scene.review, measure=scene.ours, division=scene.commerce, achievements="ひみつの成果", submitted_at=timezone.now())
    make_joint_opinion(scene.review, scene.ours, text="公表前の意見")
    c = client_of(scene.kazuko)
    slug = scene.review.strategy.slug
    res = {}
    for a in (scene.page(), scene.overview, reverse("responses", args=[slug]), reverse("reviews", args=[slug]), reverse("editions", args=[slug, 2023]), reverse("meetings", args=[slug, 2023]), reverse("paper_measure", args=[slug,1,1,"docx"])+"?year=2023"):
        r = c.get(a)
        t = r.content.decode("utf8", "replace")
        res[a] = (r.status_code, "ひみつの成果" in t, "公表前の意見" in t)
    print(res)
    assert 0


def test_council_reads_internal_decisions_in_edition():
    case = make_reviewed(Stage.PUBLICATION)
    from datetime import datetime, UTC
    m = Meeting.objects.create(review=case.review, body=Body.INTERNAL_MEETING, number=1, meets_on=date(2025,7,1), held_at=datetime(2025,7,1,tzinfo=UTC))
    Decision.objects.create(meeting=m, text="庁内だけの決めごと")
    ed = freeze(review=case.review, stage=Stage.EXTERNAL, by=None)
    u = make_user(Role.COUNCIL); with_seat(u, case.strategy)
    c = client_of(u)
    r = c.get(reverse("edition", args=[case.strategy.slug, 2024, ed.number]))
    from reviews.actions.publication import publish_now
    publish_now(review=case.review, edition=ed, shows_member_names=False, by=make_user(Role.PLANNING))
    r2 = client_of(None).get(reverse("results_year", args=[case.strategy.slug, 2024]))
    print(r.status_code, "庁内だけの決めごと" in r.content.decode(), r2.status_code, "庁内だけの決めごと" in r2.content.decode())
    assert 0
