"""What a machine has received: complete or not there, kept while it is used, bounded in size."""

from dataclasses import replace

import pytest

from engine.cluster.localised_job import MissingFilesError, localise
from engine.cluster.received_files import ReceivedFiles
from engine.cluster.transfer import Transfer
from engine.data_dir import DataFolder
from engine.errors import DataError
from engine.evaluation.job import EvaluationJob
from engine.evaluation.job_files import Entry, entries, job_file, read_range
from engine.evaluation_settings import EvaluationSettings

LARGEST = 10_000


@pytest.fixture
def received(tmp_path):
    received = ReceivedFiles(DataFolder.at(tmp_path / "data").create(), 250)
    received.folder.mkdir()
    return received


@pytest.fixture
def source(tmp_path):
    """A folder with 100 bytes in three files, as of a machine that nobody else sees."""
    folder = tmp_path / "machine" / "flowers"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "one").write_bytes(bytes(range(60)))
    (folder / "two").write_bytes(b"x" * 40)
    (folder / "empty").touch()
    return folder


def announce(source):
    """The file to send, what it consists of, and its bytes; then it is gone from this machine."""
    file, files = job_file(source, LARGEST), entries(source)
    content = read_range(source.parent, files, 0, LARGEST)
    source.rename(source.with_name(f"{source.name} of another machine"))
    return file, files, content


def send(received, source):
    file, files, content = announce(source)
    transfer = Transfer(received, file, files)
    transfer.write(content)
    transfer.finish()
    return file


def test_a_folder_arrives_in_parts_and_is_there_when_all_of_it_is(received, source):
    file, files, content = announce(source)
    transfer = Transfer(received, file, files)
    for start in range(0, len(content), 7):
        assert received.find(file) is None
        transfer.write(content[start : start + 7])
    transfer.finish()
    path = received.find(file)
    assert (path.name, entries(path)) == ("flowers", files)
    assert not list(received.folder.glob("*.part"))


def test_of_two_that_send_the_same_at_a_time_one_is_kept(received, source):
    file, files, content = announce(source)
    transfers = [Transfer(received, file, files) for _ in range(2)]
    for transfer in transfers:
        transfer.write(content)
    for transfer in transfers:
        transfer.finish()
    assert entries(received.find(file)) == files
    assert not list(received.folder.glob("*.part"))


def test_what_is_not_what_was_announced_is_refused(received, source):
    file, files, content = announce(source)
    with pytest.raises(DataError, match="flowers/two has changed since the run began"):
        Transfer(received, file, files).write(bytes(60))
    with pytest.raises(DataError, match="More arrived than was announced"):
        Transfer(received, file, files).write(content + b"y")
    short = Transfer(received, file, files)
    short.write(content[:-1])
    with pytest.raises(DataError, match="Not all of a file arrived"):
        short.finish()
    _, size, sha256 = files[0]
    outside = [Entry("flowers/../../../outside", size, sha256), *files[1:]]
    with pytest.raises(DataError, match="is no name of a file to receive"):
        Transfer(received, file, outside).write(content)
    assert received.find(file) is None


def test_what_no_run_uses_makes_room_the_least_recently_used_first(received, source, tmp_path):
    sources = [source, source.with_name("second"), source.with_name("third")]
    for index, other in enumerate(sources[1:]):
        other.mkdir()
        (other / "file").write_bytes(bytes([index]) * 100)
    first, second = send(received, sources[0]), send(received, sources[1])
    hold = received.hold([first])
    received.hold([second]).release()
    third = send(received, sources[2])
    assert [received.find(file) is not None for file in (first, second, third)] == [
        True, False, True,
    ]  # fmt: skip
    hold.release()
    received.make_room(250)
    assert received.find(first) is None


def test_a_full_disk_is_a_sentence(received, source):
    file, files, _ = announce(source)
    received.folder.rmdir()
    with pytest.raises(DataError, match=r"Nothing can be written to .*received"):
        Transfer(received, file, files)


def test_the_same_at_the_same_path_is_found_until_it_changes(received, source):
    file = job_file(source, LARGEST)
    assert received.find(file) is None, "it is not read before it is looked for"
    assert received.look_for(file) == received.find(file) == source
    (source / "two").write_bytes(b"y" * 40)
    assert received.look_for(file) is None


def test_a_job_measures_with_the_paths_of_this_machine(received, source, tmp_path):
    settings = EvaluationSettings(task={"dataset_path": str(source), "test_fraction": 0.5})
    option = send(received, source)
    stored = replace(option, path="/elsewhere/supernets/flowers", place="supernets/flowers")
    job = EvaluationJob("run", "flowers", settings, "", (option, stored))
    home = DataFolder.at(tmp_path / "data")
    here, folder = localise(job, home, "tcp://worker")
    path = received.find(option)
    assert here.settings.task == {"dataset_path": str(path), "test_fraction": 0.5}
    assert here.settings.as_in_run(here.settings.task) == settings.task
    assert folder.find("supernets/flowers") == path
    assert folder.find("supernets/others") == home.path / "supernets" / "others"
    received.make_room(250)
    with pytest.raises(MissingFilesError):
        localise(job, home, "tcp://worker")
