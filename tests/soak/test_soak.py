"""The soak runs, and what it says of growth is what grew."""

import pytest

from tests.soak.__main__ import main
from tests.soak.gauges import Sample, growth_an_hour, lines_of


@pytest.mark.parametrize(
    ("samples", "an_hour"),
    [
        ([(0.0, 5.0)], 0.0),
        ([(0.0, 5.0), (60.0, 5.0), (120.0, 5.0)], 0.0),
        ([(1000.0, 0.0), (1001.0, 1.0), (1002.0, 2.0)], 3600.0),
        ([(0.0, 9.0), (3600.0, 3.0)], -6.0),
    ],
)
def test_growth_is_the_slope_of_the_samples(
    samples: list[tuple[float, float]], an_hour: float
) -> None:
    assert growth_an_hour(samples) == pytest.approx(an_hour, abs=1e-6)


def test_what_fills_while_it_warms_up_is_no_growth() -> None:
    amounts = [100, 200, 300, 400, 500, 500, 500, 500, 500, 500, 500]
    samples = [Sample(float(at), size, 7, 0, 0) for at, size in enumerate(amounts)]
    memory, handles, *_ = lines_of(samples)
    assert (memory.first, memory.last, memory.most) == (100, 500, 500)
    assert memory.an_hour == pytest.approx(0, abs=1e-6)
    assert handles.an_hour == pytest.approx(0, abs=1e-6)


def test_a_soak_of_seconds_finds_everything_answered(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["--minutes", "0.05", "--cries", "60", "--walkers", "2", "--lamps", "5"]
    assert main([*words, "--screens", "2"]) == 0
    said = capsys.readouterr().out
    assert "on embedded" in said
    assert "on production" in said
    assert said.count("not as it should be: nothing") == 2
