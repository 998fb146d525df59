import struct
import tracemalloc
from contextlib import suppress
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from grader.sandbox.decode import decode
from grader.sandbox.encode import Writer
from grader.sandbox.values import Function, Handle, Opaque, Rng, Token
from grader.sandbox.wire import DEPTH, DTYPES, NODES, TooLarge, WireError


def refuse(value: object) -> object:
    raise TypeError(type(value).__name__)


def encode(value: object, *, layouts: bool = False) -> bytes:
    writer = Writer(1 << 20, refuse, layouts=layouts)
    writer.add(value)
    return writer.frame()[4:]


def same(left: Any, right: Any) -> Any:
    """Exact types, exact dtypes, NaN equal to NaN, minus zero other than zero."""
    if type(left) is not type(right):
        return False
    if isinstance(left, np.ndarray):
        return left.dtype == right.dtype and left.shape == right.shape and left.tobytes() == right.tobytes()
    if isinstance(left, float):
        return struct.pack("d", left) == struct.pack("d", right)
    if isinstance(left, tuple | list):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, dict):
        return list(left) == list(right) and all(same(left[key], right[key]) for key in left)
    return bool(left == right)


numbers = st.integers(-(1 << 4095), 1 << 4095)
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
arrays = hnp.arrays(st.sampled_from(DTYPES), hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4))
references = st.one_of(
    st.builds(Handle, st.integers(0, 1 << 40)),
    st.builds(Token, st.integers(0, 1 << 40)),
    st.builds(Opaque, st.text(st.characters(categories=["L", "N"]), max_size=80)),
    st.builds(Rng, st.integers(0, 1 << 128), st.tuples(st.integers(0, 9)), st.integers(0, 99)),
    st.builds(Function, st.integers(0, 99), texts),
)
leaves = st.one_of(st.none(), st.booleans(), numbers, st.floats(), texts, arrays, references)
values = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.lists(inner, max_size=4).map(tuple), st.dictionaries(texts, inner, max_size=4)
    ),
)


@given(values)
def test_every_value_comes_back_as_it_went(value: object) -> None:
    assert same(decode(encode(value)), value)


