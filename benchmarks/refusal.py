"""What refusing a crawler costs beside serving the page to a person: requests per CPU-second of the serving process.

`python benchmarks/refusal.py [--count 3000] [--pages 300] [--database URL]`: the page of a work, an artist's profile,
and the cheapest thing there is (a document answered from the cache), each asked for by a browser and by GPTBot, over 32
kept connections.
"""

import argparse
import itertools
import json
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

import reading
import serving

from fedi import db

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
GPTBOT = "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko); compatible; GPTBot/1.2; +https://openai.com/gptbot"
AS = "application/activity+json"


def get(path, accept, agent):
    lines = [f"GET {path} HTTP/1.1", f"Host: {serving.HOST}", f"Accept: {accept}", f"User-Agent: {agent}", "", ""]
    return "\r\n".join(lines).encode()


def rate(folder, database, paths, *, accept, agent, count, status):
    made = [get(path, accept, agent) for _, path in zip(range(count), itertools.cycle(paths), strict=False)]
    return serving.measured(reading.our_app, (folder, database), made, warm=made[:50], status=status)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=3000, help="refusals, and documents from the cache")
    parser.add_argument("--pages", type=int, default=300)
    parser.add_argument("--database", default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        serving.settings(folder, options.database)
        objects = reading.fill(20, "post")
        db.dispose()
        works = [path.replace("/users/", "/@").replace("/posts/", "/") for path in objects]
        profiles = [path.rpartition("/")[0] for path in works]
        said = {}
        for what, paths, accept, count in (
            ("page of a work", works, "text/html", options.pages),
            ("profile", profiles, "text/html", options.pages),
            ("cached document", objects, AS, options.count),
        ):
            served = rate(folder, options.database, paths, accept=accept, agent=FIREFOX, count=count, status=200)
            refused = rate(
                folder, options.database, paths, accept=accept, agent=GPTBOT, count=options.count, status=403
            )
            said[what] = {
                "served": served,
                "refused": refused,
                "ratio": round(refused["per_cpu_second"] / served["per_cpu_second"], 1),
            }
    print(json.dumps({"database": "postgresql" if options.database else "sqlite", **said}))


if __name__ == "__main__":
    main()
