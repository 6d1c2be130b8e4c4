package io.tunemesh.platform.event;

import io.tunemesh.contract.EventType;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.dataset.DatasetRequested;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.training.TrainingRequested;
import io.tunemesh.contract.upload.UploadRequested;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The plans and specifications in requests. They are read as strictly as over HTTP: what is wrong
 * there is told to the client by the fact that refuses the request, not hidden in the dead letters.
 */
public final class Specifications {

  private static final Set<Class<?>> REQUESTS =
      Set.of(UploadRequested.class, DatasetRequested.class, TrainingRequested.class);

  private Specifications() {}

  /** Every mistake in the specifications of a request; of another event there is none. */
  public static List<Mistake> mistakes(ConsumerRecord<String, byte[]> record) {
    return settled(record).map(Plans.Request::mistakes).orElse(List.of());
  }

  /** The record's value; of a request, without the specifications that have mistakes. */
  static byte[] value(ConsumerRecord<String, byte[]> record) throws IOException {
    Optional<Plans.Request> request = settled(record);
    return request.isPresent()
        ? Json.MAPPER.writeValueAsBytes(request.get().data())
        : record.value();
  }

  /** What is in a request; empty for whatever else it is, whose reader tells what is wrong. */
  private static Optional<Plans.Request> settled(ConsumerRecord<String, byte[]> record) {
    Class<?> type = request(record);
    try {
      return type == null || record.value() == null
          ? Optional.empty()
          : Plans.request(record.value(), type);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The type of a request with specifications; null for whatever else it is. */
  private static Class<?> request(ConsumerRecord<String, byte[]> record) {
    String type = header(record, "ce_type");
    for (EventType known : EventType.values()) {
      if (known.typeName().equals(type) && REQUESTS.contains(known.payload())) {
        return known.payload();
      }
    }
    return null;
  }

  static String header(ConsumerRecord<String, byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
