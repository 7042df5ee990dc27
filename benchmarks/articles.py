"""What is sold: articles like those of a real shop, from which documents and requests are made.

The same series and count always give the same articles; two series have none in common.
"""

from __future__ import annotations

from dataclasses import dataclass

GROUP = "Examination Gloves"
BRANDS = ("Halyard", "Ansell", "Medline", "Hartmann")
COUNTRIES = (("Malaysia", "MY"), ("Germany", "DE"), ("India", "IN"), ("Oman", "OM"))
UOM = "Box"
TARIFF_NUMBER = "40151200"
GRAMS = 640

# about a kilobyte with its tags
PARAGRAPHS = (
	"{title} protect both hands of the wearer and the patient during examinations, dental treatment and work "
	"in the laboratory. They are made of synthetic rubber, hold no latex protein and are free of powder.",
	"The textured fingertips keep a firm grip on wet instruments, and the beaded cuff makes donning easy and "
	"keeps the glove from rolling down. Each box is packed so that one glove comes out at a time.",
	"Tested for resistance to the usual disinfectants and to 27 cytostatic drugs. Suitable for contact with "
	"food. Store cool and dry, away from direct sunlight and ozone, for up to five years.",
)
BULLETS = (
	"Length 240 mm, thickness at the fingertip {thickness} mm",
	"Acceptable quality level 1.5, non-sterile, for single use",
	"{pieces} pieces a box, ten boxes a carton; article {code}",
)


@dataclass(frozen=True, slots=True)
class Article:
	"""One article; texts as the shop's owner wrote them, the description as paragraphs and bullets."""

	code: str
	title: str
	ranking: int
	brand: str
	country: str
	country_code: str
	barcode: str
	paragraphs: tuple[str, ...]
	bullets: tuple[str, ...]
	specifications: tuple[tuple[str, str], ...]

	@property
	def handle(self) -> str:
		return self.code.lower()

	@property
	def image(self) -> str:
		"""Address of its picture on the site."""
		return f"/files/{self.handle}.jpg"

	@property
	def short_description(self) -> str:
		return f"{self.title}, powder free, for examinations"

	@property
	def html(self) -> str:
		"""The description as an editor writes it."""
		paragraphs = "".join(f"<p>{text}</p>" for text in self.paragraphs)
		bullets = "".join(f'<li data-list="bullet">{text}</li>' for text in self.bullets)
		return f'<div class="ql-editor read-mode">{paragraphs}<ol>{bullets}</ol></div>'

	@property
	def text(self) -> str:
		"""The description as the shop shows it."""
		return "\n".join((*self.paragraphs, *self.bullets))


def articles(series: str, count: int) -> list[Article]:
	"""The first `count` articles of a series, whose name is part of their codes."""
	return [_article(series, number) for number in range(count)]


def _article(series: str, number: int) -> Article:
	code = f"{series}-{number:05}".upper()
	brand, (country, country_code) = BRANDS[number % len(BRANDS)], COUNTRIES[number % len(COUNTRIES)]
	facts = {
		"title": f"{brand} nitrile gloves {code}",
		"code": code,
		"thickness": f"0.{number % 9 + 10}",
		"pieces": 100 + number % 3 * 50,
	}
	return Article(
		code=code,
		title=facts["title"],
		ranking=number % 100,
		brand=brand,
		country=country,
		country_code=country_code,
		barcode=code.replace("-", ""),
		paragraphs=tuple(text.format(**facts) for text in PARAGRAPHS),
		bullets=tuple(text.format(**facts) for text in BULLETS),
		specifications=(
			("Material", "Nitrile rubber"),
			("Size", ("S", "M", "L", "XL")[number % 4]),
			("Thickness", f"{facts['thickness']} mm"),
			("Pieces", str(facts["pieces"])),
			("Standards", "EN 455, EN 374-1, EN 374-5"),
		),
	)
