package io.tunemesh.trainer.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.agroal.api.AgroalDataSource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.training.TrainingProgressed;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.trainer.testing.FakeWorker;
import io.tunemesh.trainer.testing.Mesh;
import jakarta.inject.Inject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The stream of a job, as a client reads it. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(FakeWorker.class)
class StreamTest {

  @Inject Mesh mesh;
  @Inject AgroalDataSource database;

  @TestHTTPResource("/v1/fine_tuning/jobs/")
  URI jobs;

  private record Event(String id, String name, JsonNode data) {}

  private HttpResponse<Stream<String>> open(String job, String last, String key) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(jobs.resolve(job + "/stream"))
            .header("Authorization", "Bearer " + key)
            .header("Accept", "text/event-stream");
    if (last != null) {
      request.header("Last-Event-ID", last);
    }
    return HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofLines());
  }

  private Iterator<String> lines(String job, String last) throws Exception {
    var response = open(job, last, MeshResource.KEY);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    return response.body().iterator();
  }

  /** The next event; null at the stream's end. */
  private static Event next(Iterator<String> lines) throws Exception {
    String id = null;
    String name = null;
    String data = null;
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("id:")) {
        id = line.substring(3).strip();
      } else if (line.startsWith("event:")) {
        name = line.substring(6).strip();
      } else if (line.startsWith("data:")) {
        data = line.substring(5).strip();
      } else if (line.isEmpty() && data != null) {
        return new Event(id, name, Json.MAPPER.readTree(data));
      }
    }
    return null;
  }

  private static List<Event> rest(Iterator<String> lines) throws Exception {
    List<Event> events = new ArrayList<>();
    for (Event event = next(lines); event != null; event = next(lines)) {
      events.add(event);
    }
    return events;
  }

  private String create(String dataset, String script) {
    mesh.send(Mesh.envelope(Mesh.TENANT, mesh.dataset(dataset, script, null)));
    return Mesh.create(
            "{\"model\": \"tunemesh-starter\", \"training_file\": \"%s\"}".formatted(dataset))
        .getString("id");
  }

  @Test
  void tellsAJobFromItsBeginningToItsEndWhileItRuns() throws Exception {
    String job = create("ds-stream", "{\"steps\": 6, \"step_s\": 0.05}");

    List<Event> events = rest(lines(job, null));

    List<String> states =
        events.stream()
            .filter(event -> event.name().equals("status"))
            .map(event -> event.data().path("status").asText())
            .toList();
    assertThat(states).containsExactly("validating_files", "queued", "running", "succeeded");
    assertThat(events.getLast().name()).as("it ends with the job").isEqualTo("status");
    assertThat(events.stream().filter(e -> e.id() != null).map(e -> Long.valueOf(e.id())))
        .isSorted()
        .doesNotHaveDuplicates();
    List<Event> progress =
        events.stream().filter(e -> e.name().equals("progress") && e.id() != null).toList();
    assertThat(progress.stream().map(e -> e.data().path("step").asInt()))
        .containsExactly(1, 2, 3, 4, 5, 6);
    TrainingProgressed told =
        mesh.await1(TrainingProgressed.class, e -> e.jobId().equals(job) && e.step() == 2);
    assertThat(Json.MAPPER.treeToValue(progress.get(1).data(), TrainingProgressed.class))
        .as("the stream and the topic have the same fields")
        .isEqualTo(told);
    assertThat(told.memoryBytes()).isEqualTo(1002);
    assertThat(told.validationLoss()).isNotNull();
    assertThat(events.stream().filter(e -> e.name().equals("message")))
        .anyMatch(e -> e.data().path("message").asText().contains("Evaluated the base model"));
  }

  @Test
  void goesOnAfterTheLastEventThatWasSeen() throws Exception {
    String job = mesh.trained("ds-stream-" + UUID.randomUUID(), "{\"steps\": 4}");
    List<Event> all = rest(lines(job, null));
    Event seen = all.get(all.size() / 2);

    List<Event> rest = rest(lines(job, seen.id()));

    assertThat(rest).isEqualTo(all.subList(all.size() / 2 + 1, all.size()));
    assertThat(rest(lines(job, all.getLast().id()))).as("nothing is left").isEmpty();
  }

  @Test
  void opensBeforeItsFirstEvent() throws Exception {
    String job = mesh.trained("ds-stream-" + UUID.randomUUID(), "{\"steps\": 1}");

    Iterator<String> lines = lines(job, null);

    assertThat(lines.next()).as("a comment, which goes out with the head").startsWith(":");
    assertThat(rest(lines).getLast().data().path("status").asText()).isEqualTo("succeeded");
  }

  @Test
  void aJobThatIsPausedKeepsItsStreamOpen() throws Exception {
    String job = create("ds-stream-paused", "{\"steps\": 4000, \"step_s\": 0.05}");
    Iterator<String> lines = lines(job, null);
    awaitStatus(lines, "running");
    Mesh.post("/v1/fine_tuning/jobs/" + job + "/pause");
    awaitStatus(lines, "paused");
    Mesh.post("/v1/fine_tuning/jobs/" + job + "/resume");
    awaitStatus(lines, "running");
    Mesh.post("/v1/fine_tuning/jobs/" + job + "/cancel");
    awaitStatus(lines, "cancelled");
    assertThat(next(lines)).isNull();
  }

  private static void awaitStatus(Iterator<String> lines, String status) throws Exception {
    Event event = next(lines);
    while (!event.data().path("status").asText().equals(status)) {
      event = next(lines);
    }
  }

  @Test
  void tellsWhatAnotherReplicaWrote() throws Exception {
    String job =
        Mesh.create("{\"model\": \"tunemesh-starter\", \"training_file\": \"ds-elsewhere\"}")
            .getString("id");
    Iterator<String> lines = lines(job, null);
    assertThat(next(lines).data().path("status").asText()).isEqualTo("validating_files");
    next(lines);

    write(job, "it is told elsewhere", null);
    assertThat(next(lines).data().path("message").asText()).isEqualTo("it is told elsewhere");

    write(job, "it is over elsewhere", "cancelled");
    assertThat(next(lines).data().path("status").asText()).isEqualTo("cancelled");
    assertThat(next(lines)).isNull();
  }

  private void write(String job, String message, String status) throws Exception {
    try (var connection = database.getConnection();
        var write = connection.createStatement()) {
      connection.setAutoCommit(false);
      write.execute(
          "INSERT INTO job_event (id, job_id, created_at, level, type, message, status) VALUES"
              + " ('ftevent-%s', '%s', now(), 'info', 'message', '%s', %s)"
                  .formatted(
                      UUID.randomUUID(), job, message, status == null ? null : "'" + status + "'"));
      if (status != null) {
        write.execute(
            "UPDATE training_job SET status = '%s' WHERE id = '%s'"
                .formatted(status.toUpperCase(java.util.Locale.ROOT), job));
      }
      connection.commit();
      connection.setAutoCommit(true);
    }
  }

  @Test
  void aTenantHasSoManyStreamsOpenAndNoMore() throws Exception {
    String job =
        Mesh.as(MeshResource.OTHER_KEY)
            .body("{\"model\": \"tunemesh-starter\", \"training_file\": \"ds-never\"}")
            .post("/v1/fine_tuning/jobs")
            .then()
            .statusCode(200)
            .extract()
            .jsonPath()
            .getString("id");
    List<HttpResponse<Stream<String>>> streams = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      streams.add(open(job, null, MeshResource.OTHER_KEY));
      assertThat(streams.getLast().statusCode()).isEqualTo(200);
    }

    HttpResponse<Stream<String>> refused = open(job, null, MeshResource.OTHER_KEY);

    assertThat(refused.statusCode()).isEqualTo(429);
    assertThat(String.join("", refused.body().toList())).contains("too_many_streams");
    Mesh.as(MeshResource.OTHER_KEY).post("/v1/fine_tuning/jobs/" + job + "/cancel");
    for (HttpResponse<Stream<String>> stream : streams) {
      assertThat(rest(stream.body().iterator())).isNotEmpty();
    }
    await()
        .atMost(Mesh.PATIENCE)
        .until(() -> open(job, null, MeshResource.OTHER_KEY).statusCode() == 200);
  }

  @Test
  void isNotThereForAnotherTenant() throws Exception {
    String job = create("ds-stream-other", "{}");
    assertThat(open(job, null, MeshResource.OTHER_KEY).statusCode()).isEqualTo(404);
    assertThat(open("ftjob-none", null, MeshResource.KEY).statusCode()).isEqualTo(404);
    assertThat(open(job, null, "wrong").statusCode()).isEqualTo(401);
    assertThat(open(job, "x", MeshResource.KEY).statusCode()).isEqualTo(400);
  }
}
