"""Removes near-duplicates by datasketch, as its manual shows, and says how long it took.

`dedupe_datasketch.py DOCUMENTS REMOVED THRESHOLD HASH` reads a document a line and writes the numbers of those that repeat
an earlier one. The pieces are overlapping runs of five letters. What turns a line into its letters is not timed. HASH is
`sha1`, the library's own default, or `crc32`, which is faster. One JSON line goes to standard output.
"""

import json
import resource
import sys
import time
import unicodedata
import zlib
from pathlib import Path

from datasketch import MinHash, MinHashLSH
from datasketch.hashfunc import sha1_hash32

SIZE = 5
HASHES = {"sha1": sha1_hash32, "crc32": zlib.crc32}


def letters(text: str) -> str:
    return "".join(
        c for c in unicodedata.normalize("NFKC", text).lower() if c.isalnum()
    )


def pieces(text: str) -> set[bytes]:
    return {text[i : i + SIZE].encode() for i in range(max(1, len(text) - SIZE + 1))}


def main() -> None:
    source, target, threshold, name = sys.argv[1:]
    with open(source, encoding="utf-8") as lines:
        documents = [letters(line) for line in lines]
    removed, begun = [], time.perf_counter()
    lsh = MinHashLSH(threshold=float(threshold), num_perm=128)
    sketches = MinHash.generator(
        map(pieces, documents), num_perm=128, hashfunc=HASHES[name]
    )
    for number, sketch in enumerate(sketches):
        if lsh.query(sketch):
            removed.append(number)
        else:
            lsh.insert(number, sketch, check_duplication=False)
    seconds = time.perf_counter() - begun
    Path(target).write_text(
        "".join(f"{number}\n" for number in removed), encoding="utf-8"
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": round(seconds, 3), "peak_mb": round(peak, 1)}))


if __name__ == "__main__":
    main()
