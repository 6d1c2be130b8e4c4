package io.tunemesh.ingest.parse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.Json;
import io.tunemesh.contract.Where;
import io.tunemesh.ingest.testing.Books;
import io.tunemesh.ingest.testing.Documents;
import io.tunemesh.ingest.testing.Hex;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever becomes of the process that reads, there is an answer, and the next file is read. */
class ReaderPoolTest {

  private static final String ENDLESS = "PT0.5S";

  @TempDir Path folder;

  private final List<ReaderPool> pools = new ArrayList<>();

  /** A service under test in this JVM may have a reader of its own. */
  private final Set<Long> others = Pools.processes();

  @AfterEach
  void leavesNoProcess() {
    pools.forEach(ReaderPool::close);
    assertThat(children()).isEmpty();
  }

  @Test
  void readsOneFileAfterAnotherInOneProcess() throws Exception {
    ReaderPool pool = real(Map.of());

    assertThat(rows(read(pool, Books.questions(3)))).isEqualTo(3);
    Set<Long> first = children();
    assertThat(rows(read(pool, Books.questions(5)))).isEqualTo(5);

    assertThat(children()).isEqualTo(first).hasSize(1);
    assertThat(Files.readAllLines(folder.resolve("records"))).hasSize(5);
  }

  @Test
  void readsARowGroupLargerThanItsLimitOfMemory() throws Exception {
    ReaderPool pool = real(Map.of("parse.heap", "96m", "parse.files-per-reader", "1"));

    Path file = Documents.largeRowGroup(folder.resolve("large.parquet"), 100);

    assertThat(Files.size(file)).isGreaterThan(100 << 20);
    assertThat(rows(read(pool, file))).isEqualTo(1600);
  }

  @Test
  void readsATableOfLongRowsInTheMemoryOfAFew() throws Exception {
    ReaderPool pool = real(Map.of("parse.heap", "64m"));
    String cell = "x".repeat(900_000);
    Path file = folder.resolve("long.csv");
    try (var table = Files.newBufferedWriter(file)) {
      table.write("text,more\n");
      for (int row = 0; row < 52; row++) {
        table.append(cell).append(',').append(cell).append('\n');
      }
    }

    assertThat(rows(read(pool, file))).isEqualTo(52);
  }

  @Test
  void leavesNothingOfALibraryThatAReaderUnpacks() throws Exception {
    Path temporary = Files.createDirectory(folder.resolve("temporary"));
    ReaderPool pool = real(Map.of("parse.options", "-Djava.io.tmpdir=" + temporary));
    byte[] packed = Documents.parquet(folder, CompressionCodecName.SNAPPY, 3, "text", 1 << 20);

    assertThat(rows(read(pool, packed))).isEqualTo(3);
    pool.close();

    assertThat(temporary).isEmptyDirectory();
  }

  @Test
  void replacesAReaderThatHasReadItsShare() throws Exception {
    ReaderPool pool = real(Map.of("parse.files-per-reader", "1"));

    assertThat(rows(read(pool, Books.questions(1)))).isEqualTo(1);
    assertThat(children()).isEmpty();
    assertThat(rows(read(pool, Books.questions(2)))).isEqualTo(2);
  }

  @Test
  void endsAReaderThatIsIdle() throws Exception {
    ReaderPool pool = real(Map.of("parse.idle", "PT0S"));
    read(pool, Books.questions(1));

    pool.tidy();

    assertThat(children()).isEmpty();
  }

  @Test
  void keepsAReaderThatIsNotIdleForLong() throws Exception {
    ReaderPool pool = real(Map.of("parse.idle", "PT1H"));
    read(pool, Books.questions(1));

    pool.tidy();

    assertThat(children()).hasSize(1);
  }

  @Test
  void refusesAFileByTheRulesOfItsReader() throws Exception {
    ReaderPool pool = real(Map.of("records.max-rows", "2"));

    assertThat(read(pool, Books.questions(3)))
        .isEqualTo(
            new ReadAnswer.Refused(
                "too_large",
                "The file has more than 2 rows; split it into several files.",
                new Where("卷.xlsx", "Sheet1", 4, null, null)));
  }

  @Test
  void refusesAFileThatFillsTheHeapAndReadsTheNext() throws Exception {
    ReaderPool pool =
        real(Map.of("parse.heap", "40m", "workbook.shared-text-memory", "1000000000000"));

    assertThat(code(read(pool, Hex.sharedTexts(folder, 1_200_000)))).isEqualTo("too_large");
    assertThat(rows(read(pool, Books.questions(3)))).isEqualTo(3);
  }

  @Test
  void readsFilesThatAreLargerThanTheHeap() throws Exception {
    ReaderPool pool = real(Map.of("parse.heap", "40m", "workbook.shared-text-memory", "1000000"));

    assertThat(rows(read(pool, Hex.sharedTexts(folder, 1_200_000)))).isEqualTo(1);
    assertThat(rows(read(pool, Hex.rows(folder, 12_000)))).isEqualTo(12_000);
    assertThat(Files.size(folder.resolve("records"))).isGreaterThan(40L << 20);
  }

  @Test
  void saysThatItIsOurFaultWhenTheRecordsCannotBeWritten() throws Exception {
    ReaderPool pool = real(Map.of());
    Path file = Files.write(folder.resolve("file"), Books.questions(1));

    ReadAnswer answer = pool.read(file, "a", folder.resolve("none/records"), folder);

    assertThat(answer).isInstanceOf(ReadAnswer.Fault.class);
  }

