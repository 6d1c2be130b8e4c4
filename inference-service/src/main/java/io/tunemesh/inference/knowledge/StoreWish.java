package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.inference.text.Fields;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a client asks of a store.
 *
 * @param named the fields that the client named, be it with null
 * @param expiresDays how many days after its last use it goes; null for never
 * @param files to be attached at once
 */
record StoreWish(
    Set<String> named,
    String name,
    String description,
    Map<String, String> metadata,
    Integer expiresDays,
    List<FileWish> files) {

  private static final int MOST_FILES = 500;
  private static final int MOST_PAIRS = 16;
  private static final List<String> ALL =
      List.of("name", "description", "metadata", "expires_after");

  /**
   * @param creates whether it is a new one, which may come with files
   */
  static StoreWish read(String json, boolean creates) throws InvalidPlan {
    Fields fields = Fields.of(json);
    Set<String> named = new HashSet<>();
    ALL.stream().filter(fields::has).forEach(named::add);
    String name = fields.text("name", 256);
    String description = fields.text("description", 1000);
    Map<String, String> metadata = metadata(fields);
    Integer days =
        fields.object(
            "expires_after",
            expires -> {
              if (!"last_active_at".equals(expires.text("anchor", 100))) {
                expires.add("anchor", "must be last_active_at");
              }
              Integer count = expires.number("days", 1, 365, null);
              if (!expires.has("days")) {
                expires.add("days", "is missing");
              }
              return count;
            });
    List<FileWish> files = new ArrayList<>();
    if (creates) {
      FileWish.Size size = FileWish.Size.read(fields);
      for (String id : fields.texts("file_ids", MOST_FILES, FileWish.LONGEST_ID)) {
        files.add(new FileWish(id, null, size.tokens(), size.overlap()));
      }
    }
    fields.done();
    return new StoreWish(Set.copyOf(named), name, description, metadata, days, files);
  }

  private static Map<String, String> metadata(Fields fields) {
    Map<String, String> pairs = new TreeMap<>();
    JsonNode value = fields.any("metadata");
    if (value == null) {
      return pairs;
    }
    boolean fits = value.isObject() && value.size() <= MOST_PAIRS;
    for (var pair : value.properties()) {
      fits &= Fields.fits(pair.getKey(), 64) && Fields.isText(pair.getValue(), 512);
      pairs.put(pair.getKey(), pair.getValue().asText());
    }
    if (!fits) {
      fields.add(
          "metadata",
          "must be an object of at most 16 texts, keys of 64 and values of 512 characters");
    }
    return pairs;
  }

  boolean names(String field) {
    return named.contains(field);
  }
}
