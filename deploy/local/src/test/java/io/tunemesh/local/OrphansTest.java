package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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

  @Test
  void endsPostgresInPeaceThoughItBearsTheMark() throws Exception {
    Process server = postgres(home().data("postgres"), "trap 'exit 0' TERM; ");
    write(server.pid(), "0");

    Orphans.end(home(), Optional.empty());

    assertThat(server.waitFor()).isZero();
  }

  @Test
  void leavesAnothersPostgresAloneThatHasThePidOfAStaleFile() throws Exception {
    Process others = postgres(folder.resolve("other").resolve("postgres"), "");
    try {
      write(others.pid(), "1700000000");
      List<String> lines = Files.readAllLines(pidFile());

      int ended = Orphans.end(home(), Optional.empty());

      assertThat(ended).isZero();
      assertThat(others.isAlive()).isTrue();
      assertThat(Orphans.wrote(others.toHandle(), lines, home().data("postgres"))).isFalse();
    } finally {
      others.destroyForcibly();
    }
  }

  @Test
  void knowsPostgresByItsStartWhereTheSystemDoesNotTellWhereItWorks() throws Exception {
    Process server = postgres(home().data("postgres"), "");
    try {
      Instant began = server.info().startInstant().orElseThrow();
      write(server.pid(), String.valueOf(began.getEpochSecond()));
      List<String> lines = Files.readAllLines(pidFile());

      assertThat(Orphans.wrote(server.toHandle(), lines, home().data("postgres"))).isTrue();
      assertThat(Orphans.wrote(server.toHandle(), lines, folder)).isFalse();
    } finally {
      server.destroyForcibly();
    }
  }

  /** A marked process whose program is called as PostgreSQL's, at work in {@code data}. */
  private Process postgres(Path data, String script) throws IOException {
    Path program = Files.createDirectories(data).resolveSibling("postgres-server");
    Files.copy(Path.of("/bin/sh"), program, StandardCopyOption.COPY_ATTRIBUTES);
    ProcessBuilder builder =
        new ProcessBuilder(
                program.toString(), "-c", script + "echo ready; while :; do sleep 0.1; done")
            .directory(data.toFile());
    if (data.equals(home().data("postgres"))) {
      builder.environment().put(Orphans.MARK, folder.toString());
    }
    Process process = builder.start();
    assertThat(process.inputReader().readLine()).isEqualTo("ready");
    return process;
  }

  private void write(long pid, String began) throws IOException {
    Files.write(pidFile(), List.of(String.valueOf(pid), home().data("postgres").toString(), began));
  }

  private Path pidFile() {
    return home().data("postgres").resolve("postmaster.pid");
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
