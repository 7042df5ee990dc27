"""What the demo's shop sells: 25 articles in 4 Item Groups. Shop, brands and articles are invented."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

GLOVES, HAND, FILLING, HYGIENE = "Gloves and Masks", "Hand Instruments", "Restoratives", "Infection Control"
GROUPS = (GLOVES, HAND, FILLING, HYGIENE)
PARENT_GROUP = "Products"
SLIDESHOW = "Composite Kit, Step by Step"
# ISO 3166
COUNTRY_CODES = {
	"Germany": "DE",
	"Italy": "IT",
	"Japan": "JP",
	"Korea, Republic of": "KR",
	"Malaysia": "MY",
	"Oman": "OM",
	"Pakistan": "PK",
	"Portugal": "PT",
	"Switzerland": "CH",
	"Thailand": "TH",
}


@dataclass(frozen=True, slots=True)
class Article:
	"""One article: an Item and its Website Item.

	`weight` is in kilograms. `picture` says how it is shown: a public picture ("public"), a private file
	("private"), a public picture and a slideshow ("slideshow"), or not at all ("").
	"""

	code: str
	name: str
	group: str
	brand: str
	country: str
	unit: str
	weight: float
	tariff: str
	short: str
	paragraphs: tuple[str, ...]
	points: tuple[str, ...] = ()
	specifications: tuple[tuple[str, str], ...] = ()
	ranking: int = 0
	backorder: bool = False
	picture: str = "public"

	@property
	def long_description(self) -> str:
		"""The description as Desk's editor writes it."""
		paragraphs = "".join(f"<p>{escape(text, quote=False)}</p>" for text in self.paragraphs)
		points = "".join(f"<li>{escape(text, quote=False)}</li>" for text in self.points)
		return f"<h3>{escape(self.name, quote=False)}</h3>{paragraphs}" + (points and f"<ul>{points}</ul>")

	@property
	def plain_description(self) -> str:
		"""What the shop's visitors are to read of it."""
		return "\n".join((self.name, *self.paragraphs, *self.points))

	@property
	def barcode(self) -> str:
		"""An EAN-13 of the range that shops keep for themselves."""
		digits = f"200{int(self.code.rpartition('-')[2]):09d}"
		odd, even = sum(map(int, digits[::2])), sum(map(int, digits[1::2]))
		return f"{digits}{-(odd + 3 * even) % 10}"


