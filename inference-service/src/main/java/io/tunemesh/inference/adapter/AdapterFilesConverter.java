package io.tunemesh.inference.adapter;

import com.fasterxml.jackson.core.type.TypeReference;
import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.List;

/** An adapter's files as JSON in one column. */
@Converter
class AdapterFilesConverter implements AttributeConverter<List<AdapterFile>, String> {

  private static final TypeReference<List<AdapterFile>> FILES = new TypeReference<>() {};

  @Override
  public String convertToDatabaseColumn(List<AdapterFile> files) {
    return JsonText.of(files);
  }

  @Override
  public List<AdapterFile> convertToEntityAttribute(String json) {
    return JsonText.read(json, FILES);
  }
}
