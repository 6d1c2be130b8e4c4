package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Replicas that are told to end, as processes, on one broker and one database. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class EndingReplicasIT {

  private final HttpClient client = HttpClient.newHttpClient();
  private Ground ground;

  private record Event(String id, String data) {}

  @BeforeAll
  void up(@TempDir Path folder) throws Exception {
    ground = Ground.start(folder);
  }

  @AfterAll
  void down() throws Exception {
    try (var started = ground) {} // which is null where it did not start
  }

  @Test
  void oneOfTwoTrainersEndsItsStreamsAndTheOtherGoesOn() throws Exception {
    String jobs = "/v1/fine_tuning/jobs";
    Replica one = trainer("one");
    Replica other = trainer("other");
    String job =
        made(one, jobs, "{\"model\": \"tunemesh-starter\", \"training_file\": \"ds-never-built\"}");
    Iterator<String> open = stream(one, jobs + "/" + job + "/stream", null);
    List<Event> seen = new ArrayList<>(List.of(next(open)));

    seen.addAll(ends(one, open));

    client.send(
        post(other, jobs + "/" + job + "/cancel", ""), HttpResponse.BodyHandlers.discarding());
    seen.addAll(rest(stream(other, jobs + "/" + job + "/stream", seen.getLast().id())));
    assertThat(seen).isEqualTo(rest(stream(other, jobs + "/" + job + "/stream", null)));
    assertThat(seen.getLast().data()).contains("\"status\":\"cancelled\"");
  }

  @Test
  void inferenceServiceEndsTheStreamsOfItsBatches() throws Exception {
    Replica replica =
        replica("inference-service", "batches", Map.of("TUNEMESH_JOBS_FILE_PATIENCE", "10m"));
    String batch =
        made(
            replica,
            "/v1/batches",
            "{\"input_file_id\": \"file-never-sent\", \"endpoint\": \"/v1/chat/completions\"}");
    Iterator<String> open = stream(replica, "/v1/batches/" + batch + "/events", null);
    assertThat(next(open).data()).contains("\"status\":\"validating\"");

    ends(replica, open);
  }

  /** Tells it to end, and returns what came of a stream until its end. */
  private List<Event> ends(Replica replica, Iterator<String> stream) throws Exception {
    replica.process().destroy();
    // what is cut off in the middle, and not ended, is an error here
    List<Event> last = rest(stream);
    assertThat(replica.process().waitFor()).as("it ends by the signal").isEqualTo(143);
    assertThat(replica.said()).contains("stopped in").doesNotContain("Timed out");
    return last;
  }

  private String made(Replica replica, String path, String body) throws Exception {
    HttpResponse<String> answer =
        client.send(post(replica, path, body), HttpResponse.BodyHandlers.ofString());
    return new ObjectMapper().readTree(answer.body()).path("id").asText();
  }

  private HttpRequest post(Replica replica, String path, String body) throws IOException {
    return request(replica, path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private HttpRequest.Builder request(Replica replica, String path) throws IOException {
    return HttpRequest.newBuilder(URI.create(replica.url() + path))
        .header("Authorization", "Bearer " + ground.key());
  }

  private Iterator<String> stream(Replica replica, String path, String last) throws Exception {
    HttpRequest.Builder request = request(replica, path);
    if (last != null) {
      request.header("Last-Event-ID", last);
    }
    HttpResponse<Stream<String>> response =
        client.send(request.build(), HttpResponse.BodyHandlers.ofLines());
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body().iterator();
  }

  /** The next event; null at the stream's end. */
  private static Event next(Iterator<String> lines) {
    String id = null;
    String data = null;
    while (lines.hasNext()) {
      String line = lines.next();
      if (line.startsWith("id:")) {
        id = line.substring(3).strip();
      } else if (line.startsWith("data:")) {
        data = line.substring(5).strip();
      } else if (line.isEmpty() && data != null) {
        return new Event(id, data);
      }
    }
    return null;
  }

  private static List<Event> rest(Iterator<String> lines) {
    return Stream.iterate(next(lines), event -> event != null, event -> next(lines)).toList();
  }

  /** A replica that only answers. */
  private Replica trainer(String name) throws IOException {
    return replica(
        "trainer-service",
        name,
        Map.of("TUNEMESH_TRAINER_SLOTS", "0", "TUNEMESH_TRAINER_WARM", "false"));
  }

  private Replica replica(String service, String name, Map<String, String> settings)
      throws IOException {
    Replica replica = ground.replica(service, name, settings);
    replica.url();
    return replica;
  }
}
