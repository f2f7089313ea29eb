"""The process beside the server: started again when it dies, left alone when the server ends."""

import sys
import time

from yumiao.config.serving import Beside

SAYS = "import sys, time; open(sys.argv[1], 'a').write('here\\n'); time.sleep(float(sys.argv[2]))"


def lines(file, at_least, seconds=20):
    """The lines of the file, once there are so many."""
    for _ in range(int(seconds * 20)):
        if file.exists() and len(file.read_text().splitlines()) >= at_least:
            break
        time.sleep(0.05)
    return file.read_text().splitlines()


def test_a_process_that_dies_is_started_again_and_ends_with_its_server(tmp_path):
    file = tmp_path / "said"
    beside = Beside([sys.executable, "-c", SAYS, str(file), "60"], rest=0.05)
    assert lines(file, 1) == ["here"]
    beside.process.kill()
    assert lines(file, 2) == ["here"] * 2
    beside.end()
    assert beside.process.wait(10) != 0
    time.sleep(0.5)
    assert lines(file, 1) == ["here"] * 2
