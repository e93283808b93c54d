"""計画ワークブック: the whole plan of one strategy as a workbook, out and in, without losing anything.

sheets.py is the one table: which sheet holds which model, by which key, in which columns. export.py writes it, reading.py reads a workbook by
it (pure), comparing.py lays what was read beside what is stored, actions.py shows that and writes it.
"""
