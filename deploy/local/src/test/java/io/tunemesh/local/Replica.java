package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;

/** A service in a process of its own, beside what else a test has started. */
record Replica(Process process, Path log) implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern LISTENING = Pattern.compile("Listening on: (http://\\S+)");

  /** Starts a service, which may not listen yet; its log is added to {@code log}. */
  static Replica begin(Home home, String service, Path log, Map<String, String> settings)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Home.java(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-jar",
                home.jar(service).toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(settings);
    return new Replica(builder.start(), log);
  }

  /** Its address, once it listens. */
  String url() throws IOException {
    try {
      await().atMost(PATIENCE).until(() -> listening().find() || !process.isAlive());
    } catch (ConditionTimeoutException e) {
      throw new AssertionError(said() + threads(), e);
    }
    Matcher listening = listening();
    assertThat(listening.find()).as(this::said).isTrue();
    return listening.group(1);
  }

  /** Its log so far. */
  String said() {
    try {
      return Files.readString(log);
    } catch (IOException e) {
      return "no log: " + e;
    }
  }

  /** What each of its threads is at. */
  private String threads() throws IOException {
    Path jstack = Path.of(Home.java()).resolveSibling("jstack");
    Process dump = new ProcessBuilder(jstack.toString(), String.valueOf(process.pid())).start();
    return new String(dump.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** As {@code kill -9} does. */
  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  private Matcher listening() {
    return LISTENING.matcher(said());
  }
}
