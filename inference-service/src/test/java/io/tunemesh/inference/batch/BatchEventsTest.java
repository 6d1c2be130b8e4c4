package io.tunemesh.inference.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.batch.BatchProgressed;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.Ingest;
import io.tunemesh.inference.testing.Script;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Scanner;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A batch as it goes, as a client reads it. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class BatchEventsTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Ingest ingest;

  @TestHTTPResource("/v1/batches/")
  URI batches;

  private final StubEngine engine = StubEngineResource.engine();

  private record Event(String id, String name, JsonNode data) {

    String status() {
      return data.path("status").asText();
    }
  }

  /** The others are answered later, however long that is. */
  private final Set<String> answered = ConcurrentHashMap.newKeySet();

  @BeforeEach
  void answersSomeQuestions() {
    engine.behave();
    Script.chats(
        engine,
        question -> answered.contains(question) ? Script.says("a") : Script.fails(429, "later"));
  }

  @AfterEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void tellsStatesAndProgressAndEndsWithTheBatch() throws Exception {
    String id = BatchesTest.create(ingest.received("in.jsonl", BatchesTest.lines(5)));
    try (Scanner lines = lines(id, null)) {
      List<Event> events = new ArrayList<>(List.of(next(lines)));

      answered.addAll(Set.of("q0", "q1", "q2", "q3"));
      while (completed(events.getLast()) < 4) {
        events.add(next(lines));
      }
      answered.add("q4");
      ingest.takesIn(id + "-output");
      for (Event event = next(lines); event != null; event = next(lines)) {
        events.add(event);
      }

      assertThat(events.stream().filter(e -> e.name().equals("status")).map(Event::status))
          .contains("in_progress")
          .endsWith("completed")
          .doesNotHaveDuplicates();
      assertThat(events.stream().map(e -> Long.valueOf(e.id()))).isSorted().doesNotHaveDuplicates();
      assertThat(events.getLast().data()).isEqualTo(Calls.get("/v1/batches/" + id));
      assertThat(rest(id, events.getLast().id())).as("nothing is left").isEmpty();
      assertThat(rest(id, events.getFirst().id()))
          .extracting(Event::status)
          .containsExactly("completed");
    }
  }

  @Test
  void tellsProgressAsTheTopicHasIt() throws Exception {
    String id = BatchesTest.create(ingest.received("in.jsonl", BatchesTest.lines(2)));
    Calls.awaitStatus("/v1/batches/" + id, "in_progress");
    try (Scanner lines = lines(id, null)) {
      assertThat(next(lines).status()).isEqualTo("in_progress");

      answered.add("q0");

      Event progress = next(lines);
      assertThat(progress.name()).isEqualTo("progress");
      assertThat(Json.MAPPER.treeToValue(progress.data(), BatchProgressed.class))
          .isEqualTo(new BatchProgressed(id, null, 2, 1, 0));
      answered.add("q1");
      ingest.takesIn(id + "-output");
      Calls.awaitStatus("/v1/batches/" + id, "completed");
    }
  }

  @Test
  void refusesWhatIsNotThereAndMoreStreamsThanATenantMayHave() throws Exception {
    String id = BatchesTest.create(ingest.received("in.jsonl", BatchesTest.lines(1)));
    assertThat(Calls.status(MeshResource.OTHER_KEY, "/v1/batches/" + id + "/events"))
        .isEqualTo(404);
    assertThat(open(id, "no number").statusCode()).isEqualTo(400);

    try (Scanner one = lines(id, null);
        Scanner two = lines(id, null)) {
      next(one);
      next(two);
      assertThat(open(id, null).statusCode()).isEqualTo(429);
    }

    lines(id, null).close();
    Calls.awaitStatus("/v1/batches/" + id, "in_progress");
    Calls.post("/v1/batches/" + id + "/cancel", "");
    // Until then its row may be asked, in the middle of the next test.
    ingest.takesIn(id + "-errors");
    Calls.awaitStatus("/v1/batches/" + id, "cancelled");
  }

  private static long completed(Event event) {
    return event.name().equals("progress")
        ? event.data().path("completed").asLong()
        : event.data().at("/request_counts/completed").asLong();
  }

  private List<Event> rest(String id, String last) throws Exception {
    List<Event> events = new ArrayList<>();
    try (Scanner lines = lines(id, last)) {
      for (Event event = next(lines); event != null; event = next(lines)) {
        events.add(event);
      }
    }
    return events;
  }

  private HttpResponse<InputStream> open(String id, String last) throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(batches.resolve(id + "/events"))
            .header("Authorization", "Bearer " + MeshResource.KEY)
            .header("Accept", "text/event-stream");
    if (last != null) {
      request.header("Last-Event-ID", last);
    }
    HttpResponse<InputStream> response =
        HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    if (response.statusCode() != 200) {
      response.body().close();
    }
    return response;
  }

  /** Waits for the end of streams that were closed just now. */
  private Scanner lines(String id, String last) throws Exception {
    HttpResponse<InputStream> response =
        await().atMost(SOON).until(() -> open(id, last), opened -> opened.statusCode() != 429);
    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("content-type").orElse(""))
        .startsWith("text/event-stream");
    return new Scanner(response.body()).useDelimiter("\n");
  }

  /** The next event; null at the stream's end. */
  private static Event next(Scanner lines) throws Exception {
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
      } else {
        // A comment, or the end of one.
        assertThat(line).matches(":.*|");
      }
    }
    return null;
  }
}
