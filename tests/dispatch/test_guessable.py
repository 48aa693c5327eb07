"""Which passwords nobody may choose: those that guessers try first."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.sign_in.keys import is_easily_guessed, new_password

GUESSED = [
    *("passwordpassword", "lightLIGHTlight", "aaaaaaaaaaaa", "121212121212", "112233112244"),
    *("1234567890123", "abcdefghijklm", "zyxwvutsrqpo", "가가가가가가가가가가가가", "987654321abc"),
]
OWN = ["어두운 골목의 가로등 열두 개", "one-of-my-own-choice", "correct horse battery"]


@pytest.mark.parametrize("password", GUESSED)
def test_one_piece_again_and_again_or_a_row_of_neighbours_is_guessed(password: str) -> None:
    assert is_easily_guessed(password)


@pytest.mark.parametrize("password", OWN)
def test_words_are_not(password: str) -> None:
    assert not is_easily_guessed(password)


def test_what_we_make_ourselves_is_not() -> None:
    assert not any(is_easily_guessed(new_password()) for _ in range(100))


@given(st.text(min_size=1, max_size=20), st.integers(2, 20))
def test_nothing_becomes_hard_to_guess_by_being_said_again(piece: str, times: int) -> None:
    assert is_easily_guessed(piece * times)
