package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two replicas of trainer-service, as processes, on one broker and one database. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TrainerReplicasIT {

  private final HttpClient client = HttpClient.newHttpClient();
  private Ground ground;

  private record Event(String id, String data) {}

  @BeforeEach
  void up() throws Exception {
    ground = Ground.start();
  }

  @AfterEach
  void down() throws Exception {
    ground.close();
  }

  @Test
  void oneThatIsToldToEndEndsItsStreamsAndTheOtherGoesOn() throws Exception {
    Replica one = replica("one");
    Replica other = replica("other");
    String asked = "{\"model\": \"tunemesh-starter\", \"training_file\": \"ds-never-built\"}";
    String answer = client.send(post(one, "", asked), HttpResponse.BodyHandlers.ofString()).body();
    String job = new ObjectMapper().readTree(answer).path("id").asText();
    Iterator<String> open = stream(one, job, null);
    List<Event> seen = new ArrayList<>(List.of(next(open)));

    one.process().destroy();

    // what is cut off in the middle, and not ended, is an error here
    seen.addAll(rest(open));
    assertThat(one.process().waitFor()).as("it ends by the signal").isEqualTo(143);
    client.send(post(other, "/" + job + "/cancel", ""), HttpResponse.BodyHandlers.discarding());
    seen.addAll(rest(stream(other, job, seen.getLast().id())));
    assertThat(seen).isEqualTo(rest(stream(other, job, null)));
    assertThat(seen.getLast().data()).contains("\"status\":\"cancelled\"");
  }

  private HttpRequest post(Replica replica, String path, String body) throws IOException {
    return request(replica, path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private HttpRequest.Builder request(Replica replica, String path) throws IOException {
    return HttpRequest.newBuilder(URI.create(replica.url() + "/v1/fine_tuning/jobs" + path))
        .header("Authorization", "Bearer " + ground.key());
  }

  private Iterator<String> stream(Replica replica, String job, String last) throws Exception {
    HttpRequest.Builder request = request(replica, "/" + job + "/stream");
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
  private Replica replica(String name) throws IOException {
    Map<String, String> idle =
        Map.of("TUNEMESH_TRAINER_SLOTS", "0", "TUNEMESH_TRAINER_WARM", "false");
    Replica replica = ground.replica("trainer-service", name, idle);
    replica.url();
    return replica;
  }
}
