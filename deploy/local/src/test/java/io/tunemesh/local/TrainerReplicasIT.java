package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.tunemesh.parts.Broker;
import io.tunemesh.parts.Database;
import io.tunemesh.parts.Ports;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two replicas of trainer-service, as processes, on one broker and one database. */
@Timeout(value = 10, unit = TimeUnit.MINUTES)
class TrainerReplicasIT {

  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final Pattern LISTENING = Pattern.compile("Listening on: (http://\\S+)");

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Process> started = new ArrayList<>();
  private Home home;
  private Parts parts;
  private Broker broker;
  private Database database;
  private String key;

  private record Replica(Process process, String url) {}

  private record Event(String id, String data) {}

  @BeforeEach
  void up() throws Exception {
    home =
        new Home(
            Path.of("../..").toAbsolutePath().normalize(),
            Files.createTempDirectory("tunemesh-trainers"));
    parts = new Parts(home, BaseModel.named(home, BaseModel.STARTER));
    key = Keys.firstKey(home);
    int kafka = URI.create("kafka://" + parts.kafkaServers()).getPort();
    broker = Broker.start(home.data("kafka"), kafka, Ports.free());
    int postgres = URI.create(parts.databaseUrl().substring("jdbc:".length())).getPort();
    database = Database.start(home.data("postgres"), home.postgres(), postgres, false);
  }

  @AfterEach
  void down() throws Exception {
    // what did not start is null, and closed by nobody
    try (Broker first = broker;
        Database second = database) {
      for (Process process : started) {
        process.destroyForcibly().waitFor();
      }
    }
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

  private HttpRequest post(Replica replica, String path, String body) {
    return request(replica, path)
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private HttpRequest.Builder request(Replica replica, String path) {
    return HttpRequest.newBuilder(URI.create(replica.url() + "/v1/fine_tuning/jobs" + path))
        .header("Authorization", "Bearer " + key);
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
    Path log = home.log(name);
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-jar",
                Parts.jar(home, "trainer-service").toString())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().putAll(parts.environment("trainer-service"));
    builder.environment().put("QUARKUS_HTTP_PORT", "0");
    builder.environment().put("TUNEMESH_TRAINER_SLOTS", "0");
    builder.environment().put("TUNEMESH_TRAINER_WARM", "false");
    Process process = builder.start();
    started.add(process);
    await()
        .atMost(PATIENCE)
        .until(() -> LISTENING.matcher(Files.readString(log)).find() || !process.isAlive());
    var listening = LISTENING.matcher(Files.readString(log));
    assertThat(listening.find()).as(() -> "it starts, log=" + log).isTrue();
    return new Replica(process, listening.group(1));
  }
}
