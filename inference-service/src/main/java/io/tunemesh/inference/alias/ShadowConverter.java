package io.tunemesh.inference.alias;

import io.tunemesh.contract.alias.AliasShadow;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;

/** An alias's shadow as JSON in one column. */
@Converter
class ShadowConverter implements AttributeConverter<AliasShadow, String> {

  @Override
  public String convertToDatabaseColumn(AliasShadow shadow) {
    return JsonText.of(shadow);
  }

  @Override
  public AliasShadow convertToEntityAttribute(String json) {
    return JsonText.read(json, AliasShadow.class);
  }
}
