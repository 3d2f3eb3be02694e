from app.forms.device import latency_device
from engine.supernets.conditions import processor


def test_latency_names_the_processor_and_the_batch():
    sentence = latency_device("cpu", 8, "")
    assert processor() in sentence
    assert "8 images at a time" in sentence
    assert "one image at a time" in latency_device("cpu", 1, "")


def test_another_device_does_not_name_the_processor():
    assert processor() not in latency_device("cuda", 1, "")
    assert "CUDA" in latency_device("cuda", 1, "")


def test_latency_from_a_table_does_not_look_measured():
    assert latency_device("cpu", 1, "/data/note10.yaml") == (
        "Latency is read from note10.yaml, not measured."
    )
