"""What is put back into the address of a page that the visitor returns to."""

from app.view_memory import ViewMemory


def address(run, **parameters):
    return {"run": [run], **{name: [value] for name, value in parameters.items()}}


def test_a_view_comes_back_with_its_page_and_its_run():
    memory = ViewMemory()
    memory.remember("run", address("a", live_x="Parameters"))
    memory.remember("run", address("b", live_x="Latency"))
    memory.remember("explore", address("a", filter="front"))
    assert memory.parameters("run", {}) == {"live_x": ["Parameters"]}
    assert memory.parameters("run", address("b")) == {"live_x": ["Latency"]}
    assert memory.parameters("run", address("c")) == {}
    assert memory.parameters("decide", {}) == {}


def test_an_address_that_says_more_than_the_run_is_left_as_it_is():
    memory = ViewMemory()
    memory.remember("run", address("a", live_x="Parameters"))
    memory.remember("explore", address("a"))
    assert memory.parameters("run", address("a", live_y="Latency")) == {}
    assert memory.parameters("run", address("a", selected="3")) == {"live_x": ["Parameters"]}


def test_a_page_that_is_drawn_again_keeps_what_its_address_says():
    memory = ViewMemory()
    memory.remember("explore", address("a", filter="front"))
    assert memory.parameters("explore", address("a")) == {}


def test_zoom_camera_and_selection_are_remembered_elsewhere():
    memory = ViewMemory()
    memory.remember("run", address("a", zoom="macs:1~2", camera="1", selected="3", n="4"))
    memory.remember("explore", address("a"))
    assert memory.parameters("run", {}) == {}


def test_of_very_many_views_the_latest_are_kept():
    memory = ViewMemory()
    for number in range(300):
        memory.remember("run", address(f"r{number}", live_x="Parameters"))
    assert len(memory.views) == 200
    memory.remember("explore", {})
    assert memory.parameters("run", address("r299"))
    assert not memory.parameters("run", address("r1"))
