package io.tunemesh.local.replay;

import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.MalformedEvent;
import io.tunemesh.contract.Topic;
import io.tunemesh.local.Events;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;

/**
 * A record that a service could not handle, with what SmallRye's connector wrote on it: the topic
 * it came from and the cause.
 *
 * @param origin the topic it came from
 * @param cause why it was put aside
 * @param event what it is, if it is an event of the contract
 * @param flaw why it is none, else null
 */
record DeadLetter(
    ConsumerRecord<String, byte[]> record,
    Optional<Topic> origin,
    String cause,
    Optional<Envelope<?>> event,
    String flaw) {

  private static final List<String> PREFIXES = List.of("dead-letter-", "delayed-retry-");

  static DeadLetter of(ConsumerRecord<String, byte[]> record) {
    Optional<Envelope<?>> event = Optional.empty();
    String flaw = null;
    try {
      event = Optional.of(Events.read(record));
    } catch (MalformedEvent e) {
      flaw = e.getMessage();
    }
    return new DeadLetter(record, origin(record), cause(record), event, flaw);
  }

  /** Why it cannot go back, if it cannot. */
  Optional<String> hindrance() {
    if (flaw != null) {
      return Optional.of("no service can read it: " + flaw);
    }
    return origin.isEmpty()
        ? Optional.of("it does not say which topic it came from")
        : Optional.empty();
  }

  /** The record as it was before it was put aside: same key, same event, same id. */
  ProducerRecord<String, byte[]> asItWas() {
    ProducerRecord<String, byte[]> back =
        new ProducerRecord<>(origin.orElseThrow().topicName(), record.key(), record.value());
    for (Header header : record.headers()) {
      if (PREFIXES.stream().noneMatch(header.key()::startsWith)) {
        back.headers().add(header);
      }
    }
    return back;
  }

  /** One line: where it lies, what it is, and why. */
  @Override
  public String toString() {
    String what =
        event
            .map(e -> e.data().getClass().getSimpleName() + " " + e.data().subject())
            .orElse("a record with the key " + record.key());
    return "%d:%d  %s  (%s)".formatted(record.partition(), record.offset(), what, cause);
  }

  private static Optional<Topic> origin(ConsumerRecord<String, byte[]> record) {
    String named = header(record, "topic").orElse(record.topic());
    return Arrays.stream(Topic.values())
        .filter(
            topic ->
                named.equals(topic.topicName())
                    || named.startsWith(topic.topicName() + ".") && named.endsWith(".dlq"))
        .findFirst();
  }

  private static String cause(ConsumerRecord<String, byte[]> record) {
    String reason =
        header(record, "reason")
            .or(() -> header(record, "exception-class-name"))
            .orElse("no cause is given");
    return header(record, "cause")
        .filter(cause -> !reason.contains(cause))
        .map(cause -> reason + "; " + cause)
        .orElse(reason);
  }

  private static Optional<String> header(ConsumerRecord<String, byte[]> record, String name) {
    return PREFIXES.stream()
        .map(prefix -> record.headers().lastHeader(prefix + name))
        .filter(header -> header != null && header.value() != null)
        .map(header -> new String(header.value(), StandardCharsets.UTF_8).strip())
        .filter(text -> !text.isEmpty())
        .findFirst();
  }
}
