package io.tunemesh.trainer.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tunemesh.contract.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Reads the events that a worker appends to a file, each once and in order. A line that is not
 * ended yet waits; one that is no event, as a killed writer leaves it, is passed over.
 */
final class EventTail {

  private static final Logger LOG = Logger.getLogger(EventTail.class);
  private static final int CHUNK = 1 << 16;

  private final Path file;
  private final ByteArrayOutputStream begun = new ByteArrayOutputStream();
  private long position;

  EventTail(Path file) {
    this.file = file;
  }

  /** What was appended since the last call. */
  List<WorkerEvent> read() throws IOException {
    List<WorkerEvent> events = new ArrayList<>();
    if (!Files.exists(file)) {
      return events;
    }
    try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
      in.seek(position);
      byte[] chunk = new byte[CHUNK];
      for (int length = in.read(chunk); length > 0; length = in.read(chunk)) {
        position += length;
        for (int i = 0; i < length; i++) {
          if (chunk[i] == '\n') {
            take(begun.toByteArray(), events);
            begun.reset();
          } else {
            begun.write(chunk[i]);
          }
        }
      }
    }
    return events;
  }

  private void take(byte[] line, List<WorkerEvent> events) throws IOException {
    if (line.length == 0) {
      return;
    }
    try {
      events.add(Json.MAPPER.readValue(line, WorkerEvent.class));
    } catch (JsonProcessingException e) {
      LOG.warnf(
          "A line that is no event is passed over, file=%s, %s", file, e.getOriginalMessage());
    }
  }
}
