"""How large a book may be. Without imports: the child process that reads old files starts in a moment."""
MAX_SHEETS = 60
# A book of this size is read in about three seconds; 20,000 rows of 15 columns fit.
MAX_VALUES = 300_000
MAX_CHARACTERS = 10_000_000
# Cells of the rows that hold something, the empty ones between included: 8 bytes each.
MAX_PLACES = 2_000_000
# XML read from one file, unpacked, and its elements: cells that only carry a format cost time too.
MAX_XML_BYTES = 40 * 1024 * 1024
MAX_ELEMENTS = 2_000_000
MAX_DEPTH = 1_000
# A start tag or comment longer than this is no spreadsheet's; expat would keep it whole in memory.
MAX_MARKUP_BYTES = 256 * 1024
