package io.tunemesh.dataset.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tunemesh.contract.Json;

/** Records in text columns, as the contract writes them. */
public final class StoredJson {

  private StoredJson() {}

  /** The text for a column; null for null. */
  public static String write(Object value) {
    try {
      return value == null ? null : Json.MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a value that is not JSON: " + value.getClass(), e);
    }
  }

  /** What {@link #write} wrote; null for null. */
  public static <T> T read(String text, Class<T> type) {
    try {
      return text == null ? null : Json.MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a column without a " + type.getSimpleName(), e);
    }
  }
}
