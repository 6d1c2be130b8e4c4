package io.tunemesh.inference.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.turn.Ending.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * One turn's way through the steps: in, out, and the end, which is told once. Not for two threads
 * at a time, but for {@link #end} while {@link #enter} or {@link #leave} is at work.
 */
public final class Passage {

  private static final Logger LOG = Logger.getLogger(Passage.class);

  private final Turn turn;
  private final List<Step> steps;
  private final List<Witness> witnesses;
  private final Deque<Step> begun = new ArrayDeque<>();
  private final long start = System.nanoTime();

  private int next;
  private boolean unfinished;
  private volatile long firstToken;
  private volatile Usage usage;
  private volatile long frames = -1;
  private volatile Ending ending;
  private Thread worker;

  Passage(Turn turn, List<Step> steps, List<Witness> witnesses) {
    this.turn = turn;
    this.steps = steps;
    this.witnesses = witnesses;
  }

  /**
   * Takes the question through the steps until one has to wait, and throws what a step throws.
   *
   * @return whether that were all steps; if not, {@link #enter} goes on
   */
  public boolean enterAtOnce() {
    while (!unfinished && next < steps.size()) {
      Step step = steps.get(next++);
      if (step.concerns(turn)) {
        begun.push(step);
        unfinished = !step.before(turn);
      }
    }
    return !unfinished;
  }

  /**
   * Takes the question through the steps; may wait, and throws what a step throws.
   *
   * @throws InterruptedException also if the turn is ended meanwhile
   */
  public void enter() throws InterruptedException {
    within(
        () -> {
          while (!enterAtOnce()) {
            begun.peek().await(turn);
            unfinished = false;
          }
        });
  }

  /** Whether the answer must go through {@link #leave} or {@link #filters}. */
  public boolean readsAnswer() {
    boolean reads = !turn.told().isEmpty();
    for (Step step : begun) {
      reads = reads || step.readsAnswer(turn);
    }
    return reads;
  }

  /** Whether {@link #leave} may take longer than an event loop may be kept. */
  public boolean takesLong() {
    boolean takesLong = false;
    for (Step step : begun) {
      takesLong = takesLong || step.takesLong(turn);
    }
    return takesLong;
  }

  /**
   * Takes the whole answer through the steps; may wait, and throws what a step throws. What the
   * turn tells is not in it.
   *
   * @return whether it is another now than the engine gave
   * @throws InterruptedException also if the turn is ended meanwhile
   */
  public boolean leave(ObjectNode answer) throws InterruptedException {
    boolean[] changed = {false};
    for (Step step : begun) {
      if (step.readsAnswer(turn)) {
        within(() -> changed[0] |= step.after(turn, answer));
      }
    }
    return changed[0];
  }

  /** The filters of a stream, the first to see a chunk first. */
  public List<ChunkFilter> filters() {
    List<ChunkFilter> filters = new ArrayList<>();
    for (Step step : begun) {
      ChunkFilter filter = step.filter(turn);
      if (filter != null) {
        filters.add(filter);
      }
    }
    return filters;
  }

  /** The engine has begun to say something. */
  public void begins() {
    if (firstToken == 0) {
      firstToken = System.nanoTime() - start;
    }
  }

  /** What the answer has cost until now; the last that was told counts. */
  public void used(Usage used) {
    usage = used;
  }

  /** So many tokens of a stream have come at least; counts if nobody tells its usage. */
  public void streamed(long count) {
    frames = count;
  }

  /**
   * Tells all whom it concerns how the turn ended; only the first call does. A step that is at work
   * is interrupted and told when it has stopped.
   */
  public void end(Outcome outcome, int status, String code) {
    synchronized (this) {
      if (ending != null) {
        return;
      }
      ending = new Ending(outcome, status, code, cost(), firstToken, System.nanoTime() - start);
      if (worker != null) {
        worker.interrupt();
        return;
      }
    }
    tell();
  }

  private Usage cost() {
    if (usage != null || frames < 0) {
      return usage == null ? Usage.NONE : usage;
    }
    return new Usage(Letters.tokens(turn.body()), frames, true);
  }

  private void within(Work work) throws InterruptedException {
    synchronized (this) {
      if (ending != null) {
        throw new InterruptedException("the turn has ended");
      }
      worker = Thread.currentThread();
    }
    try {
      work.run();
    } finally {
      boolean over;
      synchronized (this) {
        worker = null;
        over = ending != null;
      }
      if (over) {
        tell();
      }
    }
  }

  private void tell() {
    begun.forEach(step -> quietly(() -> step.ended(turn, ending)));
    witnesses.forEach(witness -> quietly(() -> witness.ended(turn, ending)));
  }

  /** One that fails keeps no other from being told. */
  private void quietly(Runnable told) {
    try {
      told.run();
    } catch (RuntimeException e) {
      LOG.errorf(e, "The end of a turn was not taken note of, turn=%s", turn.id());
    }
  }

  private interface Work {
    void run() throws InterruptedException;
  }
}
