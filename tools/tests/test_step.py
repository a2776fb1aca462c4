"""Steps can be repeated and interrupted."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tools import step

pytestmark = pytest.mark.tools


@pytest.fixture
def work(tmp_path, monkeypatch):
    """Return a function that notes that it ran."""
    monkeypatch.setattr(step, "STAMPS", tmp_path / "stamps")
    ran = []

    def work():
        ran.append(1)

    work.ran = ran
    return work


def test_a_step_runs_again_only_when_its_inputs_change(work, tmp_path):
    file = tmp_path / "input"
    file.write_text("one")
    assert step.once("Working", "name", [file, "x"], work)
    assert not step.once("Working", "name", [file, "x"], work)
    file.write_text("two")
    assert step.once("Working", "name", [file, "x"], work)
    assert len(work.ran) == 2


def test_an_interrupted_step_runs_again(work):
    def interrupted():
        raise KeyboardInterrupt

    step.once("Working", "name", ["one"], work)
    with pytest.raises(KeyboardInterrupt):
        step.once("Working", "name", ["two"], interrupted)
    assert step.once("Working", "name", ["one"], work)


def test_an_interrupted_rebuild_keeps_the_old_folder(tmp_path):
    folder = tmp_path / "folder"
    for text in ["one", "two"]:
        with step.rebuilt(folder) as new:
            (new / "file").write_text(text)
    with pytest.raises(KeyboardInterrupt), step.rebuilt(folder) as new:
        (new / "file").write_text("three")
        raise KeyboardInterrupt
    assert (folder / "file").read_text() == "two"


def test_several_may_write_a_file_at_once(tmp_path):
    path = tmp_path / "file"
    texts = [str(number) * 10_000 for number in range(10)]
    with ThreadPoolExecutor() as threads:
        list(threads.map(lambda text: step.write(path, text), texts * 20))
    assert path.read_text() in texts
    assert list(tmp_path.iterdir()) == [path]


def test_who_does_not_wait_for_a_lock_is_told_why(tmp_path, monkeypatch):
    monkeypatch.setattr(step, "LOCKS", tmp_path)
    with (
        step.locked("name"),
        pytest.raises(step.Stop, match="Busy"),
        step.locked("name", "Busy"),
    ):
        pass
    with step.locked("name", "Busy"):
        pass
