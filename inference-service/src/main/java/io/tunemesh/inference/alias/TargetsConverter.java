package io.tunemesh.inference.alias;

import com.fasterxml.jackson.core.type.TypeReference;
import io.tunemesh.contract.alias.AliasTarget;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.AttributeConverter;
import jakarta.persistence.Converter;
import java.util.List;

/** An alias's targets as JSON in one column. */
@Converter
class TargetsConverter implements AttributeConverter<List<AliasTarget>, String> {

  private static final TypeReference<List<AliasTarget>> TARGETS = new TypeReference<>() {};

  @Override
  public String convertToDatabaseColumn(List<AliasTarget> targets) {
    return JsonText.of(targets);
  }

  @Override
  public List<AliasTarget> convertToEntityAttribute(String json) {
    return JsonText.read(json, TARGETS);
  }
}
