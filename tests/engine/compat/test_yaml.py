import pytest
import yaml

from engine.compat.yaml import NON_PRINTABLE, implicit_tag, parse_bool, parse_float, parse_int
from tests.compat import changed

CHANGED = changed("PyYAML", "engine/compat/yaml.py")
LOADERS = [yaml.SafeLoader, *([yaml.CSafeLoader] if yaml.__with_libyaml__ else [])]


@pytest.mark.parametrize("loader", LOADERS)
@pytest.mark.parametrize(
    ("text", "kind"),
    [("12", "int"), ("1.5", "float"), ("yes", "bool"), ("~", "null"), ("1e3", "str"),
     ("'12'", "str"), ("<<", "merge"), ("2001-01-01", "timestamp")],
)  # fmt: skip
def test_a_scalar_has_the_tag_that_it_looks_like(loader, text, kind):
    events = yaml.parse(f"key: {text}", Loader=loader)
    *_, scalar = (event for event in events if isinstance(event, yaml.ScalarEvent))
    assert implicit_tag(scalar) == f"tag:yaml.org,2002:{kind}", CHANGED


def said(read, text):
    return read(yaml.ScalarNode("", text))


def test_scalars_say_what_they_look_like():
    assert [said(parse_bool, text) for text in ("yes", "Off", "TRUE")] == [True, False, True], (
        CHANGED
    )
    assert [said(parse_int, text) for text in ("12", "-0x10", "1_000")] == [12, -16, 1000], CHANGED
    assert [said(parse_float, text) for text in ("1.5", "-.inf")] == [1.5, -float("inf")], CHANGED
    for read, error in ((parse_bool, KeyError), (parse_int, ValueError), (parse_float, ValueError)):
        with pytest.raises(error):
            said(read, "nothing")


def test_what_no_text_can_hold_is_known():
    assert NON_PRINTABLE.search("a\x07b").start() == 1, CHANGED
    assert NON_PRINTABLE.search("ä\t\n😀") is None, CHANGED
    with pytest.raises(yaml.reader.ReaderError):
        list(yaml.parse("a\x07b", Loader=yaml.SafeLoader))
