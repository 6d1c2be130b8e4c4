package io.tunemesh.inference.job;

import io.tunemesh.platform.work.Claim;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Asks the rows of one job that have no result yet, a bounded number at once. What is answered is
 * stored as it comes; what is not stored when the work stops is asked again by the next attempt, as
 * are the rows of a model that does not answer now.
 */
final class RowWork {

  private static final int LOOK_MS = 500;
  private static final int MOST_AT_ONCE = 200;

  private final ClaimedJobs jobs;
  private final Claim claim;
  private final RowTask task;
  private final RowAnswer answer;
  private final int concurrency;
  private final BooleanSupplier stopped;
  private final BlockingQueue<Asked> finished = new LinkedBlockingQueue<>();
  private final Set<Thread> asking = new HashSet<>();
  private final Map<String, Long> answered = new HashMap<>();
  private final Set<String> away = new HashSet<>();

  /** The models of the rows that are left, and the first of these. */
  private final Set<String> leftModels = new HashSet<>();

  private Row firstLeft;
  private boolean stoppedEarly;

  /** All models that rows without a result ask; null if that is not known. */
  private final Set<String> wanted;

  /**
   * @param before what the attempt before has left; null if there is none
   * @param stopped whether nothing more may be done, because the lease or the process ends
   */
  RowWork(
      ClaimedJobs jobs,
      Claim claim,
      RowTask task,
      Left before,
      JobConfig config,
      BooleanSupplier stopped) {
    this.jobs = jobs;
    this.claim = claim;
    this.task = task;
    this.wanted =
        task.onlyModel() != null
            ? Set.of(task.onlyModel())
            : before == null ? null : before.asked();
    this.answer = new RowAnswer(claim.id(), task, config.longestPause(), config.rowPatience());
    this.concurrency = config.concurrency();
    this.stopped = stopped;
  }

  /** How the asking ended. */
  enum End {
    ALL_ASKED,
    /** Rows are left that cannot be answered now. */
    SOME_LEFT,
    CANCELLED,
    EXPIRED,
    STOPPED
  }

  /**
   * A row that was asked.
   *
   * @param began by the clock of {@code nanoTime}
   * @param result null if it was interrupted, or is for later
   */
  private record Asked(Thread thread, Row row, long began, RowResult result, boolean later) {}

  /** Asks until there is nothing left to ask, or no more may be asked. */
  End run(Rows rows, BitSet done) throws IOException, InterruptedException {
    End end = ending(jobs.look(claim));
    Row next = end == null ? following(rows, done) : null;
    try {
      while (next != null && end == null || !asking.isEmpty()) {
        while (next != null && end == null && asking.size() < concurrency) {
          ask(next);
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
        if (next != null && away.contains(task.model(next))) {
          leave(next);
          next = following(rows, done);
        }
      }
      return end != null ? end : firstLeft != null ? End.SOME_LEFT : End.ALL_ASKED;
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

  /** What is left for the next attempt after {@link End#SOME_LEFT}. */
  Left left() {
    return Left.of(firstLeft, stoppedEarly ? wanted : leftModels);
  }

  /** The next row to ask; null if there is none, or none that could be answered now. */
  private Row following(Rows rows, BitSet done) throws IOException {
    Row row = allAway() ? null : rows.next(done);
    while (row != null && away.contains(task.model(row))) {
      leave(row);
      row = allAway() ? null : rows.next(done);
    }
    return row;
  }

  private boolean allAway() {
    stoppedEarly |= wanted != null && away.containsAll(wanted);
    return stoppedEarly;
  }

  private void leave(Row row) {
    leftModels.add(task.model(row));
    if (firstLeft == null || row.index() < firstLeft.index()) {
      firstLeft = row;
    }
  }

  private void ask(Row row) {
    Thread thread =
        Thread.ofVirtual()
            .name("row-" + claim.id() + "-" + row.index())
            .unstarted(
                () -> {
                  long began = System.nanoTime();
                  RowResult result = null;
                  boolean later = false;
                  try {
                    result = answer.to(row);
                  } catch (NotNow e) {
                    later = true;
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  } finally {
                    finished.add(new Asked(Thread.currentThread(), row, began, result, later));
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
        answered.put(task.model(each.row()), System.nanoTime());
      } else if (each.later()) {
        putOff(each);
      }
    }
    return results;
  }

  /** A model of which another row was answered meanwhile is busy rather than away. */
  private void putOff(Asked asked) {
    leave(asked.row());
    String model = task.model(asked.row());
    Long last = answered.get(model);
    if (last == null || last - asked.began() < 0) {
      away.add(model);
    }
  }
}
