package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.inference.text.Fields;

/**
 * A file to be attached.
 *
 * @param attributes to filter by; null for none
 * @param chunkSize the most tokens of a chunk
 * @param overlap the most tokens that a chunk repeats of the one before
 */
record FileWish(String fileId, ObjectNode attributes, int chunkSize, int overlap) {

  static final int LONGEST_ID = 256;

  private static final int MOST_PAIRS = 16;

  /** How large chunks are. */
  record Size(int tokens, int overlap) {

    /** What the embedding models read at once, with room for the headings. */
    static final Size AUTO = new Size(300, 60);

    /** OpenAI's {@code chunking_strategy}. */
    static Size read(Fields fields) {
      Size size =
          fields.object(
              "chunking_strategy",
              strategy -> {
                String type = strategy.text("type", 100);
                Size own = strategy.object("static", Size::given);
                if ("static".equals(type) && own == null) {
                  strategy.add("static", "is missing");
                } else if (!"static".equals(type) && !"auto".equals(type)) {
                  strategy.add("type", "must be auto or static");
                }
                return own;
              });
      return size == null ? AUTO : size;
    }

    private static Size given(Fields fields) {
      int tokens = fields.number("max_chunk_size_tokens", 100, 4096, AUTO.tokens());
      int overlap =
          fields.number("chunk_overlap_tokens", 0, 4096, Math.min(AUTO.overlap(), tokens / 2));
      if (overlap > tokens / 2) {
        fields.add("chunk_overlap_tokens", "must be at most half of max_chunk_size_tokens");
      }
      return new Size(tokens, overlap);
    }
  }

  static FileWish read(String json) throws InvalidPlan {
    Fields fields = Fields.of(json);
    FileWish wish = read(fields);
    fields.done();
    return wish;
  }

  /** The same of an object in another. */
  static FileWish read(Fields fields) {
    String id = fields.text("file_id", LONGEST_ID);
    if (id == null) {
      fields.add("file_id", "is missing: give the id of a file of /v1/files");
    }
    ObjectNode attributes = attributes(fields);
    Size size = Size.read(fields);
    return new FileWish(id, attributes, size.tokens(), size.overlap());
  }

  /** New attributes of a file; null for none. */
  static ObjectNode newAttributes(String json) throws InvalidPlan {
    Fields fields = Fields.of(json);
    ObjectNode attributes = attributes(fields);
    if (!fields.has("attributes")) {
      fields.add("attributes", "is missing; null takes them away");
    }
    fields.done();
    return attributes;
  }

  /** Attributes to filter by; null for none. */
  static ObjectNode attributes(Fields fields) {
    JsonNode value = fields.any("attributes");
    if (value == null) {
      return null;
    }
    boolean fits = value.isObject() && value.size() <= MOST_PAIRS;
    for (var pair : value.properties()) {
      JsonNode one = pair.getValue();
      fits &= Fields.fits(pair.getKey(), 64);
      fits &= Fields.isText(one, 512) || one.isNumber() || one.isBoolean();
    }
    if (!fits) {
      fields.add(
          "attributes",
          "must be an object of at most 16 texts of 512 characters, numbers, true or false");
      return null;
    }
    return (ObjectNode) value;
  }
}
