"""What the page Make a network elastic says, and how it reads what is typed."""

import pytest

from app.elastic.field_words import in_words_of_fields
from app.elastic.findings import facts_html, self_test_text
from app.elastic.training_panel import progress_text
from app.elastic.training_start import shares
from app.elastic.uploaded_file import keep_upload
from app.elastic.way_choice import usual_sizes, way_markdown
from engine import data_dir
from engine.data_dir import DataFolder
from engine.errors import ConfigError
from engine.supernets.elastic.settings import number_list
from engine.training.elastic.training_state import TrainingState
from tests.app.elastic.checked import CHECK, COSTS


def test_options_of_commands_are_named_as_fields():
    assert in_words_of_fields("Give --data a folder; --original-rate or --unknown-one.") == (
        "Give 'Folder on this machine' a folder; 'Its peak learning rate' or --unknown-one."
    )


def test_facts_have_units():
    text = facts_html(CHECK)
    for words in ("1.00 M to 4.00 M", "10.0 k to 40.0 k", "24", "90.25 % on 500 inputs"):
        assert words in text


def test_the_self_test_is_told_with_figures():
    assert "22 sub-networks equal their plain modules (0); MACs of 6" in self_test_text(CHECK)


def test_ways_tell_their_cost_and_which_is_advised():
    prune, chain, train = COSTS.ways(2, 2)
    assert way_markdown(prune).startswith("**Prune** :green-badge")
    assert "about 50 s" in way_markdown(prune)
    assert "advised" not in way_markdown(chain) + way_markdown(train)
    unknown = [way_markdown(cost) for cost in COSTS.ways(None, 2)]
    assert unknown[0].endswith("about 25 s a size")
    assert unknown[1].endswith("s for 10 sizes")


def test_usual_sizes_are_spread_and_fall():
    assert usual_sizes("prune", 1) == (40.0,)
    assert usual_sizes("prune", None) == (85.0, 50.0, 15.0)
    assert len(usual_sizes("chain", 10)) == 10


def test_sizes_are_read_as_shares():
    assert shares("15, 80 40 40") == (0.8, 0.4, 0.15)
    for text in ("", "0", "120", "many"):
        with pytest.raises(ConfigError, match="Sizes: give"):
            shares(text)


def test_numbers_are_read_with_commas_or_spaces():
    assert number_list("0.5, 0.75 1", "Widths") == [0.5, 0.75, 1.0]
    with pytest.raises(ConfigError, match="Widths: give numbers"):
        number_list("half", "Widths")


def test_progress_is_told_in_steps_and_time():
    state = TrainingState(status="running", stage="supernet", done=4, total=1200, seconds_left=200)
    assert progress_text(state) == "4 of 1,200 steps · supernet · 3 m 20 s left"
    paused = state.model_copy(update={"status": "paused"})
    assert progress_text(paused) == "4 of 1,200 steps · supernet"


def test_an_upload_is_kept_by_its_content(tmp_path):
    with data_dir.using(DataFolder.at(tmp_path).create()):
        path = keep_upload("../my model.py", b"x = 1\n")
        assert path == keep_upload("../my model.py", b"x = 1\n")
        assert path.read_bytes() == b"x = 1\n"
        assert path.is_relative_to(tmp_path / "uploads")
        assert path != keep_upload("../my model.py", b"x = 2\n")
