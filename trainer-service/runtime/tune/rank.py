"""One of several processes that train together: all but the first, which is the worker.

    python -m tune.rank --base FOLDER --rank N --size N --meet FILE        started by a worker, beside it
    torchrun … -m tune.rank --base FOLDER --job FILE --ready FILE          on several machines, all ranks the same

By torchrun, rank 0 runs the one job in the file as a worker would, and the others help. If a signal tells any of them to end,
all end with status 70, to be started again together. A process whose starter is gone ends at once.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import sys
import threading

if "LOCAL_RANK" in os.environ:
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    local = int(os.environ["LOCAL_RANK"])
    os.environ["CUDA_VISIBLE_DEVICES"] = visible.split(",")[local] if visible else str(local)

import torch
import torch.distributed as dist

from tune import base as bases
from tune import parallel, run, worker
from tune.failure import Failure, Stop

log = logging.getLogger("tune")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tune.rank", description=__doc__)
    parser.add_argument("--base", required=True, help="folder of the base model")
    parser.add_argument("--rank", type=int, help="which process this is; torchrun says it by itself")
    parser.add_argument("--size", type=int, help="how many there are; torchrun says it by itself")
    parser.add_argument("--meet", help="file by which the processes of one machine find each other")
    parser.add_argument("--threads", type=int, help="CPU threads")
    parser.add_argument("--job", help="file with one job line, by torchrun")
    parser.add_argument("--ready", help="file for the worker's own events, by torchrun")
    options = parser.parse_args(arguments)
    by_torchrun = options.meet is None
    rank = int(os.environ["RANK"]) if by_torchrun else options.rank
    if rank == 0:
        team = parallel.join(0, int(os.environ["WORLD_SIZE"]))
        return worker.one_job(options.base, options.job, options.ready, team)
    logging.basicConfig(stream=sys.stderr, level=logging.INFO, format=f"%(asctime)s rank {rank} %(message)s")
    told_to_end = threading.Event()
    told = (lambda number, frame: told_to_end.set()) if by_torchrun else signal.SIG_IGN
    signal.signal(signal.SIGTERM, told)
    signal.signal(signal.SIGINT, told)
    if not by_torchrun:
        threading.Thread(target=end_with_starter, name="starter", daemon=True).start()
    base = bases.load(os.path.abspath(options.base), bases.place())
    torch.set_num_threads(options.threads or bases.threads(base))
    size = int(os.environ["WORLD_SIZE"]) if by_torchrun else options.size
    team = parallel.join(rank, size, None if by_torchrun else dist.FileStore(options.meet, size))
    while (asked := team.hear()) is not None:
        try:
            run.follow(asked, base, team)
        except Stop as stop:
            log.info("the job was %s", stop.kind)
        except Failure as failure:
            if (
                failure.code != "non_finite_loss"
            ):  # every process meets that one, any other would leave the first waiting
                raise
    return team.leave(told_to_end.is_set()) if by_torchrun else 0


def end_with_starter() -> None:
    sys.stdin.buffer.read()
    os._exit(0)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
