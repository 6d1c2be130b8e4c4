package io.tunemesh.platform.event;

import com.fasterxml.jackson.databind.node.ObjectNode;
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
    Class<?> type = request(record);
    ObjectNode data = type == null ? null : data(record.value());
    return data == null ? List.of() : Plans.settle(data, type);
  }

  /** The record's value; of a request, without the specifications that have mistakes. */
  static byte[] value(ConsumerRecord<String, byte[]> record) throws IOException {
    Class<?> type = request(record);
    ObjectNode data = type == null ? null : data(record.value());
    if (data == null) {
      return record.value();
    }
    Plans.settle(data, type);
    return Json.MAPPER.writeValueAsBytes(data);
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

  /** The data as an object; null if they are none, which their reader tells. */
  private static ObjectNode data(byte[] value) {
    try {
      return value != null && Plans.tree(value) instanceof ObjectNode data ? data : null;
    } catch (IOException e) {
      return null;
    }
  }

  static String header(ConsumerRecord<String, byte[]> record, String name) {
    var header = record.headers().lastHeader(name);
    return header == null || header.value() == null
        ? null
        : new String(header.value(), StandardCharsets.UTF_8);
  }
}
