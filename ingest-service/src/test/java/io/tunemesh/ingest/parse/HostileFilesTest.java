package io.tunemesh.ingest.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.ingest.testing.Books;
import io.tunemesh.ingest.testing.HostileFiles;
import io.tunemesh.ingest.testing.HostileFiles.Hostile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file of the corpus is refused, says what to do, and leaves the reader to the next. */
class HostileFilesTest {

  @TempDir Path folder;

  private static ReaderPool pool;

  @BeforeAll
  static void start() {
    pool = Pools.real(Map.of());
  }

  @AfterAll
  static void stop() {
    pool.stop(null);
  }

  static List<Hostile> files() {
    return HostileFiles.all();
  }

  @ParameterizedTest
  @MethodSource("files")
  void isRefusedAndTheNextIsRead(Hostile hostile) throws Exception {
    ReadAnswer answer = read(hostile.name(), hostile.bytes().make());

    assertThat(answer).isInstanceOf(ReadAnswer.Refused.class);
    ReadAnswer.Refused refused = (ReadAnswer.Refused) answer;
    assertThat(refused.code()).isIn(hostile.codes());
    assertThat(refused.reason())
        .containsAnyOf("save", "split", "shorten", "remove", "put", "upload", "check", "Supported");
    assertThat(refused.where().file()).isEqualTo(hostile.name());
    assertThat(read("good.xlsx", Books.questions(2))).isInstanceOf(ReadAnswer.Read.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void hasFortyFilesOfDifferentNames() {
    assertThat(files()).extracting(Hostile::name).doesNotHaveDuplicates().hasSizeGreaterThan(40);
  }

  private ReadAnswer read(String name, byte[] bytes) throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("file"), bytes);
    Path records = folder.resolve("records");
    try {
      return pool.read(file, name, records, folder);
    } finally {
      Files.delete(file);
      Files.deleteIfExists(records);
    }
  }
}
