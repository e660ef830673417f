"""Published addresses: an independent look says the same, and what proves nothing is refused."""

import ipaddress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fedi.errors import BadRequest
from fedi.policy import ranges
from fedi.policy.ranges import Ranges

networks = st.one_of(
    st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32)).map(lambda n: ipaddress.ip_network(n, strict=False)),
    st.tuples(st.integers(2**64, 2**128 - 1), st.integers(0, 128)).map(lambda n: ipaddress.ip_network(n, strict=False)),
)


@given(st.lists(networks, max_size=12), st.data())
@settings(deadline=None)
def test_it_holds_what_it_should(some, data):
    made = Ranges(str(network) for network in some)
    addresses = [ipaddress.ip_address("20.15.240.64"), ipaddress.ip_address("2001:db8::1")]
    for network in some:
        addresses += [network[0], network[-1]]
        for edge in (int(network[0]) - 1, int(network[-1]) + 1):
            if 0 <= edge < 2**network.max_prefixlen:
                addresses.append(type(network[0])(edge))
    address = data.draw(st.sampled_from(addresses))
    assert made.hold(address) == any(address.version == each.version and address in each for each in some)


def test_the_format_of_the_operators():
    document = {
        "creationTime": "2026-10-01T00:00:00.000000",
        "prefixes": [{"ipv4Prefix": "20.15.240.64/28"}, {"ipv6Prefix": "2603:1030:7::/48"}],
    }
    assert ranges.read(document) == ["20.15.240.64/28", "2603:1030:7::/48"]


@pytest.mark.parametrize(
    "document",
    [
        None, [], {}, {"prefixes": []}, {"prefixes": "x"}, {"prefixes": [1]}, {"prefixes": [{}]}, {"prefixes": [{"ipv4Prefix": 5}]},
        {"prefixes": [{"ipv4Prefix": "x"}]}, {"prefixes": [{"ipv4Prefix": "0.0.0.0/0"}]}, {"prefixes": [{"ipv6Prefix": "::/0"}]},
        {"prefixes": [{"ipv4Prefix": "20.0.0.0/8"}] * 20_001},
    ],
)  # fmt: skip
def test_what_is_no_list(document):
    with pytest.raises(BadRequest):
        ranges.read(document)
