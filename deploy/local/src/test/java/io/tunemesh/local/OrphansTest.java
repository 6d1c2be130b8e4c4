package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ending of processes that nobody watches any more, on real ones. */
class OrphansTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  @Test
  void endsWhatBearsTheMarkOfThisHomeAndNothingElse() throws Exception {
    Process ours = sleeper(folder);
    Process others = sleeper(folder.resolve("other"));
    try {
      await().atMost(PATIENCE).until(() -> !Orphans.marked(home()).isEmpty());

      int ended = Orphans.end(home(), Optional.empty());

      assertThat(ended).isEqualTo(1);
      // Gone at once, though Java takes note of it a moment later.
      assertThat(ours.waitFor(PATIENCE)).isTrue();
      assertThat(others.isAlive()).isTrue();
    } finally {
      others.destroyForcibly();
    }
  }

  @Test
  void countsADeadProcessAsDeadThoughItsParentTakesNoNote() throws Exception {
    Process parent = new ProcessBuilder("sh", "-c", "sleep 600 & exec sleep 600").start();
    try {
      await().atMost(PATIENCE).until(() -> parent.children().count() == 1);
      ProcessHandle child = parent.children().findFirst().orElseThrow();

      Orphans.ask(child, 60);

      assertThat(Orphans.lives(child)).isFalse();
      assertThat(Orphans.lives(parent.toHandle())).isTrue();
    } finally {
      parent.destroyForcibly();
    }
  }

  @Test
  void killsWhatDoesNotEndWhenAsked() throws Exception {
    Process deaf =
        new ProcessBuilder("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
            .start();
    assertThat(deaf.inputReader().readLine()).isEqualTo("ready");

    Orphans.ask(deaf.toHandle(), 0);

    assertThat(deaf.waitFor()).isEqualTo(137);
  }

  private Home home() {
    return new Home(folder, folder);
  }

  private static Process sleeper(Path home) throws IOException {
    ProcessBuilder builder = new ProcessBuilder("sleep", "600");
    builder.environment().put(Orphans.MARK, home.toString());
    return builder.start();
  }
}
