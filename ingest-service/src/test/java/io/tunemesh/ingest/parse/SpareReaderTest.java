package io.tunemesh.ingest.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.tunemesh.ingest.testing.Books;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that is there before its file: it practises on tables of ours, and is used once. */
class SpareReaderTest {

  /** Notes its process and the name of each file, and answers as if it had read it. */
  private static final String ANSWERS =
      """
      echo ready
      while read -r job; do
        name=${job#*'"filename":"'}
        echo "$$ ${name%%'"'*}" >>"$0"
        echo '{"answer":"read","reading":{"kind":"csv","sheets":[]},"rows":1}'
      done
      """;

  private static final Map<String, String> ONE_FILE_EACH =
      Map.of(
          "parse.spare", "true",
          "parse.spare-after", "PT0S",
          "parse.idle", "PT0S",
          "parse.files-per-reader", "1");

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path folder;

  /** A service under test in this JVM may have a reader of its own. */
  private final Set<Long> others = Pools.processes();

  private ReaderPool pool;

  @AfterEach
  void leavesNoProcess() {
    pool.close();
    assertThat(Pools.processes()).isSubsetOf(others);
  }

  @Test
  void readsTheNextFileByAReaderThatHasReadOursAlone() throws Exception {
    pool = noting(ONE_FILE_EACH);
    for (int file = 0; file < 2; file++) {
      pool.tidy();
      pool.awaitPrepared();
      pool.tidy();
      pool.tidy();
      read();
    }

    List<String> noted = Files.readAllLines(folder.resolve("noted"));
    List<String> first = linesOf(noted.getFirst(), noted);
    List<String> second = linesOf(noted.getLast(), noted);
    assertThat(first.size() + second.size()).isEqualTo(noted.size());
    for (List<String> reader : List.of(first, second)) {
      assertThat(reader).hasSizeGreaterThan(4).filteredOn(line -> line.endsWith(" 卷")).hasSize(1);
      assertThat(reader.getLast()).endsWith(" 卷");
    }
  }

  @Test
  void takesAReaderAwayFromItsTables() throws Exception {
    Path noted = folder.resolve("noted");
    List<String> arguments = new ArrayList<>(List.of(noted.toString()));
    arguments.addAll(Pools.command(Map.of()));
    pool = Pools.shell(Map.of(), "echo $$ >>\"$0\"; exec \"$@\"", arguments);

    pool.prepare();
    ReadAnswer answer = read();

    List<String> readers = Files.readAllLines(noted);
    assertThat(readers).hasSize(1);
    assertThat(Pools.processes()).contains(Long.valueOf(readers.getFirst()));

    assertThat(answer)
        .isInstanceOfSatisfying(
            ReadAnswer.Read.class, read -> assertThat(read.rows()).isEqualTo(3));
  }

  @Test
  void endsAReaderThatIsStillAtItsTables() throws Exception {
    pool = Pools.real(Map.of());

    pool.prepare();
    pool.close();
    pool.prepare();

    assertThat(Pools.processes()).isSubsetOf(others);
  }

  @Test
  void readsAlthoughAReaderDiesAtItsTables() throws Exception {
    List<String> arguments = new ArrayList<>(List.of(folder.resolve("once").toString()));
    arguments.addAll(Pools.command(Map.of()));
    pool =
        Pools.shell(
            Map.of(),
            "mkdir \"$0\" 2>/dev/null && { echo ready; read job; kill -9 $$; }; exec \"$@\"",
            arguments);

    pool.prepare();
    pool.awaitPrepared();

    assertThat(folder.resolve("once")).isDirectory();
    assertThat(read()).isInstanceOf(ReadAnswer.Read.class);
  }

  @Test
  void practisesUnderNoLimitsOfAnOperator() throws Exception {
    Path noted = folder.resolve("noted");
    String notesJobs = ANSWERS.replace("echo \"$$ ${name%%'\"'*}\"", "printf '%s\\n' \"$job\"");
    pool = Pools.shell(Map.of("records.max-rows", "3"), notesJobs, List.of(noted.toString()));

    pool.prepare();
    pool.awaitPrepared();
    read();

    List<String> jobs = Files.readAllLines(noted);
    assertThat(jobs.removeLast()).contains("maxRows\":\"3\"");
    assertThat(jobs).isNotEmpty().allMatch(job -> job.contains("maxRows\":\"1000000\""));
  }

  @Test
  void endsAReaderForWhichNobodyWaitsAnyMore() throws Exception {
    Path file = Files.write(folder.resolve("file"), Books.questions(1));
    Path started = folder.resolve("started");
    pool =
        Pools.shell(
            Map.of(), "echo ready; read job; : >\"$0\"; read more", List.of(started.toString()));
    pool.prepare();
    await().atMost(PATIENCE).until(() -> Files.exists(started));

    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> pool.read(file, "卷", folder.resolve("records"), folder))
        .isInstanceOf(InterruptedException.class);

    assertThat(Pools.processes()).isSubsetOf(others);
  }

  @Test
  void leavesNoTables() throws Exception {
    Path tables = folder.resolve("tables");
    pool = Pools.shell(Map.of(), ANSWERS, List.of(folder.resolve("noted").toString()), tables);

    pool.prepare();
    pool.awaitPrepared();

    try (Stream<Path> left = Files.list(tables)) {
      assertThat(left).isEmpty();
    }
  }

  private ReaderPool noting(Map<String, String> settings) {
    return Pools.shell(settings, ANSWERS, List.of(folder.resolve("noted").toString()));
  }

  private ReadAnswer read() throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("file"), Books.questions(3));
    return pool.read(file, "卷", folder.resolve("records"), folder);
  }

  private static List<String> linesOf(String process, List<String> noted) {
    String id = process.split(" ")[0] + " ";
    return noted.stream().filter(line -> line.startsWith(id)).toList();
  }
}
