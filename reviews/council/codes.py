"""The one-time code of an invitation: made, read as people write it, and kept as a hash only. Pure."""
import hashlib
import secrets
import unicodedata

# Without I, O, 0 and 1, which look alike on paper: 32 characters, 5 bits each.
ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
LENGTH = 16
GROUP = 4
SEPARATORS = str.maketrans("", "", " -‐‑–—―ーｰ−_・.")


def new_code() -> str:
    """A new code of 80 bits, 「ABCD-EFGH-JKLM-NPQR」."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(letters[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def read_code(text: str) -> str:
    """The code's letters as somebody typed them: full width, small letters, with or without hyphens and spaces."""
    return unicodedata.normalize("NFKC", text).upper().translate(SEPARATORS)


def hash_of_code(text: str) -> str:
    """SHA-256 in hexadecimal. Plain is enough for a random code of 80 bits: nobody can try them all."""
    return hashlib.sha256(read_code(text).encode()).hexdigest()
