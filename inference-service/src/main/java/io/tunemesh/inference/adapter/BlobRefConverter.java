package io.tunemesh.inference.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** A blob's name as JSON in one column. */
@Converter
class BlobRefConverter implements AttributeConverter<BlobRef, String> {

  @Override
  public String convertToDatabaseColumn(BlobRef ref) {
    try {
      return ref == null ? null : Json.MAPPER.writeValueAsString(ref);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public BlobRef convertToEntityAttribute(String json) {
    try {
      return json == null ? null : Json.MAPPER.readValue(json, BlobRef.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unreadable name of a blob", e);
    }
  }
}
