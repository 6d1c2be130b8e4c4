package io.tunemesh.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.Topic;
import io.tunemesh.contract.adapter.AdapterPublished;
import io.tunemesh.contract.completion.CompletionEvent;
import io.tunemesh.contract.completion.InferenceCompleted;
import io.tunemesh.contract.completion.InferenceFailed;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.inference.adapter.Adapters;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Scenario;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.event.Scope;
import io.tunemesh.platform.testing.MeshResource;
import io.tunemesh.platform.work.Replica;
import jakarta.inject.Inject;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class InferenceByEventTest {

  private static final Duration SOON = Duration.ofSeconds(60);

  @Inject Mesh mesh;
  @Inject Scenario scenario;
  @Inject InferenceRequests requests;
  @Inject Adapters adapters;
  @Inject Replica replica;

  private final StubEngine engine = StubEngineResource.engine();
  private final String id = "req-" + UUID.randomUUID();

  @BeforeEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void answersARequestOnceHoweverOftenItComes() {
    AdapterPublished published = scenario.serves("event");
    engine.asked.clear();
    ObjectNode body = body(published.model());
    body.put("stream", true).putObject("stream_options").put("include_usage", true);
    String eventId = UUID.randomUUID().toString();
    for (int i = 0; i < 5; i++) {
      mesh.send(eventId, "acme", new InferenceRequested(id, body));
    }
    mesh.send(new InferenceRequested(id, body));

    InferenceCompleted completed = (InferenceCompleted) outcome();

    assertThat(completed.response().at("/choices/0/message/content").asText())
        .isEqualTo("event-weights:hello");
    scenario.serves("after");
    assertThat(mesh.events(CompletionEvent.class, id)).hasSize(1);
    assertThat(mesh.events(CompletionEvent.class, id).getFirst())
        .satisfies(
            envelope -> {
              assertThat(envelope.tenant()).isEqualTo("acme");
              assertThat(envelope.run()).isEqualTo("run-1");
            });
    assertThat(
            engine.asked.stream()
                .filter(asked -> asked.getString("model").startsWith(published.model())))
        .singleElement()
        .satisfies(
            asked -> {
              assertThat(asked.getBoolean("stream")).isFalse();
              assertThat(asked.containsKey("stream_options")).isFalse();
            });
  }

  @Test
  void tellsTheEngineOfWhichTraceTheRequestIs() {
    String traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    mesh.sendTraced(traceparent, new InferenceRequested(id, body(StubEngine.BASE)));

    assertThat(outcome()).isInstanceOf(InferenceCompleted.class);
    assertThat(engine.traceparents).contains(traceparent);
  }

  @Test
  void failsForAModelThatIsNotThere() {
    mesh.send(new InferenceRequested(id, body("ft:nowhere")));

    assertThat(failure())
        .satisfies(
            failed -> {
              assertThat(failed.status()).isEqualTo(404);
              assertThat(failed.code()).isEqualTo("model_not_found");
              assertThat(failed.reason()).contains("ft:nowhere");
            });
  }

  @Test
  void failsForAnotherTenantsModelAsIfItWereNotThere() {
    AdapterPublished published = scenario.serves("theirs");
    mesh.send(
        UUID.randomUUID().toString(),
        "globex",
        new InferenceRequested(id, body(published.model())));

    assertThat(failure().code()).isEqualTo("model_not_found");
    assertThat(mesh.events(CompletionEvent.class, id).getFirst().tenant()).isEqualTo("globex");
  }

  @Test
  void failsForABodyWithoutAModel() {
    mesh.send(new InferenceRequested(id, Json.MAPPER.createObjectNode()));

    assertThat(failure().status()).isEqualTo(400);
  }

  @Test
  void failsWithTheEnginesOwnWords() {
    engine.answerStatus = 400;
    mesh.send(new InferenceRequested(id, body(StubEngine.BASE)));

    assertThat(failure()).isEqualTo(new InferenceFailed(id, 400, "stub_error", "told to fail"));
  }

  @Test
  void failsWhenTheEngineTakesTooLong() {
    engine.hangs = true;
    mesh.send(new InferenceRequested(id, body(StubEngine.BASE)));

    assertThat(failure().status()).isEqualTo(504);
  }

  @Test
  void failsWhenTheAnswerDoesNotFitInAnEvent() {
    engine.padding = 20_000;
    mesh.send(new InferenceRequested(id, body(StubEngine.BASE)));

    assertThat(failure().code()).isEqualTo("answer_too_long");
  }

  @Test
  void failsWhenTheAnswerFitsTheLimitAndItsEventDoesNot() {
    InferenceRequest held = claimed(replica.id(), Instant.now().plusSeconds(3600));
    ObjectNode answer = Json.MAPPER.createObjectNode().put("text", "x".repeat(910_000));

    requests.settle(held, new RequestOutcome.Answer(answer));

    assertThat(failure().code()).isEqualTo("answer_too_long");
    assertThat(row()).singleElement().extracting(InferenceRequest::body).isNull();
  }

  @Test
  void waitsForAnEngineThatIsAway() {
    engine.die();
    try {
      mesh.send(new InferenceRequested(id, body(StubEngine.BASE)));
      await().atMost(SOON).until(this::isWaiting);
    } finally {
      engine.start();
    }

    assertThat(outcome()).isInstanceOf(InferenceCompleted.class);
  }

  @Test
  void failsWhenTheEngineStaysAway() {
    engine.die();
    try {
      mesh.send(new InferenceRequested(id, body(StubEngine.BASE)));

      assertThat(failure().code()).isEqualTo("engine_unreachable");
      assertThat(failure().status()).isEqualTo(503);
    } finally {
      engine.start();
    }
  }

  @Test
  void waitsForAModelThatIsBeingLoaded() {
    engine.loadStatus = 503;
    AdapterPublished published = mesh.adapter("soon", "soon-weights");
    mesh.send(published);
    awaitKnown(published);
    mesh.send(new InferenceRequested(id, body(published.model())));
    await().atMost(SOON).until(this::isWaiting);

    engine.loadStatus = 200;

    assertThat(outcome()).isInstanceOf(InferenceCompleted.class);
  }

  @Test
  void isNotHeldUpByASlowRequest() {
    engine.hangs = true;
    String slow = "req-slow-" + UUID.randomUUID();
    mesh.send(new InferenceRequested(slow, body(StubEngine.BASE)));
    await().atMost(SOON).until(() -> engine.asked.size() == 1);
    engine.hangs = false;

    mesh.send(new InferenceRequested(id, body(StubEngine.BASE)));

    assertThat(outcome()).isInstanceOf(InferenceCompleted.class);
    assertThat(mesh.events(CompletionEvent.class, slow)).isEmpty();
  }

  @Test
  void aTenantWithManyRequestsHoldsUpNoOther() {
    QuarkusTransaction.requiringNew()
        .run(
            () -> {
              for (int i = 0; i < 50; i++) {
                requests.add(
                    new Scope("acme", null),
                    new InferenceRequested(id + "-" + i, body(StubEngine.BASE)));
              }
              ObjectNode last = body(StubEngine.BASE);
              ((ObjectNode) last.at("/messages/0")).put("content", "of another");
              requests.add(new Scope("globex", null), new InferenceRequested(id, last));
            });

    await().atMost(SOON).until(() -> engine.asked.size() >= 51);

    List<String> order = engine.asked.stream().map(Object::toString).toList();
    int place = (int) order.stream().takeWhile(asked -> !asked.contains("of another")).count();
    assertThat(place).isLessThan(25);
  }

  @Test
  void takesUpWhatADeadReplicaLeftAndLetsItsLateOutcomeFall() {
    InferenceRequest left = claimed("dead", Instant.now().plusMillis(500));

    assertThat(outcome()).isInstanceOf(InferenceCompleted.class);
    requests.settle(left, new RequestOutcome.Failure(Problems.internal()));

    scenario.serves("after-dead");
    assertThat(mesh.events(CompletionEvent.class, id)).hasSize(1);
  }

  @Test
  void keepsAClaimByItsOwnFenceAlone() {
    Instant end = Instant.now().plusSeconds(3600);
    InferenceRequest held = claimed(replica.id(), end);

    requests.renewLeases(Map.of(held.seq(), held.fence() - 1));
    assertThat(leased(held)).isAfter(end.minusSeconds(60));
    requests.renewLeases(Map.of(held.seq(), held.fence()));
    assertThat(leased(held)).isBefore(end.minusSeconds(60));

    requests.settle(held, new RequestOutcome.Failure(Problems.internal()));
  }

  private InferenceRequest claimed(String owner, Instant until) {
    return QuarkusTransaction.requiringNew()
        .call(
            () -> {
              InferenceRequest request =
                  InferenceRequest.of(
                      new Scope("acme", null),
                      new InferenceRequested(id, body(StubEngine.BASE)),
                      Instant.now());
              request.claim(owner, Instant.now(), until);
              request.persist();
              return request;
            });
  }

  private static Instant leased(InferenceRequest request) {
    return QuarkusTransaction.requiringNew()
        .call(
            () ->
                InferenceRequest.getEntityManager()
                    .createQuery(
                        "select lease.until from InferenceRequest where seq = ?1", Instant.class)
                    .setParameter(1, request.seq())
                    .getSingleResult());
  }

  @Test
  void asksNoModelWhenNobodyWaitsForTheAnswerAnyMore() {
    engine.asked.clear();
    String asked = id + "-in-time";
    Instant now = Instant.now();
    mesh.send(new InferenceRequested(id, body(StubEngine.BASE), now.minusSeconds(3600).toString()));
    mesh.send(
        new InferenceRequested(asked, body(StubEngine.BASE), now.plusSeconds(3600).toString()));

    assertThat(failure())
        .satisfies(
            failed -> {
              assertThat(failed.status()).isEqualTo(408);
              assertThat(failed.code()).isEqualTo("request_expired");
            });
    await().atMost(SOON).until(() -> !mesh.events(CompletionEvent.class, asked).isEmpty());
    assertThat(mesh.events(CompletionEvent.class, asked).getFirst().data())
        .isInstanceOf(InferenceCompleted.class);
    assertThat(engine.asked)
        .filteredOn(question -> question.getString("model").equals(StubEngine.BASE))
        .hasSize(1);
  }

  @Test
  void putsARequestWhoseDeadlineIsNoTimeAside() {
    mesh.send(new InferenceRequested(id, body(StubEngine.BASE), "soon"));

    await().atMost(SOON).until(() -> mesh.dead(id).size() == 1);

    assertThat(Mesh.header(mesh.dead(id).getFirst(), "dead-letter-reason")).contains("'soon'");
  }

  @Test
  void forgetsTheBodyOfAnAnsweredRequest() {
    mesh.send(new InferenceRequested(id, body(StubEngine.BASE)));
    outcome();

    assertThat(row()).singleElement().extracting(InferenceRequest::body).isNull();
  }

  @Test
  void putsAMalformedRequestAsideAndGoesOn() {
    String key = "req-malformed-" + UUID.randomUUID();
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            Topic.INFERENCE_REQUESTS.topicName(), key, "[]".getBytes(StandardCharsets.UTF_8));
    record
        .headers()
        .add("ce_type", "io.tunemesh.inference.requested.v1".getBytes(StandardCharsets.UTF_8));
    mesh.send(record);
    mesh.send(new InferenceRequested(id, body(StubEngine.BASE)));

    await().atMost(SOON).until(() -> mesh.dead(key).size() == 1);

    assertThat(Mesh.header(mesh.dead(key).getFirst(), "dead-letter-reason")).isNotBlank();
    assertThat(outcome()).isInstanceOf(InferenceCompleted.class);
  }

  @Test
  void completesWithAnAnswerThatHoldsHalfACharacter() {
    ObjectNode body = body(StubEngine.BASE);
    body.withArray("messages").addObject().put("role", "user").put("content", "HALF a smile");
    mesh.send(new InferenceRequested(id, body));

    InferenceCompleted completed = (InferenceCompleted) outcome();

    assertThat(completed.response().at("/choices/0/message/content").asText())
        .isEqualTo("base:? a smile");
  }

  @Test
  void putsARequestWithoutABodyAside() {
    mesh.send(new InferenceRequested(id, null));

    await().atMost(SOON).until(() -> mesh.dead(id).size() == 1);

    assertThat(Mesh.header(mesh.dead(id).getFirst(), "dead-letter-reason")).contains("'request'");
  }

  private Object outcome() {
    await().atMost(SOON).until(() -> !mesh.events(CompletionEvent.class, id).isEmpty());
    List<Envelope<?>> events = mesh.events(CompletionEvent.class, id);
    return events.getFirst().data();
  }

  private InferenceFailed failure() {
    return (InferenceFailed) outcome();
  }

  private boolean isWaiting() {
    return row().stream().anyMatch(request -> request.waitsSince() != null);
  }

  private List<InferenceRequest> row() {
    return QuarkusTransaction.requiringNew().call(() -> InferenceRequest.list("requestId", id));
  }

  private void awaitKnown(AdapterPublished published) {
    await().atMost(SOON).until(() -> adapters.named("acme", published.model()).isPresent());
  }

  private static ObjectNode body(String model) {
    ObjectNode body = Json.MAPPER.createObjectNode().put("model", model);
    body.putArray("messages").addObject().put("role", "user").put("content", "hello");
    return body;
  }
}
