"""Spreadsheets of the admin: django-import-export with Japanese columns, natural keys and plain messages."""