  @Test
  void readsAgainWhatAKilledReaderLeft() throws Exception {
    List<String> arguments = new ArrayList<>(List.of(folder.resolve("once").toString()));
    arguments.addAll(Pools.command(Map.of()));
    ReaderPool pool =
        shell(
            Map.of(),
            "mkdir \"$0\" 2>/dev/null && { echo ready; read job; kill -9 $$; }; exec \"$@\"",
            arguments);

    assertThat(rows(read(pool, Books.questions(2)))).isEqualTo(2);
    assertThat(folder.resolve("once")).isDirectory();
  }

  @Test
  void readsAlthoughAnIdleReaderWasKilled() throws Exception {
    ReaderPool pool = real(Map.of());
    read(pool, Books.questions(1));
    ProcessHandle idle = ProcessHandle.of(children().iterator().next()).orElseThrow();
    idle.destroyForcibly();
    idle.onExit().join();

    assertThat(rows(read(pool, Books.questions(2)))).isEqualTo(2);
  }

  @Test
  void refusesAFileThatCrashesEveryReader() throws Exception {
    ReadAnswer answer = read(shell("echo ready; read job; kill -SEGV $$"), Books.questions(1));

    assertThat(code(answer)).isEqualTo("crashed");
    assertThat(((ReadAnswer.Refused) answer).reason()).contains("3 times", "save it anew");
  }

  @Test
  void refusesAFileWhoseReaderNeverEnds() throws Exception {
    ReaderPool pool =
        shell(Map.of("parse.read-timeout", ENDLESS), "echo ready; exec sleep 1000", List.of());

    assertThat(code(read(pool, Books.questions(1)))).isEqualTo("timeout");
    assertThat(children()).isEmpty();
  }

  @Test
  void refusesAFileWhoseReaderNeverListens() throws Exception {
    ReaderPool pool =
        shell(
            Map.of("parse.read-timeout", ENDLESS),
            "trap '' PIPE; exec <&-; echo ready; while :; do sleep 1; done",
            List.of());

    assertThat(code(read(pool, Books.questions(1)))).isEqualTo("timeout");
  }

  @Test
  void refusesAFileWhoseReaderAnswersGarbage() throws Exception {
    for (String garbage :
        List.of(
            "echo '{\"answer\":\"what\"}'", "echo null", "echo", "head -c 20000000 /dev/zero")) {
      assertThat(code(read(shell("echo ready; read job; " + garbage), Books.questions(1))))
          .as(garbage)
          .isEqualTo("crashed");
    }
  }

  @Test
  void blamesNoFileForReadersThatDoNotStart() {
    assertThatThrownBy(() -> read(shell("exit 1"), Books.questions(1)))
        .isInstanceOf(IOException.class);
    assertThatThrownBy(() -> read(shell("echo what"), Books.questions(1)))
        .isInstanceOf(IOException.class);
  }

  @Test
  void tellsAReaderNothingOfTheServicesEnvironment() throws Exception {
    Path told = folder.resolve("told");

    read(shell(Map.of(), "env > \"$0\"; echo ready", List.of(told.toString())), new byte[0]);

    assertThat(Files.readAllLines(told))
        .allMatch(line -> line.matches("(LANG|LC_ALL|LC_CTYPE|PWD|OLDPWD|SHLVL|_)=.*"));
  }

  @Test
  void waitsForTheEndOfAReaderAlsoWhereItIsInterrupted() throws Exception {
    ReaderChild reader = ReaderChild.start(Pools.command(Map.of()));
    Path file = Files.write(folder.resolve("file"), Books.questions(1));
    ReadJob job = ReadJob.of(file, folder.resolve("records"), folder, Pools.settings());
    reader.practise(job, Duration.ofMinutes(2));

    Thread.currentThread().interrupt();
    reader.close();
    Set<Long> left = children();

    assertThat(Thread.interrupted()).isTrue();
    assertThat(left).isEmpty();
  }

  @Test
  void endsAReaderWhenTheServiceIsGone() throws Exception {
    Process reader = new ProcessBuilder(Pools.command(Map.of())).start();
    Path file = Hex.rows(folder, 12_000);
    var job =
        new ReadJob(
            file.toString(),
            "a",
            folder.resolve("records").toString(),
            folder.toString(),
            Pools.settings());
    reader.getOutputStream().write((Json.MAPPER.writeValueAsString(job) + "\n").getBytes());

    reader.getOutputStream().close();

    assertThat(reader.waitFor()).isZero();
  }

  private ReaderPool real(Map<String, String> settings) {
    pools.add(Pools.real(settings));
    return pools.getLast();
  }

  private ReaderPool shell(String script) {
    return shell(Map.of(), script, List.of());
  }

  private ReaderPool shell(Map<String, String> settings, String script, List<String> arguments) {
    pools.add(Pools.shell(settings, script, arguments));
    return pools.getLast();
  }

  private ReadAnswer read(ReaderPool pool, byte[] file) throws Exception {
    return read(pool, Files.write(folder.resolve("file"), file));
  }

  private ReadAnswer read(ReaderPool pool, Path file) throws Exception {
    return pool.read(file, "卷.xlsx", folder.resolve("records"), folder);
  }

  private static long rows(ReadAnswer answer) {
    assertThat(answer).isInstanceOf(ReadAnswer.Read.class);
    return ((ReadAnswer.Read) answer).rows();
  }

  private static String code(ReadAnswer answer) {
    assertThat(answer).isInstanceOf(ReadAnswer.Refused.class);
    return ((ReadAnswer.Refused) answer).code();
  }

  private Set<Long> children() {
    Set<Long> ours = Pools.processes();
    ours.removeAll(others);
    return ours;
  }
}
