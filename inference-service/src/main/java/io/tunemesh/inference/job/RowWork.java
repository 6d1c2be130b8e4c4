package io.tunemesh.inference.job;

import io.tunemesh.platform.work.Claim;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Asks the rows of one job that have no result yet, a bounded number at once. What is answered is
 * stored as it comes; what is not stored when the work stops is asked again by the next attempt.
 */
final class RowWork {

  private static final int LOOK_MS = 500;
  private static final int MOST_AT_ONCE = 200;

  private final RowJobs jobs;
  private final Claim claim;
  private final RowAnswer answer;
  private final int concurrency;
  private final BooleanSupplier stopped;
  private final BlockingQueue<Asked> finished = new LinkedBlockingQueue<>();
  private final Set<Thread> asking = new HashSet<>();

  /**
   * @param stopped whether nothing more may be done, because the lease or the process ends
   */
  RowWork(RowJobs jobs, Claim claim, RowAnswer answer, int concurrency, BooleanSupplier stopped) {
    this.jobs = jobs;
    this.claim = claim;
    this.answer = answer;
    this.concurrency = concurrency;
    this.stopped = stopped;
  }

  /** How the asking ended. */
  enum End {
    ALL_ASKED,
    CANCELLED,
    EXPIRED,
    STOPPED
  }

  /** A row that was asked; its result is null if it was interrupted. */
  private record Asked(Thread thread, RowResult result) {}

  /** Asks until there is nothing left to ask, or no more may be asked. */
  End run(RowJob job, Rows rows, BitSet done) throws IOException, InterruptedException {
    End end = null;
    Row next = following(rows, done);
    try {
      while (next != null && end == null || !asking.isEmpty()) {
        while (next != null && end == null && asking.size() < concurrency) {
          ask(job, next);
          next = following(rows, done);
        }
        List<RowResult> results = results();
        RowJob now = results.isEmpty() ? jobs.look(claim) : jobs.record(claim, results);
        if (end == null) {
          end = ending(now);
          if (end != null) {
            asking.forEach(Thread::interrupt);
          }
        }
      }
      return end == null ? End.ALL_ASKED : end;
    } finally {
      asking.forEach(Thread::interrupt);
    }
  }

  private End ending(RowJob job) {
    if (stopped.getAsBoolean()) {
      return End.STOPPED;
    }
    if (job.status() == JobStatus.CANCELLING) {
      return End.CANCELLED;
    }
    return job.expired ? End.EXPIRED : null;
  }

  private static Row following(Rows rows, BitSet done) throws IOException {
    Row row = rows.next();
    while (row != null && done.get((int) row.index())) {
      row = rows.next();
    }
    return row;
  }

  private void ask(RowJob job, Row row) {
    Thread thread =
        Thread.ofVirtual()
            .name("row-" + claim.id() + "-" + row.index())
            .unstarted(
                () -> {
                  RowResult result = null;
                  try {
                    result = answer.to(job, row);
                  } finally {
                    finished.add(new Asked(Thread.currentThread(), result));
                  }
                });
    asking.add(thread);
    thread.start();
  }

  /** The results that are there now; waits a moment for the first. */
  private List<RowResult> results() throws InterruptedException {
    List<Asked> asked = new ArrayList<>();
    Asked first = finished.poll(LOOK_MS, TimeUnit.MILLISECONDS);
    if (first != null) {
      asked.add(first);
      finished.drainTo(asked, MOST_AT_ONCE);
    }
    List<RowResult> results = new ArrayList<>();
    for (Asked each : asked) {
      asking.remove(each.thread());
      if (each.result() != null) {
        results.add(each.result());
      }
    }
    return results;
  }
}
