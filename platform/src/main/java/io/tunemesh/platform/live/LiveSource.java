package io.tunemesh.platform.live;

import java.util.List;

/** Where one stream's events come from; used by one thread, and closed with the stream. */
public interface LiveSource extends AutoCloseable {

  /** What is new; waits some seconds for it at most, and is empty if nothing came. */
  List<LiveEvent> next() throws InterruptedException;

  /** Whether nothing will come after what {@link #next} gave. */
  boolean isOver();

  /** Lets {@link #next} return soon, whoever calls it; nothing need be new. */
  void wake();

  @Override
  void close();
}
