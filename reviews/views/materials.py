"""資料: adding, handing out and taking away the files laid before a meeting."""
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_GET

from collecting.files import as_download
from collecting.frame import work_action, work_page
from reviews.actions.materials import add_material, remove_material
from reviews.frame import review_frame
from reviews.meetings.access import Part, bodies_of
from reviews.models import Material
from reviews.views.meetings import VIEW_MEETING, meeting_answer, meeting_of, planned_meeting
from reviews.vocabulary import Body

CHOOSE_FILE = "付けるファイルを選んでください。"


@work_action("meeting")
def material_add(request, slug, fiscal_year, meeting):
    """Keep the uploaded `file` with the meeting."""
    frame, found = planned_meeting(request, slug, fiscal_year, meeting)
    if "file" not in request.FILES:
        return meeting_answer(request, frame, found, status=422, file_error=CHOOSE_FILE)
    try:
        material = add_material(meeting=found, upload=request.FILES["file"], by=request.user)
    except ValidationError as error:
        return meeting_answer(request, frame, found, status=422, file_error=" ".join(error.messages))
    messages.info(request, f"「{material.name}」を資料に加えました。")
    return redirect(reverse("meeting", args=[slug, fiscal_year, found.pk]) + "#materials")


@work_page
@require_GET
def material_file(request, slug, fiscal_year, meeting, material):
    """The file itself, always as a download. 404 for whoever does not read the meeting's materials."""
    if not request.user.has_perm(VIEW_MEETING):
        raise Http404
    frame = review_frame(request, slug, fiscal_year, VIEW_MEETING)
    found = meeting_of(frame, meeting)
    if Part.MATERIALS not in bodies_of(request.user, frame.strategy, frame.today)[Body(found.body)]:
        raise Http404
    stored = get_object_or_404(Material, meeting=found, pk=material)
    return as_download(stored.file, stored.name)


@work_action("meeting")
def material_remove(request, slug, fiscal_year, meeting):
    """Take the file `material` away for good."""
    _, found = planned_meeting(request, slug, fiscal_year, meeting)
    key = request.POST.get("material", "")
    is_key = key.isascii() and key.isdigit() and len(key) < 19
    stored = get_object_or_404(Material.objects.select_related("meeting"), meeting=found, pk=int(key) if is_key else 0)
    remove_material(material=stored, by=request.user)
    messages.info(request, f"「{stored.name}」を資料から外しました。戻すときは、もう一度付けてください。")
    return redirect(reverse("meeting", args=[slug, fiscal_year, found.pk]) + "#materials")
