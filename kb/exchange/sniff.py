"""Whether a file is what its ending says: a workbook that was only renamed to .csv must not be read as text."""

from __future__ import annotations

from kb.domain.errors import N_, Invalid

HEAD = 512  # bytes that are looked at

_ZIP, _GZIP, _OLD_OFFICE, _PDF = b"PK\x03\x04", b"\x1f\x8b", b"\xd0\xcf\x11\xe0", b"%PDF"
_STARTS = {".xlsx": _ZIP, ".docx": _ZIP, ".zip": _ZIP, ".jsonl.gz": _GZIP}
_NAMES = {_ZIP: N_("Office 文件或压缩包"), _GZIP: N_("gzip 压缩文件"), _OLD_OFFICE: N_("旧版 Office 文件"), _PDF: "PDF"}


def check_head(suffix: str, head: bytes) -> None:
    """Compare the first bytes of a file with its ending.

    Raises:
        Invalid: they do not fit, and what it is instead.
    """
    if not head.strip(b"\x00\t\n\r \xef\xbb\xbf"):
        raise Invalid(N_("文件是空的。"))
    expected = _STARTS.get(suffix)
    found = next((start for start in _NAMES if head.startswith(start)), None)
    if found == _OLD_OFFICE and expected == _ZIP:
        raise Invalid(N_("这是旧版 Office 文件或设了密码，请另存为 {suffix} 后再导入。"), suffix=suffix)
    if found is not None and found != expected:
        raise Invalid(N_("文件内容是{found}，与扩展名 {suffix} 不符。"), found=_NAMES[found], suffix=suffix)
    if expected is not None and found is None:
        raise Invalid(N_("文件内容不是 {suffix} 格式，请用原来的软件另存后再导入。"), suffix=suffix)
    if expected is None and b"\x00" in head and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Invalid(N_("文件内容不是文字，与扩展名 {suffix} 不符。"), suffix=suffix)
