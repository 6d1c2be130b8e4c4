package io.tunemesh.ingest.upload;

import static io.tunemesh.ingest.upload.Calls.as;
import static io.tunemesh.ingest.upload.Calls.file;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.ingest.testing.Books;
import io.tunemesh.ingest.testing.Documents;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

/** A file that is sent again because the answer was lost is one file. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class SentAgainTest {

  private static final String RETRY = "x-stainless-retry-count";

  @Inject SentAgain sentAgain;
  @Inject AgroalDataSource database;

  @Test
  void knowsWhatAClientLibrarySendsAgain() {
    byte[] bytes = unique();

    String first = id(send("a.csv", bytes, Map.of(RETRY, "0")));
    String again = id(send("a.csv", bytes, Map.of(RETRY, "1")));
    String anotherName = id(send("b.csv", bytes, Map.of(RETRY, "1")));
    String onPurpose = id(send("a.csv", bytes, Map.of(RETRY, "0")));

    assertThat(again).isEqualTo(first);
    assertThat(List.of(anotherName, onPurpose)).doesNotContain(first).doesNotHaveDuplicates();
    as(MeshResource.KEY).get("/v1/files/" + first + "/content").then().statusCode(200);
  }

  @Test
  void takesInTheFirstOfTriesWhoseBytesWereLost() {
    byte[] bytes = unique();

    String first = id(send("a.csv", bytes, Map.of(RETRY, "1"))); // the try before never arrived
    String again = id(send("a.csv", bytes, Map.of(RETRY, "2")));

    assertThat(again).isEqualTo(first);
  }

  @Test
  void knowsATryThatComesAfterItsRepetition() {
    Instant began = Instant.now();
    String sha256 = UUID.randomUUID().toString();

    Upload repeated = receive(sha256, new SentAgain.Sending(null, true, Instant.now()));
    Upload late = receive(sha256, new SentAgain.Sending(null, false, began.minusSeconds(1)));
    Upload next = receive(sha256, new SentAgain.Sending(null, false, Instant.now().plusSeconds(1)));

    assertThat(late.id()).isEqualTo(repeated.id());
    assertThat(next.id()).isNotEqualTo(repeated.id());
  }

  @Test
  void knowsWhatALibrarySendsAgainThatWaitedTenMinutesForAnAnswer() throws Exception {
    byte[] bytes = unique();
    String first = id(send("a.csv", bytes, Map.of(RETRY, "0")));

    age(first, 11);
    assertThat(id(send("a.csv", bytes, Map.of(RETRY, "1")))).isEqualTo(first);

    age(first, 61);
    assertThat(id(send("a.csv", bytes, Map.of(RETRY, "1")))).isNotEqualTo(first);
  }

  @Test
  void countsBackFromTheBeginningOfARequestWhoseBytesCameSlowly() throws Exception {
    String sha256 = UUID.randomUUID().toString();
    Upload first = receive(sha256, new SentAgain.Sending(null, false, Instant.now()));
    age(first.id(), 100);

    Instant began = Instant.now().minus(Duration.ofMinutes(45));
    Upload again = receive(sha256, new SentAgain.Sending(null, true, began));

    assertThat(again.id()).isEqualTo(first.id());
  }

  private void age(String file, int minutes) throws SQLException {
    try (var connection = database.getConnection();
        var update =
            connection.prepareStatement(
                "UPDATE sent_file SET created_at = now() - make_interval(mins => ?) WHERE file_id ="
                    + " ?")) {
      update.setInt(1, minutes);
      update.setString(2, file);
      update.executeUpdate();
    }
  }

  @Test
  void knowsAFileByItsKey() {
    byte[] bytes = unique();
    Map<String, String> key = Map.of("Idempotency-Key", UUID.randomUUID().toString());

    String first = id(send("a.csv", bytes, key));
    String again = id(send("a.csv", bytes, key));
    Response other = send("a.csv", unique(), key);

    assertThat(again).isEqualTo(first);
    other.then().statusCode(422).body("error.code", equalTo("idempotency_key_reused"));
    send("a.csv", bytes, Map.of("Idempotency-Key", "k".repeat(256))).then().statusCode(400);
  }

  @Test
  void takesAFileAnewThatWasDeleted() {
    byte[] bytes = unique();
    Map<String, String> key = Map.of("Idempotency-Key", UUID.randomUUID().toString());
    String first = id(send("a.csv", bytes, key));
    as(MeshResource.KEY).delete("/v1/files/" + first).then().statusCode(200);

    String again = id(send("a.csv", bytes, key));

    assertThat(again).isNotEqualTo(first);
    assertThat(id(send("a.csv", bytes, key))).isEqualTo(again);
  }

  @Test
  void takesAFileAnewThatWasRejectedUnlessItsKeyNamesIt() {
    byte[] bytes = Books.bomb();
    Map<String, String> key = Map.of("Idempotency-Key", UUID.randomUUID().toString());
    String first = id(send("a.xlsx", bytes, Map.of(RETRY, "0")));
    String keyed = id(send("a.xlsx", bytes, key));
    Calls.awaitStatus(first, "error");
    Calls.awaitStatus(keyed, "error");

    assertThat(id(send("a.xlsx", bytes, Map.of(RETRY, "1")))).isNotEqualTo(first);
    assertThat(id(send("a.xlsx", bytes, key))).isEqualTo(keyed);
  }

  @Test
  void keepsTheKeysOfTenantsApart() {
    byte[] bytes = unique();
    String key = UUID.randomUUID().toString();
    String mine = id(send("a.csv", bytes, Map.of("Idempotency-Key", key)));

    String theirs =
        as(MeshResource.OTHER_KEY)
            .header("Idempotency-Key", key)
            .multiPart(file("file", "a.csv", bytes))
            .multiPart("purpose", "fine-tune")
            .post("/v1/files")
            .path("id");

    assertThat(theirs).isNotNull().isNotEqualTo(mine);
  }

  @Test
  void takesInOneOfTriesAtTheSameTime() throws Exception {
    byte[] bytes = unique();
    Map<String, String> key = Map.of("Idempotency-Key", UUID.randomUUID().toString());
    Callable<String> send = () -> id(send("a.csv", bytes, key));

    List<String> ids = new ArrayList<>();
    try (var pool = Executors.newFixedThreadPool(4)) {
      for (var sent : pool.invokeAll(List.of(send, send, send, send))) {
        ids.add(sent.get());
      }
    }

    assertThat(ids).hasSize(4).containsOnly(ids.getFirst());
  }

  private Upload receive(String sha256, SentAgain.Sending sending) {
    return sentAgain.receive(
        new NewUpload(
            Ids.random("file-"), new Scope("acme", null), "late.csv", "fine-tune", null, null),
        new BlobRef("uploads/none/content", sha256, 5L),
        sending);
  }

  private static Response send(String name, byte[] bytes, Map<String, String> headers) {
    return as(MeshResource.KEY)
        .headers(headers)
        .multiPart(file("file", name, bytes))
        .multiPart("purpose", "fine-tune")
        .post("/v1/files");
  }

  private static String id(Response response) {
    return response.then().statusCode(200).extract().path("id");
  }

  private static byte[] unique() {
    return Documents.utf8("text,label\n" + UUID.randomUUID() + " x,1\nb c,0\n");
  }
}
