package io.tunemesh.dataset;

import static io.tunemesh.dataset.Client.key;
import static io.tunemesh.dataset.Client.post;
import static io.tunemesh.dataset.Client.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.recipe.Sample;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.hamcrest.Matchers;
import org.junit.jupiter.api.Test;

/** Exports as HTTP clients ask for them, on the real parts. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class ExportOverHttpTest {

  @TestHTTPResource("/v1/datasets/")
  URI datasets;

  @Inject Mesh mesh;
  @Inject BlobStore blobs;

  private final String run = Mesh.newRun();

  @Test
  void givesTheExamplesOfABuiltDatasetInEveryFormat() throws IOException {
    String id = chats(30, "");
    List<String> examples =
        key(MeshResource.KEY)
            .get("/v1/datasets/" + id + "/files/examples")
            .then()
            .extract()
            .asString()
            .lines()
            .toList();
    long train = examples.stream().filter(e -> e.contains("\"split\":\"train\"")).count();

    export(id, "format=alpaca&split=train")
        .statusCode(200)
        .contentType("application/json")
        .header("X-Content-Type-Options", "nosniff")
        .header(
            "Content-Disposition",
            Matchers.is(
                "attachment; filename=\"%s-train.alpaca.json\";".formatted(id)
                    + " filename*=UTF-8''%E8%81%8A%E5%A4%A9-train.alpaca.json"))
        .body("size()", Matchers.is((int) train))
        .body("[0].history.size()", Matchers.is(1));
    export(id, "format=sharegpt&split=train")
        .statusCode(200)
        .body("[0].conversations[0].from", Matchers.is("human"));
    String messages =
        export(id, "format=messages&split=train")
            .statusCode(200)
            .contentType("application/jsonl")
            .extract()
            .asString();
    assertThat(messages.lines().count()).isEqualTo(train);
    assertThat(Json.MAPPER.readTree(messages.lines().findFirst().orElseThrow()).fieldNames())
        .toIterable()
        .containsExactly("messages");
    String csv =
        new String(
            export(id, "format=csv").statusCode(200).extract().asByteArray(),
            StandardCharsets.UTF_8);
    assertThat(csv.split("\r\n")).hasSize(31);
    assertThat(export(id, "format=parquet").statusCode(200).extract().asByteArray())
        .startsWith('P', 'A', 'R', '1')
        .endsWith('P', 'A', 'R', '1');
    assertThat(
            export(id, "format=huggingface&license=cc0-1.0")
                .statusCode(200)
                .contentType("application/zip")
                .extract()
                .asByteArray())
        .startsWith('P', 'K');
  }

  @Test
  void refusesWhatIsNoFormatOrSplitAndNamesTheChoices() throws IOException {
    String id = chats(12, "");

    export(id, "format=xlsx")
        .statusCode(400)
        .body("error.code", Matchers.is("format_unknown"))
        .body("error.param", Matchers.is("format"))
        .body(
            "error.message",
            Matchers.containsString("alpaca, sharegpt, messages, text, csv, parquet, huggingface"));
    export(id, "split=train").statusCode(400).body("error.code", Matchers.is("format_unknown"));
    export(id, "format=csv&split=all")
        .statusCode(400)
        .body("error.code", Matchers.is("split_unknown"))
        .body("error.message", Matchers.containsString("train, validation, test"));
    export(id, "format=alpaca")
        .statusCode(400)
        .body("error.code", Matchers.is("split_missing"))
        .body("error.message", Matchers.containsString("split=train or split=validation"));
    export(id, "format=text&split=train")
        .statusCode(400)
        .body("error.code", Matchers.is("format_unfit"))
        .body(
            "error.message",
            Matchers.containsString("alpaca, sharegpt, messages, csv, parquet, huggingface"));
    export(id, "format=csv&license=mit")
        .statusCode(400)
        .body("error.code", Matchers.is("license_misplaced"));
    export(id, "format=huggingface&license=a%0A---")
        .statusCode(400)
        .body("error.code", Matchers.is("license_malformed"));
  }

  @Test
  void exportsPlainTextOnlyWhereThereIsAPlaceForIt() throws IOException {
    String rows =
        IntStream.range(0, 30)
            .mapToObj("{\"text\": \"Paragraph %d of many.\"}"::formatted)
            .collect(Collectors.joining("\n"));
    send(Sample.keyed("text", rows), "p.txt");
    String id = built("\"file\": \"p.txt\", \"settings\": {\"samples\": \"rows\"}");

    assertThat(export(id, "format=text&split=train").statusCode(200).extract().asString().lines())
        .allMatch(line -> line.matches("\\{\"text\":\"Paragraph \\d+ of many.\"}"));
    for (String format : List.of("csv", "parquet", "huggingface")) {
      export(id, "format=" + format).statusCode(200);
    }
    for (String format : List.of("alpaca", "sharegpt", "messages")) {
      export(id, "split=train&format=" + format)
          .statusCode(400)
          .body("error.code", Matchers.is("format_unfit"))
          .body("error.message", Matchers.containsString("text, csv, parquet, huggingface"));
    }
  }

  @Test
  void hidesADatasetFromOtherTenantsAndRefusesOneThatIsNotBuilt() throws IOException {
    String id = chats(12, "");
    key(MeshResource.OTHER_KEY)
        .get("/v1/datasets/" + id + "/export?format=csv")
        .then()
        .statusCode(404);
    export("ds-nothing", "format=csv").statusCode(404);

    String waiting =
        post("{\"sources\": [{\"file\": \"file-never-%s\"}]}".formatted(run))
            .statusCode(202)
            .extract()
            .path("id");
    export(waiting, "format=csv")
        .statusCode(409)
        .body("error.code", Matchers.is("dataset_not_built"))
        .body("error.message", Matchers.containsString("is waiting"));
  }

  @Test
  void refusesARejectedDataset() throws IOException {
    send(Sample.jsonl("{\"instruction\": \"q\", \"output\": \"\"}"), "bad.jsonl");
    post("{\"run\": \"%s\", \"sources\": [{\"file\": \"bad.jsonl\", \"recipe\": \"alpaca\"}]}"
            .formatted(run))
        .statusCode(202);
    String id = mesh.rejected(run).datasetId();

    export(id, "format=csv")
        .statusCode(409)
        .body("error.message", Matchers.containsString("see its error"));
  }

  @Test
  void neverGivesHalfAnExportForAWholeOne() throws IOException {
    String id = chats(400, "long ".repeat(500));
    BlobRef examples = examples(id);
    String stored = text(blobs, examples);
    String cut = stored.substring(0, stored.lastIndexOf('\n', stored.length() - 2) + 1);
    blobs.put(examples.key(), new ByteArrayInputStream(cut.getBytes(StandardCharsets.UTF_8)));

    List<String> queries =
        List.of("format=messages&split=train", "format=sharegpt&split=train", "format=csv");
    for (int i = 0; i < 12; i++) {
      String query = queries.get(i % 3);
      try (InputStream body = streamed(id, query)) {
        assertThatThrownBy(body::readAllBytes).as(query).isInstanceOf(IOException.class);
      }
    }
  }

  @Test
  void saysThatTheFaultIsOursWhereNothingWasSentYet() throws IOException {
    String id = chats(12, "");
    blobs.put(examples(id).key(), new ByteArrayInputStream("{\"id\": \"x".getBytes()));

    for (String query : List.of("format=alpaca&split=train", "format=csv", "format=huggingface")) {
      export(id, query)
          .statusCode(500)
          .body("error.code", Matchers.is("internal_error"))
          .header("Content-Disposition", Matchers.nullValue());
    }
  }

  private BlobRef examples(String id) {
    return QuarkusTransaction.requiringNew()
        .call(() -> Dataset.ofTenant(id, Mesh.TENANT).files().examples());
  }

  /** The body of an export that begins as if all were well. */
  private InputStream streamed(String id, String query) throws IOException {
    HttpURLConnection answer =
        (HttpURLConnection) datasets.resolve(id + "/export?" + query).toURL().openConnection();
    answer.setRequestProperty("Authorization", "Bearer " + MeshResource.KEY);
    assertThat(answer.getResponseCode()).isEqualTo(200);
    return answer.getInputStream();
  }

  private static ValidatableResponse export(String id, String query) {
    return key(MeshResource.KEY).get("/v1/datasets/" + id + "/export?" + query).then();
  }

  private String chats(int count, String more) throws IOException {
    String chat =
        "{\"conversations\": [{\"from\": \"human\", \"value\": \"q%1$d\"}, {\"from\": \"gpt\","
            + " \"value\": \"a%1$d\"}, {\"from\": \"human\", \"value\": \"r%1$d\"}, {\"from\":"
            + " \"gpt\", \"value\": \"b%1$d "
            + more
            + "\"}]}";
    String rows =
        IntStream.range(0, count).mapToObj(chat::formatted).collect(Collectors.joining("\n"));
    send(Sample.jsonl(rows), "chats.jsonl");
    return built("\"file\": \"chats.jsonl\"");
  }

  private void send(Sample sample, String name) throws IOException {
    mesh.tell(run, sample.parsed(blobs, "file-" + name + run, name));
  }

  private String built(String source) {
    post("{\"name\": \"聊天\", \"run\": \"%s\", \"sources\": [{%s}]}".formatted(run, source))
        .statusCode(202);
    return mesh.built(run).datasetId();
  }
}
