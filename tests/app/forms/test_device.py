from app.forms.device import latency_device
from engine.meters.conditions import processor


def test_latency_names_the_processor_and_the_batch():
    sentence = latency_device("cpu", 8, None, "")
    assert processor() in sentence
    assert "8 images at a time" in sentence
    assert "one image at a time" in latency_device("cpu", 1, None, "")


def test_latency_names_the_threads_of_a_processor():
    assert "with all cores" in latency_device("cpu", 1, None, "")
    assert "with 1 thread," in latency_device("cpu", 1, 1, "")
    assert "with 4 threads," in latency_device("cpu", 1, 4, "")


def test_another_device_does_not_name_the_processor():
    assert processor() not in latency_device("cuda", 1, None, "")
    assert "CUDA" in latency_device("cuda", 1, None, "")


def test_latency_from_a_table_does_not_look_measured():
    assert latency_device("cpu", 1, None, "/data/note10.yaml") == (
        "Latency is read from note10.yaml, not measured."
    )
