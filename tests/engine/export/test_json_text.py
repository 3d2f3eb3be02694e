import json

from hypothesis import given
from hypothesis import strategies as st

from engine.export.json_text import json_text

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9)
DATA = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4)
)


@given(DATA)
def test_what_is_written_is_what_is_read(data):
    assert json.loads(json_text(data)) == data


def test_a_list_of_genes_stands_on_one_line_and_texts_keep_their_spaces():
    data = {"config": {"act": ["re  lu", "[x]\n"], "d": [1, 2]}, "rows": [{"a": []}]}
    assert json_text(data) == (
        '{\n  "config": {\n    "act": [ "re  lu", "[x]\\n" ],\n    "d": [ 1, 2 ]\n  },\n'
        '  "rows": [\n    {\n      "a": []\n    }\n  ]\n}\n'
    )
