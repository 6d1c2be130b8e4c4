package io.tunemesh.dataset.build;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.Event;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.completion.InferenceCompleted;
import io.tunemesh.contract.completion.InferenceFailed;
import io.tunemesh.contract.completion.InferenceRequested;
import io.tunemesh.platform.event.EventHandler;
import java.io.Closeable;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;

/** Plays inference-service for one model: hears the requests for it and answers by real events. */
final class PlayedInference implements Closeable {

  private final String model;
  private final KafkaConsumer<String, byte[]> requests;
  private final KafkaProducer<String, byte[]> facts;
  private final List<Envelope<?>> heard = new ArrayList<>();

  PlayedInference(String bootstrap, String model) {
    this.model = model;
    this.requests =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrap,
                "group.id",
                "inference-" + UUID.randomUUID(),
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    requests.subscribe(List.of("tunemesh.inference-requests"));
    this.facts =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrap),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** The requests for the model, once so many have come. */
  List<InferenceRequested> await(int count) {
    Awaitility.await()
        .atMost(Duration.ofMinutes(2))
        .until(
            () -> {
              listen(Duration.ofMillis(200));
              return heard.size() >= count;
            });
    return all();
  }

  /** All requests for the model that have come by now. */
  List<InferenceRequested> all() {
    listen(Duration.ofMillis(500));
    return heard.stream().map(e -> (InferenceRequested) e.data()).toList();
  }

  /** Whose requests they are. */
  List<String> tenants() {
    return heard.stream().map(Envelope::tenant).distinct().toList();
  }

  Envelope<?> completed(String tenant, InferenceRequested request, String content) {
    ObjectNode response = Json.MAPPER.createObjectNode();
    ObjectNode choice = response.putArray("choices").addObject().put("finish_reason", "stop");
    choice.putObject("message").put("role", "assistant").put("content", content);
    return envelope(tenant, new InferenceCompleted(request.requestId(), response));
  }

  Envelope<?> failed(String tenant, InferenceRequested request, int status, String code) {
    return envelope(tenant, new InferenceFailed(request.requestId(), status, code, "It failed."));
  }

  void send(Envelope<?> envelope) {
    ProducerRecord<String, byte[]> record =
        new ProducerRecord<>(
            envelope.type().topic().topicName(),
            envelope.data().subject(),
            CloudEvents.value(envelope));
    CloudEvents.headers(envelope)
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    facts.send(record);
    facts.flush();
  }

  static Envelope<?> envelope(String tenant, Event data) {
    return new Envelope<>(
        UUID.randomUUID().toString(),
        "/inference-service",
        Instant.now(),
        tenant,
        null,
        null,
        data);
  }

  private void listen(Duration time) {
    requests
        .poll(time)
        .forEach(
            record -> {
              Envelope<?> envelope = EventHandler.read(record);
              InferenceRequested request = (InferenceRequested) envelope.data();
              // one that is sent twice under one id is one request
              if (request.request().path("model").asText().equals(model)
                  && heard.stream().noneMatch(e -> e.id().equals(envelope.id()))) {
                heard.add(envelope);
              }
            });
  }

  @Override
  public void close() {
    requests.close();
    facts.close();
  }
}
