"""Small pictures for the demo's articles, drawn here so that nobody's photographs are needed."""

from __future__ import annotations

import hashlib
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = (240, 180)


def picture(text: str) -> bytes:
	"""A PNG that shows the text on shapes and colours of its own: the same for the same text."""
	mark = hashlib.sha256(text.encode()).digest()
	image = Image.new("RGB", SIZE, _light(mark[0]))
	draw = ImageDraw.Draw(image)
	for i in range(3):
		left, top = mark[3 * i + 1] % (SIZE[0] - 90), mark[3 * i + 2] % (SIZE[1] - 90)
		size = 40 + mark[3 * i + 3] % 50
		shape = (draw.ellipse, draw.rectangle)[mark[i] % 2]
		shape((left, top, left + size, top + size), fill=_light(mark[i + 10], 40))
	draw.text((14, SIZE[1] - 28), text, fill=(30, 40, 60))
	file = BytesIO()
	image.save(file, "PNG")
	return file.getvalue()


def _light(value: int, darker: int = 0) -> tuple[int, int, int]:
	"""A friendly colour."""
	return (200 - darker + value % 50, 205 - darker + value // 3 % 45, 210 - darker + value // 7 % 40)
