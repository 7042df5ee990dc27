"""What each recorded refusal of the two generations becomes, and whether it is worth another try."""

from __future__ import annotations

import pytest

from medusa_integration.medusa.errors import (
	Busy,
	Duplicate,
	Forbidden,
	Invalid,
	MissingReference,
	NotFound,
	RateLimited,
	ServerError,
	TooLarge,
	Unauthorized,
	WrongAddress,
)
from medusa_integration.medusa.failures import error_from_answer


def refused(status, body, **details):
	return error_from_answer(status, body, reason="Reason", where="Medusa at https://shop", **details)


@pytest.mark.parametrize(
	"status, message, entity, field, value",
	[
		(422, "Product with handle gloves already exists.", "product", "handle", "gloves"),
		(422, "Product_collection with handle ppe already exists.", "product collection", "handle", "ppe"),
		(422, "Product_variant with sku A-1 already exists.", "product variant", "sku", "A-1"),
		(400, "Product with handle: gloves, already exists.", "product", "handle", "gloves"),
		(400, "Product collection with handle: ppe, already exists.", "product collection", "handle", "ppe"),
		(400, "Product variant with sku: A, B-1, already exists.", "product variant", "sku", "A, B-1"),
		(400, "Product variant with barcode: 123, already exists.", "product variant", "barcode", "123"),
		(400, "Inventory item with sku: A-1, already exists.", "inventory item", "sku", "A-1"),
		(400, "Variant (Default) with provided options already exists.", "variant", "title", "Default"),
		(
			400,
			"Variant with title Default with provided options already exists\nmore",
			"variant",
			"title",
			"Default",
		),
		(422, "An option with the title: Default already exists", "option", "title", "Default"),
	],
)
def test_a_duplicate_says_what_collided(status, message, entity, field, value):
	"""Both generations' ways of saying "already exists" become one error that says what it was."""
	error = refused(status, {"type": "invalid_data", "message": message})
	assert isinstance(error, Duplicate) and not error.retryable
	assert (error.entity, error.field, error.value) == (entity, field, value)
	assert value in str(error) and error.message == message


@pytest.mark.parametrize(
	"status, kind, retryable, unknown",
	[
		(400, Invalid, False, False),
		(401, Unauthorized, False, False),
		(403, Forbidden, False, False),
		(404, NotFound, False, False),
		(408, Busy, True, False),
		(409, Busy, True, False),
		(413, TooLarge, False, False),
		(422, Invalid, False, False),
		(425, Busy, True, False),
		(429, RateLimited, True, False),
		(500, ServerError, True, True),
		(502, ServerError, True, True),
		(503, ServerError, True, False),
		(504, ServerError, True, True),
	],
)
def test_each_status_has_its_error(status, kind, retryable, unknown):
	"""Each status says whether to try again, and whether it may have been done."""
	error = refused(status, {"type": "t", "code": "c", "message": "Medusa's own words"})
	assert type(error) is kind
	assert (error.retryable, error.outcome_unknown) == (retryable, unknown)
	assert (error.status, error.type, error.code, error.message) == (status, "t", "c", "Medusa's own words")
	assert not issubclass(MissingReference, NotFound)


def test_a_page_that_is_not_there_is_not_a_product_that_is_gone():
	"""404 with HTML means a wrong address; taken for "gone",
	it would have everything created a second time.
	"""
	error = refused(404, "<html>Cannot GET /admin/products</html>")
	assert isinstance(error, WrongAddress) and not error.retryable


def test_a_sentence_has_no_markup_and_the_words_of_medusa_stay_as_they_are():
	"""Desk shows the sentence as HTML, and Medusa quotes in it what somebody has entered."""
	words = "Value '<img src=x onerror=alert(1)>' is too long"
	error = refused(400, {"message": words})
	assert str(error) == "Medusa refuses it (400): Value '‹img src=x onerror=alert(1)›' is too long"
	assert error.message == words


def test_v1_says_unauthorized_in_plain_text():
	"""401 is told by its status: v1 answers with a text, v2 with JSON."""
	assert isinstance(refused(401, "Unauthorized"), Unauthorized)


@pytest.mark.parametrize(
	"message, keys",
	[
		(
			"title must be a string, property item_code should not exist, property ranking should not exist",
			{"item_code", "ranking"},
		),
		(
			"Invalid request: Field 'create, 0, title' is required; Unrecognized fields: 'item_code, ranking'",
			{"item_code", "ranking"},
		),
		("Invalid request: Unrecognized key(s) in object: 'item_code', 'ranking'", {"item_code", "ranking"}),
		("title must be a string", set()),
	],
)
def test_unknown_keys_are_read_from_the_message(message, keys):
	"""Which of our keys a server does not know decides where the extras go."""
	assert refused(400, {"message": message}).unknown_keys == keys


def test_no_error_keeps_a_secret():
	"""What an error carries may be shown and stored."""
	error = refused(400, {"message": "password=hunter2 is wrong", "password": "hunter2"})
	assert "hunter2" not in f"{error} {error.message} {error.body}"


@pytest.mark.parametrize(
	("status", "sentence"),
	[
		(400, "It was not Medusa at https://shop that answered (400)."),
		(401, "It was not Medusa at https://shop that answered (401)."),
		(404, "It was not Medusa at https://shop that answered (404)."),
		(413, "The data is larger than Medusa at https://shop takes in one request (413)."),
		(429, "Medusa at https://shop asks for fewer requests (429)."),
		(500, "Something went wrong in Medusa at https://shop (500 Reason)."),
	],
)
@pytest.mark.parametrize("body", [None, "", "text", [], {}, {"message": None}, {"message": {"a": 1}}, 7])
def test_a_body_without_a_message_makes_a_sentence(status, sentence, body):
	"""Whatever a server answers, the error is one sentence."""
	assert str(refused(status, body)) == sentence
