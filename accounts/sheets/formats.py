"""The two kinds of file the admin writes. Reading goes through common.sheets, whatever the file's name says."""
from import_export.formats.base_formats import Format

from common.sheets import write_csv, write_xlsx


class Xlsx(Format):
    def get_title(self):
        return "Excel（.xlsx）"

    def get_extension(self):
        return "xlsx"

    def get_content_type(self):
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

    def can_export(self):
        return True

    def export_data(self, dataset, **kwargs) -> bytes:
        return write_xlsx(dataset.headers, dataset)


class Csv(Format):
    def get_title(self):
        return "CSV（UTF-8、BOM付き）"

    def get_extension(self):
        return "csv"

    def get_content_type(self):
        return "text/csv; charset=utf-8"

    def can_export(self):
        return True

    def export_data(self, dataset, **kwargs) -> bytes:
        return write_csv(dataset.headers, dataset)
