package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventTailTest {

  @TempDir Path folder;

  private void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  @Test
  void readsEachEventOnceAndWaitsForTheEndOfALine() throws IOException {
    Path file = folder.resolve("events.jsonl");
    EventTail tail = new EventTail(file);
    assertThat(tail.read()).isEmpty();

    append(file, "{\"event\": \"cancelled\", \"time\": 1.5, \"step\": 3}\n{\"event\": \"can");
    assertThat(tail.read()).containsExactly(new WorkerEvent.Cancelled(3));
    assertThat(tail.read()).isEmpty();

    append(file, "celled\", \"step\": 4}\n");
    assertThat(tail.read()).containsExactly(new WorkerEvent.Cancelled(4));
  }

  @Test
  void passesOverWhatIsNoEvent() throws IOException {
    Path file = folder.resolve("events.jsonl");
    append(
        file,
        "half a li\n\n{\"event\": \"novelty\", \"x\": 1}\n{\"event\": \"cancelled\", \"step\": 1}\n");
    assertThat(new EventTail(file).read())
        .containsExactly(new WorkerEvent.Other(), new WorkerEvent.Cancelled(1));
  }
}
