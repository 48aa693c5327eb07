"""The address of a broker, as people write it."""

import pytest

from lights.broker_address import BrokerAddress

# ---- addresses


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("mqtt://broker", BrokerAddress("broker", 1883)),
        ("mqtt://127.0.0.1:2883", BrokerAddress("127.0.0.1", 2883)),
        ("mqtt://[::1]:2883", BrokerAddress("::1", 2883)),
        ("mqtts://broker.seoul.kr", BrokerAddress("broker.seoul.kr", 8883, tls=True)),
        ("mqtts://u@broker:1", BrokerAddress("broker", 1, "u", tls=True)),
        ("mqtt://u:p%40%3A%2F@broker", BrokerAddress("broker", 1883, "u", "p@:/")),
    ],
)
def test_an_address_is_read_from_a_url(url: str, address: BrokerAddress) -> None:
    assert BrokerAddress.parse(url) == address


@pytest.mark.parametrize(
    "url", ["", "broker", "broker:1883", "http://broker", "mqtt://", "mqtt:broker", "mqtt://:1883"]
)
def test_what_is_no_address_is_refused_with_words_that_help(url: str) -> None:
    with pytest.raises(ValueError, match="mqtt://user:password@host:1883"):
        BrokerAddress.parse(url)


@pytest.mark.parametrize("url", ["mqtt://broker:0x50", "mqtt://broker:99999", "mqtt://[::1"])
def test_an_address_with_an_impossible_port_or_host_is_refused(url: str) -> None:
    with pytest.raises(ValueError):
        BrokerAddress.parse(url)
