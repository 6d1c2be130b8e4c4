package io.tunemesh.inference.adapter;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** A blob's name as JSON in one column. */
@Converter
class BlobRefConverter implements AttributeConverter<BlobRef, String> {

  @Override
  public String convertToDatabaseColumn(BlobRef ref) {
    return JsonText.of(ref);
  }

  @Override
  public BlobRef convertToEntityAttribute(String json) {
    return JsonText.read(json, BlobRef.class);
  }
}
