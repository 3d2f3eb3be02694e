import pytest

from engine.errors import ConfigError
from engine.evaluation.record import WARM_START_CYCLE
from engine.runs.results_csv import read_results
from engine.supernets.registry import DEFAULT, load
from tests.engine.supernets.ofa.reference import LOG, needs_reference

SUPERNET = load(DEFAULT)
SMALLEST = SUPERNET.space.to_config(SUPERNET.space.smallest)
LARGEST = SUPERNET.space.to_config(SUPERNET.space.largest)
DYNAST = "Sub-network,Date,Model Parameters,Latency (ms),MACs,Top-1 Acc (%)\n"
COMPRESSOR = "Sub-network,Date,Latency (ms),MACs,Top-1 Acc (%)\n"


def read(text):
    return read_results(text, SUPERNET, "results.csv")


def padded(config):
    """As DyNAS-T writes it: with a width, of which nothing is said."""
    return {"wid": None, **config}


def numbers(evaluation):
    """What the file tells; `size` follows from the sub-network, too."""
    return {name: evaluation.metrics[name] for name in ("acc", "macs", "params")}


def test_a_file_of_dynast():
    rows = (
        f'"{padded(SMALLEST)}",2022-11-01 05:39:38.995993,82458,0,1885816,89.5\n'
        f'"{padded(LARGEST)}",2022-11-01 05:41:01.175492,281674,0,11484304,91.25\n'
        f'"{padded(SMALLEST)}",2022-11-01 05:42:00.0,82458,0,1885816,80.0\n'
    )
    first, second = read(DYNAST + rows)
    assert first.genotype == tuple(SUPERNET.space.smallest)
    assert numbers(first) == {"acc": 89.5, "macs": 1_885_816, "params": 82_458}
    exact = dict.fromkeys(("macs", "params", "size"), "exact")
    assert first.sources == {"acc": "imported", **exact}
    assert (first.cycle, first.reused, first.worker) == (WARM_START_CYCLE, True, "results.csv")
    assert numbers(second) == {"acc": 91.25, "macs": 11_484_304, "params": 281_674}
    assert second.finished > first.finished > 1.6e9


def test_a_file_of_neural_compressor_with_latency():
    (known,) = read(COMPRESSOR + f'"{LARGEST}",2023-01-01 00:00:00.0,1.75,11484304,91.0\n')
    assert known.metrics["lat"] == 1.75


def test_a_heading_that_states_a_source_gives_it_to_every_value():
    header = 'Sub-network,Date,"Latency (ms), lookup table",MACs,"Top-1 Acc (%), {}"\n'
    row = f'"{LARGEST}",2023-01-01 00:00:00.0,0,11484304,91.0\n'
    for stated in ("published predictor", "measured or published predictor"):
        (known,) = read(header.format(stated) + row)
        assert numbers(known)["acc"] == 91.0
        assert known.sources["acc"] == "published predictor, imported"
        assert "lat" not in known.metrics


def test_a_file_of_an_earlier_version_has_columns_of_sources_and_of_further_metrics():
    header = (
        "Sub-network,Date,Latency (ms),MACs,Top-1 Acc (%),peak_memory,"
        "Top-1 Acc Source,Latency Source,peak_memory_source\n"
    )
    row = (
        f'"{LARGEST}",2023-01-01 00:00:00.0,1.5,11484304,91.0,7.5,'
        "published predictor,lookup table,imported\n"
    )
    (known,) = read(header + row)
    assert (known.metrics["acc"], known.metrics["lat"]) == (91.0, 1.5)
    assert known.metrics["peak_memory"] == 7.5
    assert {name: known.sources[name] for name in ("acc", "lat", "peak_memory")} == {
        "acc": "published predictor, imported",
        "lat": "lookup table, imported",
        "peak_memory": "imported",
    }


def test_a_downloaded_run_leaves_out_what_failed():
    header = "evaluation,cycle,status,front,acc,macs,params,seconds,finished,reused,reason,config\n"
    (known,) = read(
        header
        + f'1,0,ok,1,91.0,11484304,281674,1.0,2026-01-01T00:00:00,0,,"{LARGEST}"\n'
        + f'2,0,failed,0,,1885816,82458,1.0,2026-01-01T00:00:00,0,no memory,"{SMALLEST}"\n'
    )
    assert known.metrics["acc"] == 91.0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no results file"),
        ("x" * 200_000, "is no results file"),
        ("a,b\n1,2\n", "has no column 'Sub-network' or 'config'"),
        (COMPRESSOR, "holds no sub-network"),
        (COMPRESSOR + "nonsense,,,1,2\n", "line 2: 'nonsense' is no sub-network"),
        (COMPRESSOR + "\"__import__('os').getcwd()\",,,1,2\n", "line 2: .* is no sub-network"),
        (COMPRESSOR + "\"{'ks': [3]}\",,,1,2\n", r"line 2: The config has no entry d\[0\]"),
        (
            COMPRESSOR + f'"{LARGEST}",,,11484304,good\n',
            "line 2: Top-1 Acc .* is 'good', no number",
        ),
        (COMPRESSOR + f'"{LARGEST}",,,11484304,nan\n', "line 2: Top-1 Acc .* is 'nan'"),
        (COMPRESSOR + f'"{LARGEST}",,,245000000,75\n', "line 2: .*is of another supernet"),
    ],
)
def test_what_cannot_be_read_is_named_with_its_line(text, message):
    with pytest.raises(ConfigError, match=message):
        read(text)


@needs_reference
def test_of_the_published_logs_554_rows_515_are_different_sub_networks():
    known = read_results(LOG.read_text(), load("ofa_mbv3_d234_e346_k357_w1.0"), LOG.name)
    assert len({e.genotype for e in known}) == len(known) == 515
    assert numbers(known[0]) == {"acc": 74.65, "macs": 244_945_104, "params": 4_536_768}
    assert max(e.metrics["acc"] for e in known) == 77.252
