package io.tunemesh.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadReceived;
import io.tunemesh.contract.upload.UploadRejected;
import io.tunemesh.contract.upload.UploadRequested;
import io.tunemesh.ingest.testing.Books;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;

/** Uploads by a client that speaks only Kafka. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
class UploadRequestsTest {

  private static final String UPLOADS = Topic.UPLOADS.topicName();

  @Inject BlobStore blobs;

  @ConfigProperty(name = "kafka.bootstrap.servers")
  String servers;

  @Test
  void makesOneUploadOfARequestThatComesFiveTimes() throws IOException {
    byte[] book = Books.questions(2);
    BlobRef blob = put(book);
    Plan plan = new Plan(null, null, null);
    Envelope<UploadRequested> request = request("acme", null, "语文.xlsx", blob, plan);

    for (int i = 0; i < 5; i++) {
      kafka().send(Kafka.record(request));
    }
    Envelope<UploadRequested> after = request("acme", null, "after.xlsx", blob, null);
    kafka().send(Kafka.record(after));

    kafka().events(UPLOADS, fileId(after), 2);
    List<Envelope<?>> events = kafka().events(UPLOADS, fileId(request), 2);
    assertThat(events)
        .extracting(event -> event.data().getClass().getSimpleName())
        .containsExactly("UploadReceived", "UploadParsed");
    assertThat(events).extracting(Envelope::run).doesNotContainNull();
    UploadReceived received = (UploadReceived) events.getFirst().data();
    assertThat(received.content().key()).isEqualTo("uploads/" + fileId(request) + "/content");
    assertThat(received.content().sha256()).isEqualTo(blob.sha256());
    blobs.delete(blob.key());
    assertThat(blobs.open(received.content()).readAllBytes()).isEqualTo(book);
  }

  @Test
  void refusesABlobOfAnotherTenantAndAKeyThatIsNone() throws IOException {
    BlobRef blob = put(Books.questions(1));

    for (BlobRef named :
        List.of(
            new BlobRef("incoming/globex/a", null, null),
            new BlobRef("incoming/acme/../globex/a", null, null),
            new BlobRef("uploads/file-1/content", null, null))) {
      assertThat(rejection(request("acme", "r1", "a.xlsx", named, null)).code())
          .isEqualTo("blob_not_allowed");
    }
    UploadRejected others = rejection(request("globex", "r1", "a.xlsx", blob, null));
    assertThat(others.code()).isEqualTo("blob_not_allowed");
    assertThat(others.reason()).contains("incoming/globex/");
    assertThat(others.where().field()).isEqualTo("blob.key");
  }

  @Test
  void refusesEveryKeyUnderWhichNoFileCanBe() throws IOException {
    BlobRef blob = put(Books.questions(1));
    Map<String, String> codes =
        Map.of(
            "incoming/acme",
            "blob_not_allowed",
            "incoming/acme/" + "a".repeat(256),
            "blob_not_allowed",
            "incoming/acme/" + "a/".repeat(250) + "a",
            "blob_not_allowed",
            "incoming/acme/" + "a/".repeat(2000) + "a",
            "blob_not_allowed",
            blob.key() + "/more",
            "blob_missing",
            folderOf(put("incoming/acme/folder/file", new byte[] {1})),
            "blob_missing");

    codes.forEach(
        (key, code) ->
            assertThat(
                    rejection(request("acme", "r1", "a.xlsx", new BlobRef(key, null, null), null))
                        .code())
                .isEqualTo(code));
  }

  @Test
  void refusesAPlanThatNoEventHoldsOnceAndGoesOn() throws IOException {
    BlobRef blob = put(Books.questions(1));
    Envelope<UploadRequested> large = request("acme", "r1", "a.xlsx", blob, plan(95));
    Envelope<UploadRequested> unnamed = request("acme", "r1", "", blob, plan(95));
    Envelope<UploadRequested> after = request("acme", null, "after.xlsx", blob, null);

    assertThat(rejection(large).code()).isEqualTo("plan_too_large");
    UploadRejected nameless = rejection(unnamed);
    assertThat(nameless.code()).isEqualTo("invalid_filename");
    assertThat(nameless.plan()).isNull();

    assertThat(lastOfAll(after)).isInstanceOf(UploadParsed.class);
    assertThat(kafka().events(UPLOADS, fileId(large), 1)).hasSize(1);
  }

  @Test
  void refusesAFileWhoseNamesAndPlanNoEventHoldsAndGoesOn() throws IOException {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < 600; i++) {
      names.append(i == 0 ? "" : ",").append("n".repeat(240)).append(i);
    }
    String row = "1,".repeat(599) + "1\n";
    BlobRef wide = put((names + "\n" + row + row).getBytes(StandardCharsets.UTF_8));
    Envelope<UploadRequested> request = request("acme", "r1", "wide.csv", wide, plan(79));
    Envelope<UploadRequested> after = request("acme", null, "after.csv", wide, null);

    UploadRejected refused = lastOf(request);

    assertThat(refused.code()).isEqualTo("too_large");
    assertThat(refused.reason()).contains("plan");
    assertThat(refused.plan()).isNotNull();
    assertThat(lastOfAll(after)).isInstanceOf(UploadParsed.class);
  }

  @Test
  void cutsTheReasonOfAPlanWithThousandsOfMistakes() throws IOException {
    DatasetSpec.Source wrong =
        new DatasetSpec.Source("a.xlsx", "exma", null, null, null, null, null);
    Plan mistaken =
        new Plan(new DatasetSpec(null, Collections.nCopies(6000, wrong), null), null, null);

    UploadRejected refused =
        rejection(request("acme", "r1", "a.xlsx", put(Books.questions(1)), mistaken));

    assertThat(refused.code()).isEqualTo("invalid_specification");
    assertThat(refused.reason()).hasSizeLessThan(11_000).endsWith("…");
  }

  @Test
  void refusesBytesThatAreMissingOrOthers() throws IOException {
    BlobRef blob = put(Books.questions(1));

    assertThat(
            rejection(
                    request(
                        "acme",
                        "r1",
                        "a.xlsx",
                        new BlobRef("incoming/acme/none", null, null),
                        null))
                .code())
        .isEqualTo("blob_missing");
    BlobRef wrongDigest = new BlobRef(blob.key(), "0".repeat(64), null);
    assertThat(rejection(request("acme", "r1", "a.xlsx", wrongDigest, null)).where().field())
        .isEqualTo("blob.sha256");
    for (String digest : new String[] {null, blob.sha256()}) {
      BlobRef wrongCount = new BlobRef(blob.key(), digest, 1L);
      Envelope<UploadRequested> request = request("acme", "r1", "a.xlsx", wrongCount, null);
      assertThat(rejection(request).where().field()).isEqualTo("blob.bytes");
      assertThatThrownBy(
              () -> blobs.open(new BlobRef("uploads/" + fileId(request) + "/content", null, null)))
          .isInstanceOf(BlobNotFound.class);
    }
  }

  @Test
  void refusesAPlanWithMistakesAndAPlanOfSeveralFilesWithoutARun() throws IOException {
    BlobRef blob = put(Books.questions(1));
    DatasetSpec.Source wrong = new DatasetSpec.Source("a.xlsx", "exma", null, null, 0, null, null);
    Plan mistaken = new Plan(new DatasetSpec(null, List.of(wrong), null), null, null);
    DatasetSpec.Source right =
        new DatasetSpec.Source("a.xlsx", "exam", null, null, null, null, null);
    DatasetSpec.Source other =
        new DatasetSpec.Source("b.xlsx", "exam", null, null, null, null, null);
    Plan several = new Plan(new DatasetSpec(null, List.of(right, other), null), null, null);

    UploadRejected refused = rejection(request("acme", "r1", "a.xlsx", blob, mistaken));

    assertThat(refused.code()).isEqualTo("invalid_specification");
    assertThat(refused.reason()).contains("recipe").contains("repeat");
    assertThat(rejection(request("acme", null, "a.xlsx", blob, several)).code())
        .isEqualTo("run_missing");
    assertThat(rejection(request("acme", "r1", "a\u0000.xlsx", blob, null)).code())
        .isEqualTo("invalid_filename");
  }

  @Test
  void rejectsWhatNoReaderTakes() throws IOException {
    BlobRef zeros = put(new byte[1000]);
    BlobRef nothing = put(new byte[0]);

    UploadRejected unknown = lastOf(request("acme", "r1", "a.csv", zeros, null));
    assertThat(unknown.code()).isEqualTo("unsupported_type");
    assertThat(unknown.reason()).contains(".xlsx");
    assertThat(lastOf(request("acme", "r1", "a.xlsx", nothing, null)).code())
        .isEqualTo("empty_file");
  }

  @Test
  void putsPoisonIntoTheDeadLetterTopicAndGoesOn() throws IOException {
    String poison = UUID.randomUUID().toString();
    ProducerRecord<String, byte[]> broken =
        Kafka.record(request("acme", null, "a.xlsx", put(Books.questions(1)), null));
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            broken.topic(),
            0,
            poison,
            "no json".getBytes(StandardCharsets.UTF_8),
            broken.headers());

    kafka().send(record);
    Envelope<UploadRequested> next =
        request("acme", null, "next.xlsx", put(Books.questions(1)), null);
    ProducerRecord<String, byte[]> after = Kafka.record(next);
    kafka()
        .send(new ProducerRecord<>(after.topic(), 0, after.key(), after.value(), after.headers()));

    assertThat(kafka().events(UPLOADS, fileId(next), 2)).hasSize(2);
    var dead =
        kafka()
            .read(
                Topic.UPLOAD_REQUESTS.deadLetterOf("ingest-service"),
                found -> found.stream().anyMatch(letter -> poison.equals(letter.key())))
            .stream()
            .filter(letter -> poison.equals(letter.key()))
            .toList();
    assertThat(dead).hasSize(1);
    assertThat(
            new String(
                dead.getFirst().headers().lastHeader("dead-letter-reason").value(),
                StandardCharsets.UTF_8))
        .contains("no UploadRequested");
  }

  private UploadRejected rejection(Envelope<UploadRequested> request) {
    kafka().send(Kafka.record(request));
    List<Envelope<?>> events = kafka().events(UPLOADS, fileId(request), 1);
    assertThat(events).hasSize(1);
    return (UploadRejected) events.getFirst().data();
  }

  private UploadRejected lastOf(Envelope<UploadRequested> request) {
    return (UploadRejected) lastOfAll(request);
  }

  private Object lastOfAll(Envelope<UploadRequested> request) {
    kafka().send(Kafka.record(request));
    return kafka().events(UPLOADS, fileId(request), 2).getLast().data();
  }

  /** A plan of so many times ten kilobytes. */
  private static Plan plan(int size) {
    Map<String, String> words = new TreeMap<>();
    for (int i = 0; i < size; i++) {
      words.put("w" + i, "x".repeat(9_980));
    }
    DatasetSpec.Augment augment =
        new DatasetSpec.Augment(
            "synonyms", null, null, words, null, null, null, null, null, null, null);
    DatasetSpec.Source source =
        new DatasetSpec.Source(
            "a.xlsx", "exam", null, null, null, null, null, null, null, null, List.of(augment));
    return new Plan(new DatasetSpec(null, List.of(source), null), null, null);
  }

  private static String folderOf(BlobRef blob) {
    return blob.key().substring(0, blob.key().lastIndexOf('/'));
  }

  private BlobRef put(String key, byte[] bytes) throws IOException {
    return blobs.put(key, new ByteArrayInputStream(bytes));
  }

  private BlobRef put(byte[] bytes) throws IOException {
    return blobs.put("incoming/acme/" + UUID.randomUUID(), new ByteArrayInputStream(bytes));
  }

  private static Envelope<UploadRequested> request(
      String tenant, String run, String filename, BlobRef blob, Plan plan) {
    return new Envelope<>(
        UUID.randomUUID().toString(),
        "/test",
        Instant.now(),
        tenant,
        run,
        null,
        new UploadRequested(
            "req-" + UUID.randomUUID(), filename, null, blob, plan == null ? null : "exam", plan));
  }

  private static String fileId(Envelope<UploadRequested> request) {
    return Ids.derived("file-", request.key());
  }

  private Kafka kafka() {
    return new Kafka(servers);
  }
}
