"""Finds out where an image is, and its type by its content. No statement."""

from __future__ import annotations

import posixpath
import re
from pathlib import Path
from urllib.parse import SplitResult, quote, unquote, urlsplit

import filetype
from frappe.utils import get_files_path

from medusa_integration.medusa.errors import NO_MARKUP

# image types that browsers show
IMAGES = frozenset(
	f"image/{kind}"
	for kind in "jpeg png apng gif webp avif bmp tiff x-icon heic jxl svg+xml vnd.microsoft.icon".split()
)
# file extensions for images whose content is not on this site; not every machine's MIME table has all of them
EXTENSIONS = frozenset(
	"jpg jpeg jpe jfif pjpeg pjp png apng gif webp avif bmp tif tiff ico heic heif jxl svg".split()
)
PUBLIC_FILES, PRIVATE_FILES = "/files/", "/private/files/"
# number of bytes that are enough to find out the type
HEAD = 4096

_svg = re.compile(
	rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*\?>\s*|<!--[^>]*-->\s*|<!DOCTYPE[^>]*>\s*)*<svg[\s>]", re.IGNORECASE
)


def local_path(url: str, base_url: str) -> str | None:
	"""Return the path of a file on this site.

	Args:
		url: an address or path.
		base_url: address of this site.

	Returns:
		The path without a query; None for a file elsewhere or an invalid address.
	"""
	base = base_url.rstrip("/") + "/"
	if url[: len(base)].lower() == base.lower():
		url = url[len(base) - 1 :]
	parts = _split(url)
	if parts is None or parts.scheme or parts.netloc:
		return None
	return "/" + url.partition("?")[0].lstrip("/")


def private_path(url: str, base_url: str) -> str | None:
	"""Return the path of a private file on this site.

	Args:
		url: an address or path.
		base_url: address of this site.

	Returns:
		The path; None for a public file, or one elsewhere.
	"""
	path = local_path(url, base_url)
	# other spellings of the path too: a web server might accept them for a private file
	return path if path and path.lower().lstrip("/").startswith("private") else None


def public_address(url: str | None, base_url: str) -> str | None:
	"""Return the address of the image that a field of a document names.

	Args:
		url: the field's value, an address or path.
		base_url: address of this site.

	Returns:
		The absolute address; None without one, for an invalid one, a private file, and a file on this site
		that is not an image.
	"""
	if not url or private_path(url, base_url):
		return None
	path = local_path(url, base_url)
	stored = path and on_disk(path)
	return None if stored and not kind_of(stored) else absolute(url, base_url)


def absolute(url: str, base_url: str) -> str | None:
	"""Return the address at which the shop's visitors can open a public file.

	An address elsewhere is not changed. A path on this site is quoted; quoted characters in it stay as they
	are.

	Args:
		url: an address or path.
		base_url: address of this site.

	Returns:
		The absolute address; None for an invalid one.
	"""
	parts = _split(url)
	if parts is None:
		return None
	if parts.scheme or parts.netloc:
		scheme = parts.scheme or urlsplit(base_url).scheme or "https"
		known = parts.netloc and scheme in ("http", "https")
		return f"{scheme}://{url.partition('//')[2]}" if known else None
	path, mark, query = url.partition("?")
	path = quote(unquote(path.lstrip("/")), safe="/=&")
	return f"{base_url.rstrip('/')}/{path}{mark}{quote(query, safe='/%?=&')}"


def _split(url: str) -> SplitResult | None:
	try:
		return urlsplit(url)
	except ValueError:
		return None


def file_name(url: str) -> str:
	"""Return the last part of an address as a file name, at most 140 characters, safe to show as HTML."""
	name = url.partition("?")[0].rstrip("/").rpartition("/")[2] or url
	return name[:140].translate(NO_MARKUP)


def has_image_name(url: str) -> bool:
	"""Return whether an address has the file extension of an image."""
	name = url.partition("?")[0].partition("#")[0].rpartition("/")[2]
	return name.rpartition(".")[2].lower() in EXTENSIONS if "." in name else False


def on_disk(path: str) -> Path | None:
	"""Return the file behind a path on this site.

	Only `/files/...` and `/private/files/...` as Frappe writes them are accepted, no other spelling of a
	path.

	Args:
		path: the path as `local_path` returns it.

	Returns:
		The existing file; None if there is no such file or the path is outside the site's files.
	"""
	private = path.startswith(PRIVATE_FILES)
	if not (private or path.startswith(PUBLIC_FILES)) or posixpath.normpath(path) != path:
		return None
	root = Path(get_files_path(is_private=private)).resolve()
	rest = path.removeprefix(PRIVATE_FILES if private else PUBLIC_FILES)
	try:
		found = (root / rest).resolve()
		return found if found.is_relative_to(root) and found.is_file() else None
	except (OSError, ValueError):
		return None


def kind_of(file: Path) -> str | None:
	"""Return the MIME type of an image file by its content; None for another or unreadable file."""
	try:
		with file.open("rb") as opened:
			return kind_of_content(opened.read(HEAD))
	except OSError:
		return None


def kind_of_content(head: bytes) -> str | None:
	"""Return the MIME type of an image by its first `HEAD` bytes; None for another file."""
	kind = "image/svg+xml" if _svg.match(head) else filetype.guess_mime(head)
	return kind if kind in IMAGES else None
