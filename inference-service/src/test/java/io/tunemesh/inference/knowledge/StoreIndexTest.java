package io.tunemesh.inference.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class StoreIndexTest {

  private static final Map<String, StoreIndex.Source> SOURCES =
      Map.of(
          "one", new StoreIndex.Source("file-1", "one.md", null),
          "two", new StoreIndex.Source("file-2", "two.md", null));

  @Test
  void whatIsDeletedIsGoneFromTheDiskWhenOthersStay() throws IOException {
    try (StoreIndex index = new StoreIndex()) {
      for (int i = 0; i < 40; i++) {
        index.add("two", List.of(kept(i, "harmless words")));
      }
      index.add("one", List.of(kept(0, "unforgettablesecret")));
      index.refresh();
      assertThat(onDisk(index, "unforgettablesecret")).isTrue();

      index.remove("one");
      index.refresh();

      assertThat(onDisk(index, "unforgettablesecret")).isFalse();
      assertThat(index.search(Search.of("harmless", 3), new Vectors(null, null), SOURCES))
          .hasSize(3);
    }
  }

  @Test
  void theFolderGoesWithTheIndex() throws IOException {
    StoreIndex index = new StoreIndex();
    index.add("one", List.of(kept(0, "a")));
    index.refresh();

    index.close();

    assertThat(index.folder()).doesNotExist();
  }

  @Test
  void aQuestionOfQuestionWordsAloneFindsNothingByWords() throws IOException {
    try (StoreIndex index = new StoreIndex()) {
      index.add("one", List.of(kept(0, "what is it")));
      index.refresh();

      assertThat(index.search(Search.of("what is it?", 3), new Vectors(null, null), SOURCES))
          .isEmpty();
    }
  }

  private static ChunkTable.Kept kept(int ordinal, String text) {
    Place place = new Place(null, ordinal, ordinal, null, null, null);
    return new ChunkTable.Kept(new Chunk(ordinal, text, place), new Vectors(null, null));
  }

  /** Stored text is compressed, but a word of the vocabulary stands there as it is. */
  private static boolean onDisk(StoreIndex index, String word) throws IOException {
    try (Stream<Path> files = Files.list(index.folder())) {
      for (Path file : files.toList()) {
        if (new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1).contains(word)) {
          return true;
        }
      }
      return false;
    }
  }
}
