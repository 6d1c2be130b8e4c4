package io.tunemesh.inference.turn;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What is done to a question before an engine sees it, and to its answer before the asker does.
 * Beans of this type run in the order of their {@code @Priority}, lowest first, and with the answer
 * in the reverse order.
 */
public interface Step {

  /**
   * Whether it has to do with this turn. Asks no database; a turn that no step concerns is fast.
   */
  boolean concerns(Turn turn);

  /**
   * Before the engine. Must neither wait nor take long: short questions pass the steps on the event
   * loop.
   *
   * @return whether that was all; if not, {@link #await} follows
   * @throws io.tunemesh.platform.http.Refusal to answer with its problem at once
   * @throws NotYet the same, for one who can wait
   */
  boolean before(Turn turn);

  /** The rest of {@link #before}, which may wait or take long; throws what that may throw. */
  default void await(Turn turn) throws InterruptedException {}

  /** Whether it has to see the answer. If no step has, bytes are passed on as they come. */
  default boolean readsAnswer(Turn turn) {
    return false;
  }

  /** Whether {@link #after} may take longer than an event loop may be kept. */
  default boolean takesLong(Turn turn) {
    return false;
  }

  /**
   * The whole answer, when it is not streamed; may change it or refuse it. Must not wait.
   *
   * @return whether it changed it; an answer that nothing changed goes on as its bytes
   */
  default boolean after(Turn turn, ObjectNode answer) {
    return false;
  }

  /** Sees the chunks of a streamed answer; null if there is nothing to do. */
  default ChunkFilter filter(Turn turn) {
    return null;
  }

  /**
   * Once for each turn whose {@link #before} was begun, whatever became of it, and never while this
   * step works on the turn: an asker who goes away interrupts {@link #await}. Must not block.
   */
  default void ended(Turn turn, Ending ending) {}
}