ARTICLES = (
	Article(
		"GM-1001", "Nitrile Examination Gloves, Medium", GLOVES, "Tasquin", "Malaysia", "Box", 0.62, "40151900",
		"Powder-free, textured fingertips, 100 pieces",
		(
			"Soft nitrile gloves for examinations and everyday treatment. The beaded cuff does not roll down.",
			"Free of latex proteins & accelerators, for skin that reacts easily.",
		),
		("Textured fingertips, safe grip when wet", "Tested for 17 cytostatic drugs", "AQL 1.5"),
		(("Size", "<p>M (7 &ndash; 8)</p>"), ("Thickness", "0.08 mm"), ("Colour", "Blue"), ("Contents", "100 pcs")),
		ranking=90,
	),
	Article(
		"GM-1002", "Latex Examination Gloves, Small", GLOVES, "Tasquin", "Malaysia", "Box", 0.58, "40151900",
		"Lightly powdered, 100 pieces",
		("Stretches with the hand and keeps the feeling in the fingertips. Contains natural rubber latex.",),
		("Ambidextrous", "Straw-coloured"),
		(("Size", "S (6 – 7)"), ("Thickness", "0.11 mm"), ("Contents", "100 pcs")),
		ranking=40,
	),
	Article(
		"GM-1003", "Surgical Gloves, Sterile, 7.5", GLOVES, "Tasquin", "Thailand", "Pair", 0.03, "40151200",
		"Sterile pair, anatomically shaped",
		("Anatomically shaped gloves for longer procedures, packed in pairs. Sterilised by irradiation.",),
		("Left and right marked", "Peel pouch opens without scissors"),
		(("Size", "7.5"), ("Length", "290 mm"), ("Sterile", "Yes")),
		ranking=55, backorder=True,
	),
	Article(
		"GM-1004", "Surgical Mask Type IIR, Ear Loops", GLOVES, "Norrelle", "Oman", "Box", 0.19, "63079000",
		"Three layers, 50 pieces",
		("A splash-resistant mask in three layers. Its nose clip keeps glasses from fogging.",),
		("Bacterial filtration > 98 %", "Breathing resistance < 60 Pa/cm²"),
		(("Type", "IIR"), ("Layers", "3"), ("Contents", "50 pcs")),
		ranking=80,
	),
	Article(
		"GM-1005", "Respirator FFP2, Folded", GLOVES, "Norrelle", "Portugal", "Box", 0.24, "63079000",
		"Single-packed, 20 pieces",
		("Folds flat into a pocket and opens to a chamber that stays clear of the lips.",),
		("Each in its own pouch", "Latex-free bands"),
		(("Class", "FFP2 NR"), ("Contents", "20 pcs")),
		ranking=35,
	),
	Article(
		"GM-1006", "Face Shield, Anti-Fog", GLOVES, "Norrelle", "Italy", "Nos", 0.09, "39269097",
		"Light frame, two spare visors",
		("Protects the whole face against aerosols. The visor is changed with two fingers.",),
		("Coated on both sides", "Fits over loupes"),
		(("Weight", "38 g"), ("Material", "PET")),
		ranking=20,
	),
	Article(
		"HI-2001", "Mouth Mirror, Rhodium, No. 4", HAND, "Velquist", "Germany", "Nos", 0.02, "90184900",
		"Front surface, 22 mm",
		("Front-surface mirror without a double image. The cone socket fits usual handles.",),
		("Autoclavable at 134 °C",),
		(("Diameter", "22 mm"), ("Surface", "Rhodium, front"), ("Socket", "Cone")),
		ranking=60,
	),
	Article(
		"HI-2002", "Explorer, Double-Ended, No. 23", HAND, "Velquist", "Pakistan", "Nos", 0.03, "90184900",
		"Fine tip, hollow handle",
		("For finding calculus and margins. Its hollow handle is light & carries every vibration.",),
		("Handle 9.5 mm thick", "One piece, nothing to work loose"),
		(("Tip", "23/17"), ("Material", "Stainless steel")),
		ranking=45,
	),
	Article(
		"HI-2003", "Periodontal Probe, Colour-Coded", HAND, "Velquist", "Pakistan", "Nos", 0.03, "90184900",
		"Marks at 3, 6, 9 and 12 mm",
		("Black bands every three millimetres are read at a glance, in poor light too.",),
		("Ball tip 0.5 mm",),
		(("Marks", "3-6-9-12 mm"), ("Tip", "0.5 mm")),
		ranking=42,
	),
	Article(
		"HI-2004", "Sickle Scaler H6/H7", HAND, "Velquist", "Germany", "Nos", 0.04, "90184900",
		"For front teeth, re-sharpenable",
		("A slender sickle for interdental surfaces of front teeth. The edge can be ground many times.",),
		("Silicone grip", "Colour rings to be ordered apart"),
		(("Pattern", "H6/H7"), ("Handle", "10 mm, silicone")),
		ranking=30,
	),
	Article(
		"HI-2005", "Extraction Forceps, Upper Molars", HAND, "Velquist", "Pakistan", "Nos", 0.21, "90184900",
		"English pattern, right side",
		("Serrated beaks with a point for the furcation. The joint runs without play.",),
		("Matt finish", "Laser-marked number"),
		(("Pattern", "No. 17"), ("Length", "175 mm")),
		ranking=25, backorder=True,
	),
	Article(
		"HI-2006", "Needle Holder, 15 cm", HAND, "Velquist", "Germany", "Nos", 0.07, "90184900",
		"Carbide inserts, gold-plated rings",
		("Holds fine needles without turning them. The inserts can be replaced.",),
		("For sutures 4-0 to 6-0",),
		(("Length", "150 mm"), ("Inserts", "Tungsten carbide")),
		ranking=28,
	),
	Article(
		"FR-3001", "Composite Kit, Universal", FILLING, "Brunlo", "Japan", "Set", 0.35, "30064000",
		"Five shades with adhesive and etching gel",
		(
			"A nano-hybrid composite for front and back teeth: one material, five shades, one afternoon to learn it.",
			"The kit has all that a first filling needs, down to the brushes.",
		),
		("Shades A1, A2, A3, B2 & Opaque", "Polishes in two steps", "Stable under the lamp for 4 minutes"),
		(("Filler", "78 % by weight"), ("Shade", "A1, A2, A3, B2, OA2"), ("Contents", "5 × 4 g, adhesive 5 ml")),
		ranking=95, picture="slideshow",
	),
	Article(
		"FR-3002", "Flowable Composite A2", FILLING, "Brunlo", "Japan", "Nos", 0.02, "30064000",
		"2 g syringe, 20 tips",
		("Flows into small cavities and stays where it was put.",),
		("Radio-opaque",),
		(("Shade", "A2"), ("Contents", "2 g"), ("Curing", "20 s")),
		ranking=66,
	),
	Article(
		"FR-3003", "Glass Ionomer Cement, Powder and Liquid", FILLING, "Brunlo", "Korea, Republic of", "Set", 0.11,
		"30064000", "For luting and lining",
		("Bonds to dentine without a primer and gives off fluoride for months.",),
		("Measuring spoon & pad included",),
		(("Powder", "35 g"), ("Liquid", "25 g"), ("Setting time", "4:30 min")),
		ranking=48,
	),
	Article(
		"FR-3004", "Etching Gel 37 %", FILLING, "Brunlo", "Italy", "Nos", 0.05, "30064000",
		"Blue, 4 × 3 ml",
		("A blue gel that is seen, stays in place, and rinses off without a trace.",),
		("Phosphoric acid 37 %",),
		(("Contents", "4 × 3 ml"), ("Colour", "Blue")),
		ranking=33,
	),
	Article(
		"FR-3005", "Bonding Agent, Light-Cured", FILLING, "Brunlo", "Japan", "Nos", 0.03, "30064000",
		"One bottle, 5 ml",
		("One coat, one bottle. Works on moist and on dry dentine.",),
		("Flip-top bottle for one hand",),
		(("Contents", "5 ml"), ("Curing", "10 s")),
		ranking=52, backorder=True,
	),
	Article(
		"FR-3006", "Matrix Bands, Sectional", FILLING, "Orlanto", "Italy", "Box", 0.04, "90184900",
		"Pre-shaped, 50 pieces",
		("Bands with a curve of their own, so that contacts turn out tight.",),
		("0.04 mm thin",),
		(("Size", "5.5 mm"), ("Contents", "50 pcs")),
		ranking=22,
	),
	Article(
		"FR-3007", "Polishing Discs, Assorted", FILLING, "Orlanto", "Germany", "Box", 0.06, "90184900",
		"Four grits, 12.7 mm",
		("From coarse to superfine in four colours. They snap on and do not scratch with their centre.",),
		("120 discs and 2 mandrels",),
		(("Diameter", "12.7 mm"), ("Grit", "Coarse, medium, fine, superfine")),
		ranking=18, picture="",
	),
	Article(
		"IC-4001", "Surface Disinfectant, 1 Litre", HYGIENE, "Orlanto", "Germany", "Litre", 1.05, "38089490",
		"Ready to use, free of alcohol",
		("For surfaces that alcohol would harm, such as acrylic and leather. Works within one minute.",),
		("Mild scent", "Spray head to be ordered apart"),
		(("Contents", "1 l"), ("Time", "1 min"), ("Base", "Quaternary ammonium")),
		ranking=70,
	),
	Article(
		"IC-4002", "Instrument Disinfectant, Concentrate", HYGIENE, "Orlanto", "Germany", "Litre", 2.2, "38089490",
		"2 litres make 100 litres",
		("Cleans and disinfects instruments in one bath, without fixing proteins.",),
		("2 % solution, 15 minutes", "Protects against corrosion"),
		(("Contents", "2 l"), ("Dosage", "20 ml/l")),
		ranking=64,
	),
	Article(
		"IC-4003", "Sterilisation Pouches, 90 × 230 mm", HYGIENE, "Norrelle", "Italy", "Box", 0.95, "48194000",
		"Self-sealing, 200 pieces",
		("Paper on one side, film on the other; an indicator turns brown when it is done.",),
		("For steam and ethylene oxide",),
		(("Size", "90 × 230 mm"), ("Contents", "200 pcs")),
		ranking=77, picture="private",
	),
	Article(
		"IC-4004", "Hand Rub, 500 ml", HYGIENE, "Orlanto", "Oman", "Nos", 0.48, "38089490",
		"With glycerine, dermatologically tested",
		("Rubs in without sticking & leaves hands soft after the twentieth time that day.",),
		("70 % ethanol", "Fits usual dispensers"),
		(("Contents", "500 ml"), ("Time", "30 s")),
		ranking=88,
	),
	Article(
		"IC-4005", "Ultrasonic Bath, 3 Litres", HYGIENE, "Velquist", "Switzerland", "Nos", 4.1, "84798997",
		"With basket and lid, heated",
		("Cleans what no brush reaches. Heats to 60 °C and switches itself off.",),
		("Basket takes 12 instruments", "Two years' warranty"),
		(("Volume", "3 l"), ("Power", "150 W"), ("Frequency", "40 kHz")),
		ranking=15, backorder=True,
	),
	Article(
		"IC-4006", "Sharps Container, 2 Litres", HYGIENE, "Norrelle", "Oman", "Nos", 0.17, "39269097",
		"Locks for good, yellow",
		("Takes needles off with the rim & closes so that nobody opens it again.",),
		("Stands firm", "حاوية للأدوات الحادة"),
		(("Volume", "2 l"), ("Colour", "Yellow")),
		ranking=38,
	),
)  # fmt: skip
