package io.tunemesh.inference.adapter;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.List;

/** An adapter's files as JSON in one column. */
@Converter
class AdapterFilesConverter implements AttributeConverter<List<AdapterFile>, String> {

  private static final TypeReference<List<AdapterFile>> FILES = new TypeReference<>() {};

  @Override
  public String convertToDatabaseColumn(List<AdapterFile> files) {
    try {
      return Json.MAPPER.writeValueAsString(files);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public List<AdapterFile> convertToEntityAttribute(String json) {
    try {
      return Json.MAPPER.readValue(json, FILES);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("unreadable files of an adapter", e);
    }
  }
}
