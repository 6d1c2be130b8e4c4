package io.tunemesh.dataset.build;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The line of an example as JSON, without its end, written by the thread that read it.
 *
 * @param page what the line stands on, from {@code from} to {@code to}
 * @param messages where its list of messages begins; -1 where it has none
 * @param messagesEnd where that ends
 */
record WrittenLine(Page page, int from, int to, int messages, int messagesEnd) {

  private static final byte[] CHAT = "{\"messages\":".getBytes(StandardCharsets.US_ASCII);

  boolean hasMessages() {
    return messages >= 0;
  }

  void writeTo(OutputStream out) throws IOException {
    page.writeTo(out, from, to);
  }

  /** Writes the line of a part, in the form that fine-tuning takes; it has messages. */
  void writeMessagesTo(OutputStream out) throws IOException {
    out.write(CHAT);
    page.writeTo(out, messages, messagesEnd);
    out.write('}');
  }
}
