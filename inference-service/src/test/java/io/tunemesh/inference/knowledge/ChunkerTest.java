package io.tunemesh.inference.knowledge;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ChunkerTest {

  @Test
  void cutsAtHeadingsAndKeepsPlaces() {
    List<Chunk> chunks =
        chunks(
            100,
            20,
            record(1, Map.of("text", "First.", "heading", "Guide > A", "page", "1")),
            record(2, Map.of("text", "Second.", "heading", "Guide > A", "page", "2")),
            record(3, Map.of("text", "Third.", "heading", "Guide > B", "page", "2")));

    assertThat(chunks)
        .containsExactly(
            new Chunk(0, "First.\nSecond.", new Place(null, 1, 2, null, 1, "Guide > A")),
            new Chunk(1, "Third.", new Place(null, 3, 3, null, 2, "Guide > B")));
    assertThat(chunks.getFirst().searched()).isEqualTo("Guide > A\nFirst.\nSecond.");
  }

  @Test
  void overlapsByWholeSentencesAndStaysWithinItsSize() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 40; i++) {
      text.append("这是第").append(i).append("句话。");
    }

    List<Chunk> chunks = chunks(40, 10, record(1, Map.of("text", text.toString())));

    assertThat(chunks.size()).isGreaterThan(5);
    assertThat(chunks).allMatch(chunk -> Embeddings.tokens(chunk.text()) <= 40);
    for (int i = 1; i < chunks.size(); i++) {
      String before = chunks.get(i - 1).text();
      String first = chunks.get(i).text().substring(0, chunks.get(i).text().indexOf('。') + 1);
      assertThat(before).endsWith(first);
    }
    for (int i = 0; i < 40; i++) {
      String sentence = "这是第" + i + "句话。";
      assertThat(chunks).anyMatch(chunk -> chunk.text().contains(sentence));
    }
  }

  @Test
  void cutsASentenceThatAloneIsTooLong() {
    String text = "word ".repeat(500).strip();

    List<Chunk> chunks = chunks(50, 10, record(1, Map.of("text", text)));

    assertThat(chunks).allMatch(chunk -> Embeddings.tokens(chunk.text()) <= 50);
    assertThat(String.join(" ", chunks.stream().map(Chunk::text).toList()).split(" ").length)
        .isGreaterThanOrEqualTo(500);
  }

  @Test
  void aTablesRowIsAChunkWithItsCells() {
    UploadParsed file =
        file(
            List.of(new Sheet("S", 1, List.of(new Column("Name", "A"), new Column("价格", "C")), 2)));
    Records records = new Records(file);

    var paragraph = records.paragraph(new SourceRecord("S", 7, Map.of("价格", "3 元", "Name", "茶")));

    assertThat(paragraph.text()).isEqualTo("Name: 茶\n价格: 3 元");
    assertThat(paragraph.place()).isEqualTo(new Place("S", 7, 7, "A7:C7", null, null));
  }

  @Test
  void sameRecordsGiveTheSameChunks() {
    SourceRecord[] records = {
      record(1, Map.of("text", "A b c. ".repeat(80))), record(2, Map.of("text", "你好。".repeat(80)))
    };

    assertThat(chunks(60, 20, records)).isEqualTo(chunks(60, 20, records));
  }

  private static List<Chunk> chunks(int size, int overlap, SourceRecord... records) {
    List<Chunk> chunks = new ArrayList<>();
    Chunker chunker = new Chunker(size, overlap, Embeddings::tokens, chunks::add);
    Records reader = new Records(file(List.of()));
    for (SourceRecord record : records) {
      chunker.add(reader.paragraph(record));
    }
    chunker.end();
    return chunks;
  }

  private static SourceRecord record(int row, Map<String, String> values) {
    return new SourceRecord(null, row, values);
  }

  private static UploadParsed file(List<Sheet> sheets) {
    return new UploadParsed("file-1", "a", "markdown", null, 0, sheets, null, null, null);
  }
}
