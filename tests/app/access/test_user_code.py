"""The Python code that a visitor may make the server run."""

import pytest

from app.access.listen_address import ListenAddress
from app.access.options import AccessOptions
from app.access.user_code import named_path
from engine.errors import NotAllowedError
from engine.supernets.elastic.model_source import ModelSource
from engine.training.elastic.request import TrainingRequest

HERE, LAN = ListenAddress("127.0.0.1", "127.0.0.1"), ListenAddress("192.168.1.5", "192.168.1.5")


def training(model, **fields):
    return TrainingRequest(way="train", name="mine", model=model, **fields)


@pytest.mark.parametrize("model", ["my_model.py", "os:getcwd"])
def test_a_server_that_others_reach_runs_no_code_of_theirs(model, data_dir):
    with pytest.raises(NotAllowedError, match=r"runs no Python code.*--allow-code"):
        AccessOptions().policy(LAN, data_dir).check_training(training(model))
    proxied = AccessOptions(allowed_hosts=["studio.example"]).policy(HERE, data_dir)
    assert not proxied.code.is_allowed
    AccessOptions().policy(HERE, data_dir).check_training(training(model))


def test_networks_of_libraries_are_no_code_of_visitors(data_dir):
    policy = AccessOptions().policy(LAN, data_dir)
    for model in ("torchvision:resnet18", "timm:vit_tiny_patch16_224", "hf:bert", "builtin"):
        policy.check_training(training(model))


def test_an_operator_allows_code_and_files_stay_confined(data_dir, tmp_path):
    policy = AccessOptions(allow_code=True, data_roots=[tmp_path]).policy(LAN, data_dir)
    own = str(tmp_path / "my_model.py")
    policy.check_training(training(own, data=str(tmp_path / "images")))
    for request in (
        training("/etc/my_model.py"),
        training(own, data="/etc"),
        training(own, weights="/etc/passwd"),
        training("hf:/etc"),
    ):
        with pytest.raises(NotAllowedError, match="outside the folders"):
            policy.check_training(request)


def test_a_name_of_a_library_is_no_path(tmp_path):
    assert named_path(ModelSource.read("torchvision:resnet18")) == ""
    assert named_path(ModelSource.read(f"hf:{tmp_path}")) == str(tmp_path)
