"""HTML as plain text, and names as a person wrote them: nothing that a browser would run, no word lost."""

from __future__ import annotations

import html
import re

import pytest
from bs4 import BeautifulSoup
from hypothesis import given, settings
from hypothesis import strategies as st

from medusa_integration.catalogue.product.plain_text import plain_text, unescaped

SHOWN = st.text(
	st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"), blacklist_characters="<>&"), max_size=20
)
TAGS = (
	"p",
	"div",
	"b",
	"td",
	"li",
	"script",
	"style",
	"iframe",
	"svg",
	"img src=x onerror=alert(1)",
	"a",
	"template",
)
SCRAPS = st.lists(
	st.sampled_from(
		[f"<{tag}>" for tag in TAGS]
		+ [f"</{tag}>" for tag in TAGS]
		+ [f"&lt;{tag}&gt;" for tag in TAGS]
		+ [
			"<!--",
			"-->",
			"<![CDATA[",
			"<?",
			"<",
			">",
			"&lt;",
			"&amp;lt;",
			"alert(1)",
			'"',
			"'",
			" ",
			"\n",
			"a",
			"<scr",
		]
	),
	max_size=25,
).map("".join)


@pytest.mark.contract(77, 83)
@pytest.mark.parametrize(
	("source", "expected"),
	[
		("<table><tr><td>Weight</td><td>5 kg</td></tr></table>", "Weight 5 kg"),
		(
			"<table><tr><th>Size</th><td>M</td></tr><tr><th>Box</th><td>100</td></tr></table>",
			"Size M\nBox 100",
		),
		("<table><tr><td><p>Weight</p></td><td><p>5 kg</p></td></tr></table>", "Weight\n5 kg"),
		(
			"<dl><dt>Features:</dt><dd>Soft</dd><dt>For:</dt><dd>Dentists</dd></dl>",
			"Features:\nSoft\nFor:\nDentists",
		),
		("Size<ul><li>M</li><li>L</li></ul>in blue", "Size\nM\nL\nin blue"),
		("<h2>Care</h2>Wash.<hr>Dry.", "Care\nWash.\nDry."),
		("<select><option>M</option><option>L</option></select>", "M\nL"),
		("<p>ni<b>tri</b>le <i>gloves</i></p>", "nitrile gloves"),
		("<p>&lt; 10 mm &amp; light</p>", "< 10 mm & light"),
		("<p>Scalpel &lt;No. 292&gt;</p>", "Scalpel <No. 292>"),
		("<p>soft</p><![foo]><p>glove</p>", "soft\nglove"),
		# typed ones are shown, and hide nothing
		("<p>a &lt;!-- b --&gt; c</p>", "a < !-- b --> c"),
		("5 &lt;! 7 &lt;?", "5 < ! 7 < ?"),
		("<p>a &lt;! b &lt;script&gt;alert(1)&lt;/script&gt; c</p>", "a < ! b c"),
		("<p>a<!-- b --></p><?php c ?>d", "a\nd"),
	],
)
def test_blocks_and_cells_are_apart(source, expected):
	"""A line for each block and row, a blank between cells, words of one line together."""
	assert plain_text(source) == expected


@pytest.mark.parametrize(
	("source", "expected"),
	[
		("&lt;script&gt;alert(1)&lt;/script&gt;", ""),
		("Thin &lt;script&gt;alert(1)&lt;/script&gt;&lt; 10 mm", "Thin < 10 mm"),
		("<p>&lt;script&gt;alert(1)&lt;/script&gt;</p><p>Thin</p>", "Thin"),
		("<p>&lt;style&gt;p {color: red}&lt;/style&gt;Thin</p>", "Thin"),
		("<p>&lt;SCRIPT src=//x&gt;&lt;/SCRIPT &gt;Thin</p>", "Thin"),
		("<p>&lt;img src=x onerror=alert(1)&gt;Thin</p>", "Thin"),
		("<p>&lt;a href='javascript:alert(1)'&gt;Thin&lt;/a&gt;</p>", "Thin"),
		("<p>&lt;iframe srcdoc='x'&gt;&lt;/iframe&gt;Thin</p>", "Thin"),
		("<script>alert(1)</script><noscript>no</noscript>Thin", "Thin"),
		("<scr<script>x</script>ipt>alert(1)</script>", "xipt>alert(1)"),
	],
)
def test_what_would_run_is_left_out(source, expected):
	"""Also what Frappe has made entities of on saving, and what is left after that."""
	assert plain_text(source) == expected


@pytest.mark.contract(77)
@settings(max_examples=400)
@given(SCRAPS)
def test_never_an_element_that_runs(source):
	"""However HTML and entities are mixed: read as HTML, the text holds nothing that runs."""
	for text in (plain_text(source), unescaped(source)):
		soup = BeautifulSoup(text, "html5lib")
		assert not soup.find_all(["script", "style", "iframe", "svg", "template", "object"])
		assert not [tag for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]


@pytest.mark.contract(77)
@given(
	st.lists(
		st.tuples(st.sampled_from(["p", "b", "td", "li", "dd", "h3", "a href='x'", "custom-tag"]), SHOWN)
	)
)
def test_no_tag_and_no_word_is_lost(parts):
	"""Of HTML that an editor makes all words come out, in their order, and no markup."""
	source = "".join(f"<{tag}>{text}</{tag.split()[0]}>" for tag, text in parts)
	text = plain_text(source)
	assert "<" not in text and ">" not in text
	assert re.sub(r"\s", "", text) == re.sub(r"\s", "", "".join(text for _tag, text in parts))


@pytest.mark.parametrize(
	"source", ["<b>" * 5000 + "x", "<" * 50_000, "&" * 50_000, "<table><tr><td>" * 2000 + "x"]
)
def test_hostile_html_is_read_in_time(source):
	"""No recursion, no time-out."""
	assert isinstance(plain_text(source), str)


@pytest.mark.parametrize(
	("stored", "expected"),
	[
		("Scalpel &lt;No. 292&gt;", "Scalpel <No. 292>"),
		("Gloves &amp; masks", "Gloves & masks"),
		("Size &lt; 5 &amp;lt; 6", "Size < 5 &lt; 6"),
		("AT&T, R&D &copy co", "AT&T, R&D &copy co"),
		("<b>Gloves</b> &amp; co.", "<b>Gloves</b> & co."),
		("&lt;script&gt;alert(1)&lt;/script&gt;Gloves", "Gloves"),
		(None, ""),
	],
)
def test_names_are_resolved_once(stored, expected):
	"""Only entities in full, only once; what is no entity stays."""
	assert unescaped(stored) == expected


@given(st.text(st.characters(blacklist_categories=("Cs",)), max_size=60).filter(lambda text: "<" not in text))
def test_any_name_comes_back(name):
	"""What Frappe has escaped is what a person wrote."""
	assert unescaped(html.escape(name, quote=False)) == name
