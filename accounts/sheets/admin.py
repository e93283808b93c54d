"""Import and export in the admin: upload, preview, confirm; nothing is written before the confirmation."""
from django.contrib import messages
from django.contrib.admin.models import ADDITION, CHANGE, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.views.decorators.http import require_POST
from import_export.admin import ImportExportMixin
from import_export.forms import ExportForm
from import_export.results import RowResult

from accounts.sheets.formats import Csv, Xlsx
from accounts.sheets.preview import Preview
from accounts.sheets.uploads import GONE, ConfirmForm, UploadForm, UploadStorage
from common.sheets import SheetError

MOVED = "確認のあとに、ほかの人がデータを変えました。下の内容をもう一度確かめてから取り込んでください。"
LOGGED = {RowResult.IMPORT_TYPE_NEW: ADDITION, RowResult.IMPORT_TYPE_UPDATE: CHANGE}


class SheetExportForm(ExportForm):
    """Which kind of file."""

    def __init__(self, formats, resources, **kwargs):
        super().__init__(formats, resources, **kwargs)
        self.fields["format"].choices = [(str(place), found().get_title()) for place, found in enumerate(formats)]


class SheetAdmin(ImportExportMixin):
    """Mixed into a ModelAdmin; `resource_classes` holds one SheetResource. Who may add and change may import, who may view may export."""

    import_template_name = "admin/sheets/import.html"
    export_template_name = "admin/sheets/export.html"
    export_form_class = SheetExportForm

    def get_export_formats(self):
        return [Xlsx, Csv]

    def has_import_permission(self, request):
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request):
        return self.has_view_permission(request)

    def get_export_filename(self, request, queryset, file_format):
        return f"{self.opts.model_name}-{timezone.localdate():%Y%m%d}.{file_format.get_extension()}"

    def import_action(self, request, **kwargs):
        """Upload and preview. A file with problems shows them all and offers no confirmation."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method != "POST" or not form.is_valid():
            return self._import_page(request, form)
        upload, reason = form.cleaned_data["import_file"], form.cleaned_data["reason"]
        preview = self._run(form.cleaned_data["sheet"], by=request.user, file_name=upload.name, reason=reason, dry_run=True)
        confirm = None
        if not preview.problems and preview.changed:
            storage = UploadStorage()
            upload.seek(0)
            storage.save(upload.read())
            confirm = self._confirm_form(request, preview, name=storage.name, file_name=upload.name, reason=reason)
        return self._import_page(request, form, preview, confirm)

    @method_decorator(require_POST)
    def process_import(self, request, **kwargs):
        """Take in what was previewed, if that is still what the file would do."""
        if not self.has_import_permission(request):
            raise PermissionDenied
        form = ConfirmForm(request.POST, salt=self._salt(request))
        if not form.is_valid():
            return self._start_again(request, GONE)
        facts = form.cleaned_data["upload"]
        try:
            sheet = form.sheet()
        except SheetError as error:
            return self._start_again(request, str(error))
        preview = self._take_in(request, sheet, facts)
        if preview.problems or preview.digest != facts["digest"]:
            confirm = None if preview.problems else self._confirm_form(request, preview, **{**facts, "digest": ""})
            messages.warning(request, MOVED)
            return self._import_page(request, UploadForm(), preview, confirm)
        form.storage().remove()
        messages.success(request, f"「{facts['file_name']}」を取り込みました。{preview.summary}")
        return redirect(self._url("changelist"))

    def _take_in(self, request, sheet, facts: dict[str, str]) -> Preview:
        with transaction.atomic():
            preview = self._run(sheet, by=request.user, file_name=facts["file_name"], reason=facts["reason"], dry_run=False)
            if preview.problems or preview.digest != facts["digest"]:
                transaction.set_rollback(True)
            else:
                self._log(request, preview, facts["file_name"])
        return preview

    def _run(self, sheet, **kwargs) -> Preview:
        return self.resource_classes[0]().run(sheet, **kwargs)

    def _confirm_form(self, request, preview: Preview, **facts: str) -> ConfirmForm:
        form = ConfirmForm(salt=self._salt(request))
        form.initial["upload"] = form.signed(**{**facts, "digest": preview.digest})
        return form

    def _salt(self, request) -> str:
        return f"{self.opts.label_lower}:{request.user.pk}"

    def _url(self, name: str) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_{name}")

    def _start_again(self, request, message: str):
        messages.error(request, message)
        return redirect(self._url("import"))

    def _import_page(self, request, form, preview: Preview | None = None, confirm: ConfirmForm | None = None):
        resource = self.resource_classes[0]()
        context = {
            **self.admin_site.each_context(request),
            "title": f"{self.opts.verbose_name}の取込",
            "opts": self.opts,
            "form": form,
            "preview": preview,
            "confirm_form": confirm,
            "columns": list(resource.fields.values()),
            "key_columns": [resource.fields[name] for name in resource.key],
            "import_url": self._url("import"),
            "export_url": self._url("export"),
            "process_url": self._url("process_import"),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, [self.import_template_name], context)

    def _log(self, request, preview: Preview, file_name: str) -> None:
        for kind, flag in LOGGED.items():
            rows = [row.instance for row in preview.result.rows if row.import_type == kind]
            if rows:
                LogEntry.objects.log_actions(request.user.pk, rows, flag, change_message=f"ファイル取込 {file_name}")
