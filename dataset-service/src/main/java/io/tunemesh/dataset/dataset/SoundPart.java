package io.tunemesh.dataset.dataset;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the schema passes of a plan that it does not pass as a whole, so that what else is wrong can
 * be told at once.
 *
 * @param plan its sources may be null, and so may each of them
 * @param without what was left out of it
 */
record SoundPart(Plan plan, List<String> without) {

  private static final Pattern IN_SOURCE =
      Pattern.compile("dataset\\.sources\\[(\\d+)](?:\\.(\\w+))?.*");
  private static final Pattern IN_DATASET = Pattern.compile("dataset\\.(\\w+).*");

  /** Empty where nothing is left that could be looked at. */
  static Optional<SoundPart> of(JsonNode whole, List<Mistake> mistakes) {
    if (!(whole.deepCopy() instanceof ObjectNode plan)
        || !(plan.get("dataset") instanceof ObjectNode dataset)) {
      return Optional.empty();
    }
    List<String> without = new ArrayList<>();
    mistakes.forEach(mistake -> without.add(leaveOut(mistake.field(), plan, dataset)));
    try {
      return Optional.of(new SoundPart(Json.MAPPER.treeToValue(plan, Plan.class), without));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  private static String leaveOut(String field, ObjectNode plan, ObjectNode dataset) {
    Matcher source = IN_SOURCE.matcher(field);
    if (source.matches()
        && dataset.get("sources") instanceof ArrayNode sources
        && sources.get(Integer.parseInt(source.group(1))) instanceof ObjectNode fields
        && source.group(2) != null
        && !source.group(2).equals("recipe")) {
      fields.remove(source.group(2));
      return field.substring(0, source.end(2));
    }
    if (source.matches() && dataset.get("sources") instanceof ArrayNode sources) {
      sources.set(Integer.parseInt(source.group(1)), sources.nullNode());
      return field.substring(0, field.indexOf(']') + 1);
    }
    Matcher section = IN_DATASET.matcher(field);
    if (section.matches()) {
      dataset.remove(section.group(1));
      return field.substring(0, section.end(1));
    }
    String name = field.split("[.\\[]")[0];
    plan.remove(name);
    return name;
  }

  /** Whether a mistake is of what is there, and does not come of what was left out. */
  boolean holds(Mistake mistake) {
    String field = mistake.field();
    return without.stream()
        .noneMatch(
            left ->
                field.startsWith(left)
                    && (field.length() == left.length()
                        || field.charAt(left.length()) == '.'
                        || field.charAt(left.length()) == '['));
  }
}
