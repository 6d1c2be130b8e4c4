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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each file of the corpus is refused, says what to do, and leaves the reader to the next. */
class HostileFilesTest {

  @TempDir Path folder;

  private static ReaderPool pool;
  private static List<Hostile> files;

  @BeforeAll
  static void start() {
    pool = Pools.real(Map.of());
    files = HostileFiles.all();
  }

  @AfterAll
  static void stop() {
    pool.close();
    files = null; // a hundred megabytes that no later test needs
  }

  static List<Hostile> files() {
    return files;
  }

  @ParameterizedTest
  @MethodSource("files")
  void isRefusedAndTheNextIsRead(Hostile hostile) throws Exception {
    ReadAnswer answer = read(hostile.name(), hostile.bytes().make());

    assertThat(answer).isInstanceOf(ReadAnswer.Refused.class);
    ReadAnswer.Refused refused = (ReadAnswer.Refused) answer;
    assertThat(refused.code()).isIn(hostile.codes());
    assertThat(refused.reason())
        .containsPattern(
            "(?i)save|split|shorten|remove|put|upload|check|supported|flatten|write|give|make"
                + "|rename|close|break|mend|pack|turn|extract|run");
    assertThat(refused.where().file()).isEqualTo(hostile.name());
    assertThat(read("good.xlsx", Books.questions(2))).isInstanceOf(ReadAnswer.Read.class);
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void hasFilesOfDifferentNames() {
    assertThat(files()).extracting(Hostile::name).doesNotHaveDuplicates().hasSizeGreaterThan(150);
  }

  /** What the readers promise to bear, by the codes with which it is refused. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          zip bombs                      | zip_bomb         | bomb.xlsx, bomb in texts.xlsx, a zip bomb
          entries twice                  | damaged          | two of one name.xlsx
          DOCTYPE                        | doctype          | a billion laughs in sheet.xlsx
          a million columns in a sheet   | too_many_columns | a million columns.xlsx
          a million columns in JSON      | too_many_columns | a million columns
          a million columns in CSV       | too_many_columns | a million fields
          files cut off                  | damaged          | a zip cut off, a PDF cut off
          JSON cut off                   | cut_off          | cut off, cut off in a text
          JSON 100k deep                 | too_deep         | 100k deep, 100k deep objects
          lines of 10 MB                 | line_too_long    | a line of 10 MB
          fields of 10 MB                | cell_too_long    | a field of 10 MB, a text of 10 MB
          other encodings                | wrong_encoding   | Latin-1, Big5, Shift JIS, Korean
          two encodings                  | wrong_encoding   | two encodings
          """)
  void hasEveryKind(String kind, String code, String names) {
    assertThat(files())
        .filteredOn(hostile -> hostile.codes().contains(code))
        .as(kind)
        .extracting(Hostile::name)
        .contains(names.split(", "));
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
