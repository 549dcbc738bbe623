"""Payloads, good and bad, from their table; and what no table holds."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rentguy.decoding import MAX_ELEMENTS, MAX_PAYLOAD, decode, plain
from rentguy.errors import MessageError
from rentguy.topics import KINDS, Topic

CASES = json.loads((Path(__file__).parent / "cases" / "messages.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["rule"])
def test_decode(case):
    found = decode(Topic("lowlands", case["kind"], "truck-04"), case["payload"].encode())
    assert [str(each) if isinstance(each, MessageError) else plain(each) for each in found] == case["expected"]


def test_a_payload_over_the_bound_names_both_sizes():
    (error,) = decode(Topic("p", "position", "t"), b" " * (MAX_PAYLOAD + 1))
    assert str(error) == f"expected at most {MAX_PAYLOAD} bytes, got {MAX_PAYLOAD + 1}"


def test_an_array_over_the_bound_names_both_lengths():
    (error,) = decode(Topic("p", "position", "t"), json.dumps([{"at": 1, "lat": 1, "lon": 1}] * 501).encode())
    assert str(error) == f"expected at most {MAX_ELEMENTS} elements, got 501"


def test_a_byte_that_is_no_utf8_spoils_its_element_only():
    good = b'{"id":"3f2b8a52-2a3c-4c44-9a30-0a3c0f7e9d11","at":1,"tag":"x"}'
    bad, fine = decode(Topic("p", "scan", "t"), b"[" + good.replace(b'"x"', b'"\xff","seq":5') + b"," + good + b"]")
    assert isinstance(bad, MessageError) and (bad.seq, bad.id) == (5, "3f2b8a52-2a3c-4c44-9a30-0a3c0f7e9d11")
    assert fine.tag == "x"


def test_a_bad_message_keeps_the_identity_its_receipt_needs():
    (error,) = decode(Topic("p", "position", "t"), b'{"at":1,"lat":95,"lon":1,"seq":41}')
    assert (error.seq, error.index) == (41, 0)


@given(kind=st.sampled_from(sorted(KINDS)), payload=st.binary(max_size=200))
def test_decode_never_raises_on_bytes(kind, payload):
    decode(Topic("p", kind, "t"), payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["at", "lat", "lon", "id", "body", "tag"]), inner)
    ),
    max_leaves=12,
)


@given(kind=st.sampled_from(sorted(KINDS)), value=json_values)
def test_decode_never_raises_on_json(kind, value):
    decode(Topic("p", kind, "t"), json.dumps(value).encode())
