from __future__ import annotations

import hashlib

import numpy as np

from claimbook.seeds import entropy, stream


def test_a_stream_is_numpys_pcg64_seeded_by_the_hash_of_seed_and_name():
    digest = hashlib.sha256(b"3/start/W1").digest()
    words = np.frombuffer(digest[:16], "<u4").tolist()
    assert entropy(3, "start/W1") == words
    expected = np.random.Generator(np.random.PCG64(np.random.SeedSequence(words))).standard_normal(5)
    assert np.array_equal(stream(3, "start/W1").standard_normal(5), expected)


def test_numbers_never_change():
    assert entropy(0, "start/W1") == [1095828855, 2857898021, 4084791377, 528550864]
    assert stream(0, "start/W1").integers(0, 2**32, 3).tolist() == [1287003323, 3089026747, 2192258310]


def test_names_and_seeds_make_different_streams_and_equal_ones_equal():
    draws = {
        (seed, name): tuple(stream(seed, name).integers(0, 2**63, 4).tolist())
        for seed in range(20)
        for name in ("start/W1", "start/W2", "split")
    }
    assert len(set(draws.values())) == 60
    assert tuple(stream(7, "split").integers(0, 2**63, 4).tolist()) == draws[7, "split"]
    assert entropy(1, "1/x") != entropy(11, "/x")


def test_a_numpy_integer_is_a_seed_too():
    assert entropy(np.int64(4), "x") == entropy(4, "x")
