"""Addresses of Dask schedulers and TLS files that cannot be right are refused in a sentence."""

import pytest

from engine.cluster.dask_address import check_port, name_problem, security
from engine.cluster_kinds import DaskOptions
from engine.errors import ConfigError


@pytest.mark.parametrize("address", ["tcp://scheduler:8786", "tls://10.0.0.1:1", "inproc://a/b/c"])
def test_an_address_with_a_port_is_taken(address):
    check_port(address)


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("tcp://scheduler", "has no port. That of Dask is 8786: tcp://scheduler:8786."),
        ("tcp://scheduler:99999", "has no port from 1 to 65535."),
        ("tcp://scheduler:port", "has no port from 1 to 65535."),
    ],
)
def test_an_address_without_a_port_is_refused(address, sentence):
    with pytest.raises(ConfigError) as caught:
        check_port(address)
    assert str(caught.value).endswith(sentence)


def test_an_encrypted_address_needs_files(tmp_path):
    with pytest.raises(ConfigError, match="is encrypted, and there is no cluster_options"):
        security("tls://a:1", DaskOptions())
    missing = tmp_path / "ca.pem"
    with pytest.raises(ConfigError, match=f"tls_ca_file: there is no file {missing}"):
        security("tls://a:1", DaskOptions(tls_ca_file=str(missing)))


def test_files_for_an_address_that_is_not_encrypted_are_refused(tmp_path):
    with pytest.raises(ConfigError, match="is for an address that begins with tls://"):
        security("tcp://a:1", DaskOptions(tls_ca_file=str(tmp_path / "ca.pem")))
    assert security("tcp://a:1", DaskOptions()) is None


def test_a_host_that_nobody_knows_is_named():
    assert name_problem("tcp://127.0.0.1:8786") == ""
    assert name_problem("tcp://no-such-host.invalid:8786").startswith("no machine is known here as")
