"""Takes every picture of a list that Spawning's datadiligence allows, by its headers and by the file itself.

`python diligent.py LIST FOLDER`; addresses of what is kept are in FOLDER/kept.txt, one a line.
"""

import sys
from pathlib import Path

import datadiligence
import requests

addresses, folder = Path(sys.argv[1]).read_text().split(), Path(sys.argv[2])
folder.mkdir()
kept = []
for number, address in enumerate(addresses):
    response = requests.get(address, timeout=20)
    if response.status_code != 200 or not datadiligence.is_allowed(response=response):
        continue
    file = folder / f"{number}.jpg"
    file.write_bytes(response.content)
    if datadiligence.is_allowed(path=str(file)):
        kept.append(address)
    else:
        file.unlink()
(folder / "kept.txt").write_text("\n".join(kept))
