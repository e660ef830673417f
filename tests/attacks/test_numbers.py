"""Every attack that the list names has a test named after it."""

import re
from pathlib import Path

# Numbers of the list of attacks; those that are missing in it are variations of their neighbours.
NAMED = {1, 2, 3, 5, 7, 8, 10, 11, 12, 14, 15, 16, 18, 20, 21, 22, 23, 25, 26, 27, 29, 30, 31, 32, 33, 36, 37}
PRIVACY = {81, 83, 84, 86, 87, 89, 90, 92}


def test_no_attack_is_forgotten():
    tried = set()
    for file in Path(__file__).parent.glob("test_*.py"):
        for numbers in re.findall(r"def test_attack_(\d+(?:_\d+)*)_", file.read_text()):
            tried |= {int(each) for each in numbers.split("_")}
    assert (NAMED | PRIVACY) - tried == set()
