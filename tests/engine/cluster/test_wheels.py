"""Wheels that a configuration names."""

import pytest

from engine.cluster import wheels
from engine.errors import ConfigError
from engine.evaluation.job_packages import JobPackage

PACKAGE = JobPackage("My.Package", "1.0", "the supernet 'x'")
LARGEST = 100


@pytest.fixture
def make(tmp_path):
    def make(name, size=10):
        (tmp_path / name).write_bytes(bytes(size))
        return str(tmp_path / name)

    return make


def test_a_wheel_is_that_of_the_package_in_its_name(make):
    wheel = wheels.read(make("my_package-1.0-py3-none-any.whl"), (PACKAGE,), LARGEST)
    assert wheels.contains(wheel, PACKAGE)
    other = wheels.read(make("other-2.0+cpu-1-cp311-cp311-linux_x86_64.whl"), (PACKAGE,), LARGEST)
    assert not wheels.contains(other, PACKAGE)


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("my_package-1.1-py3-none-any.whl", r"has version 1\.1 of My\.Package, and this machine 1"),
        ("my_package-1.0.tar.gz", r"is no file of a wheel, \*\.whl"),
        ("my_package.whl", "is no file of a wheel"),
    ],
)
def test_a_wheel_that_does_not_fit_is_refused(make, name, problem):
    with pytest.raises(ConfigError, match=rf"cluster_options\.wheels: .*{problem}"):
        wheels.read(make(name), (PACKAGE,), LARGEST)


def test_a_wheel_that_is_missing_or_too_large_is_refused(make, tmp_path):
    with pytest.raises(ConfigError, match="is no file of a wheel"):
        wheels.read(str(tmp_path / "my_package-1.0-py3-none-any.whl"), (), LARGEST)
    with pytest.raises(ConfigError, match=r"is larger than cluster_options\.send_limit"):
        wheels.read(make("my_package-1.0-py3-none-any.whl", LARGEST + 1), (), LARGEST)
