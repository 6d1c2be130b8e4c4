package io.tunemesh.inference.rule;

import java.util.List;

/**
 * Changes a text that comes in pieces. What {@link #push} and {@link #end} give, put together, is
 * the same however the text was cut. Of one text and one thread.
 */
interface TextFilter {

  /** Takes more of the text, and gives what no later piece can change any more. */
  String push(String piece);

  /** The rest, when nothing comes any more. */
  String end();

  /** What was done so far. */
  List<Acted> acted();

  /** The whole of {@code text}, changed. */
  default String whole(String text) {
    return push(text) + end();
  }
}