@given(values, st.data())
@settings(max_examples=300)
def test_a_damaged_frame_raises_nothing_but_the_wires_own_error(value: object, data: st.DataObject) -> None:
    body = bytearray(encode(value))
    for _ in range(data.draw(st.integers(1, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    del body[data.draw(st.integers(0, len(body))) :]
    with suppress(WireError):
        decode(bytes(body))


@given(values, st.data())
@settings(max_examples=200)
def test_a_damaged_frame_allocates_no_more_than_a_small_multiple_of_its_length(
    value: object, data: st.DataObject
) -> None:
    """The dearest is an empty dict, 64 bytes of Python's for 5 of a frame's; an array is held twice for a moment."""
    body = bytearray(encode(value))
    for _ in range(data.draw(st.integers(0, 4))):
        body[data.draw(st.integers(0, len(body) - 1))] = data.draw(st.integers(0, 255))
    frame = bytes(body)
    tracemalloc.start()
    with suppress(WireError):
        decode(frame)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64 * len(frame) + 10_000


@given(st.binary(max_size=200))
@example(b"")
def test_random_bytes_raise_nothing_but_the_wires_own_error(body: bytes) -> None:
    with suppress(WireError):
        decode(body)


def test_a_few_bytes_that_claim_billions_allocate_nothing() -> None:
    many = struct.pack("<I", 0xFFFFFFFF)
    claims = [bytes((tag,)) + many for tag in range(20)]
    claims += [bytes((10, 13, 2)) + struct.pack("<2q", 1 << 30, 1 << 30), bytes((10, 13, 1)) + struct.pack("<q", -1)]
    claims += [
        bytes((10, 13, 2)) + struct.pack("<2q", -4, -4),
        bytes((10, 13, 32)) + struct.pack("<32q", *[1 << 60] * 32),
    ]
    tracemalloc.start()
    for claim in claims:
        with pytest.raises(WireError):
            decode(claim)
    assert tracemalloc.get_traced_memory()[1] < 100_000
    tracemalloc.stop()


def test_nesting_has_a_bound() -> None:
    one_list = b"\x08\x01\x00\x00\x00"
    assert decode(one_list * (DEPTH - 1) + b"\x00") is not None
    for depth in (DEPTH + 1, 100_000):
        with pytest.raises(WireError):
            decode(one_list * depth + b"\x00")


def test_the_number_of_values_has_a_bound() -> None:
    with pytest.raises(WireError):
        decode(b"\x08" + struct.pack("<I", NODES + 1) + b"\x00" * (NODES + 1))


@pytest.mark.parametrize(
    "body",
    [
        b"\x06\x01\x00\x00\x00\xff",  # no UTF-8
        b"\x06\x03\x00\x00\x00\xed\xa0\x80",  # a lone surrogate
        b"\x04\x02\x00\x00\x00zz",  # no digits
        b"\x04\x00\x00\x00\x00",
        b"\x04" + struct.pack("<I", 2000) + b"f" * 2000,  # more bits than an int may have
        b"\x00\x00",  # bytes after the value
        b"\x09" + struct.pack("<I", 2) + (b"\x06\x01\x00\x00\x00a" + b"\x00") * 2,  # a key twice
        b"\x09" + struct.pack("<I", 1) + b"\x00\x00",  # a key that is no text
        b"\x0a\xff\x00",  # no dtype
        b"\x0a\x0d\x40" + b"\0" * 512,  # 64 dimensions
        b"\x12\x00\x00\x00\x00\x00\x00\x00\x00",  # no tag
        b"\xff",
    ],
)
def test_a_malformed_value_is_refused(body: bytes) -> None:
    with pytest.raises(WireError):
        decode(body)


def test_strides_of_a_stranger_are_refused() -> None:
    body = encode(np.arange(6.0)[::2], layouts=True)
    assert decode(body, layouts=True).strides == (16,)
    with pytest.raises(WireError):
        decode(body)


@pytest.mark.parametrize(
    "view",
    [
        lambda a: a,
        lambda a: a.T,
        np.asfortranarray,
        lambda a: a[::-1],
        lambda a: a[:, ::-1],
        lambda a: a[::2, 1::2],
        lambda a: a[::-2].T,
        lambda a: a[2],
        lambda a: a[:, 3],
        lambda a: a[:0],
        lambda a: np.broadcast_to(a[0], (3, 6)),
    ],
)
def test_an_array_arrives_writable_and_in_the_layout_that_it_has_here(view: Any) -> None:
    array = view(np.arange(24.0).reshape(4, 6))
    arrived = decode(encode(array, layouts=True), layouts=True)
    assert np.array_equal(arrived, array)
    assert arrived.flags.writeable
    assert arrived.flags.aligned
    if 0 not in array.strides and array.size:
        assert arrived.strides == array.strides


def test_a_numpy_scalar_of_ours_is_one_in_the_child() -> None:
    for scalar in (np.float64(1.5), np.int8(-3), np.bool_(True), np.complex64(1j)):
        arrived = decode(encode(scalar, layouts=True), layouts=True)
        assert type(arrived) is type(scalar)
        assert arrived == scalar


@pytest.mark.parametrize(
    "value",
    [1 << 5000, "x" * (1 << 21), np.zeros(1 << 20), np.zeros((0, 1 << 40)), ["x" * 1000] * 2000, [0] * (NODES + 1)],
)
def test_what_is_too_large_is_not_sent(value: object) -> None:
    with pytest.raises(TooLarge):
        encode(value)


def test_a_list_that_holds_itself_is_not_sent() -> None:
    loop: list[object] = []
    loop.append(loop)
    with pytest.raises(TooLarge):
        encode(loop)
