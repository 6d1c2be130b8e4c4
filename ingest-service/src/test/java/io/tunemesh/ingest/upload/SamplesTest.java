package io.tunemesh.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A sample of each format, from its upload to the event and the records. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class SamplesTest {

  @Inject BlobStore blobs;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      textBlock =
          """
          questions.csv       | csv      | 2 | 题目=中国的首都是哪里？       | 答案=北京
          poems-gb18030.csv   | csv      | 2 | 标题=春天                     | 正文=花开了
          translation.tsv     | tsv      | 2 | source=Good morning.          | target=早上好。
          alpaca.json         | json     | 2 | history=[["你好","你好！"]]   | input=天气很好。
          columns.json        | json     | 3 | input_text=一部好电影         | label=1
          chats.jsonl         | jsonl    | 2 | messages=[{"role":"user","content":"你会下棋吗？"},{"role":"assistant","content":"会一点。"}] | messages=[{"role":"user","content":"你会下棋吗？"},{"role":"assistant","content":"会一点。"}]
          lines.txt           | text     | 3 | text=第一条样本，没有分段。   | text=第一条样本，没有分段。
          paragraphs.txt      | text     | 2 | `text=The river rose in the night.\nBy morning the bridge was gone.` | `text=The river rose in the night.\nBy morning the bridge was gone.`
          entities.bio        | bio      | 2 | tokens=["小","王","去","上","海"] | tags=["B-PER","I-PER","O","B-LOC","I-LOC"]
          script.txt          | script   | 6 | scene=第一场 车站             | direction=（人来人往。）
          guide.md            | markdown | 3 | heading=使用指南              | text=先读这一段。
          manual.docx         | docx     | 3 | heading=安装                  | text=先下载，再安装。
          notes.pdf           | pdf      | 3 | text=Water boils at a hundred degrees at sea level. | page=1
          reviews.parquet     | parquet  | 3 | text=评价 0                   | label=0
          mixed.zip           | archive  | 7 | messages=[{"role":"user","content":"你会下棋吗？"},{"role":"assistant","content":"会一点。"}] | messages=[{"role":"user","content":"你会下棋吗？"},{"role":"assistant","content":"会一点。"}]
          """)
  void readsEverySample(String name, String kind, long rows, String cell, String other)
      throws IOException {
    byte[] sample = getClass().getResourceAsStream("/samples/" + name).readAllBytes();

    String id = Calls.upload(MeshResource.KEY, "data.bin", sample); // the name says nothing

    Calls.awaitStatus(id, "processed");
    UploadParsed parsed =
        (UploadParsed) new Kafka(servers).events(Topic.UPLOADS.topicName(), id, 2).getLast().data();
    assertThat(parsed.kind()).isEqualTo(kind);
    assertThat(parsed.rows()).isEqualTo(rows);
    assertThat(parsed.sheets().stream().mapToLong(UploadParsed.Sheet::rows).sum()).isEqualTo(rows);
    List<SourceRecord> records = records(parsed);
    assertThat(records).hasSize((int) rows);
    assertThat(records.getFirst().values()).contains(entry(cell), entry(other));
  }

  private static Map.Entry<String, String> entry(String cell) {
    int equals = cell.indexOf('=');
    return Map.entry(cell.substring(0, equals), cell.substring(equals + 1));
  }

  private List<SourceRecord> records(UploadParsed parsed) throws IOException {
    try (var in = blobs.open(parsed.records());
        var lines = Json.MAPPER.readerFor(SourceRecord.class).<SourceRecord>readValues(in)) {
      return lines.readAll();
    }
  }
}
