"""The commands that read results and write images."""

import pytest


@pytest.fixture
def results(command, finished_run, tmp_path):
    """A results file of a run, with a row that cannot be read."""
    path = tmp_path / "results.csv"
    path.write_text(command("csv", finished_run)[1] + "9,0,ok,1,1,101,1,1,1,0,,0,,nonsense\n")
    return path


def test_an_import_makes_a_run_and_says_what_became_of_the_rows(command, results):
    status, out, err = command("import", str(results), "--name", "theirs")
    assert status == 0
    assert err.startswith("results.csv: 9 rows: 8 distinct, 0 repeated, 1 refused.\n")
    assert "The MACs of 8 rows agree with " in err
    assert "1 row refused, line 10: " in err
    listed = command("runs")[1]
    assert out == f"run {listed.splitlines()[1].split()[0]}\n"
    assert "theirs" in listed


def test_an_import_can_be_tried_without_making_a_run(command, results):
    assert command("import", str(results), "--check")[:2] == (0, "")
    assert len(command("runs")[1].splitlines()) == 2


def test_an_import_is_of_the_supernet_that_is_given_in_either_way(command, results):
    for given in (["--supernet", "ofa_resnet50"], ["--set", "dynas.supernet=ofa_resnet50"]):
        status, out, err = command("import", str(results), *given)
        assert (status, out) == (1, "")
        assert "8 of 9 rows do not fit" in err
        assert "Traceback" not in err


def test_validation_images_are_written_for_classifiers_of_images_alone(command, tmp_path, install):
    folder = str(tmp_path / "images")
    status, out, err = command(
        "validation-images", "ofa_mbv3_fashion_d234_e346_k357", "--out", folder
    )
    assert (status, out) == (0, f"5,000 validation images of 10 classes in {folder}.\n"), err
    assert len(list((tmp_path / "images" / "9_Ankle boot").iterdir())) == 500
    status, out, err = command("validation-images", "ofa_resnet50", "--out", folder)
    assert (status, out) == (1, "")
    assert "set dataset_path to a folder" in err
    where = "tests.engine.offered"
    install({"without_origin": f"{where}:WithoutOrigin"}, {"energy": f"{where}:ENERGY"})
    status, out, err = command("validation-images", "without_origin", "--out", folder)
    assert (status, out) == (1, "")
    assert "The task of 'without_origin' reads its data with code of its own" in err
