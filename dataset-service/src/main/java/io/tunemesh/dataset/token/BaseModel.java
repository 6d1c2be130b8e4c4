package io.tunemesh.dataset.token;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.blob.Digests;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What the folder of a base model says of its tokens. It holds what transformers takes from the
 * same folder.
 *
 * @param positions the longest text that the model takes, in tokens
 * @param stops the tokens that end an answer
 * @param specialTokens by the names that templates use, as {@code eos_token}
 * @param chatTemplate null where the model has none
 * @param note what may make counts differ from training's; null where nothing is known to
 */
record BaseModel(
    Path tokenizer,
    String tokenizerSha256,
    int positions,
    Set<Long> stops,
    Map<String, String> specialTokens,
    String chatTemplate,
    String note) {

  private static final String TURN_END = "<|im_end|>";

  /** The classes whose counts a test holds against transformers. */
  private static final Set<String> CHECKED =
      Set.of(
          "PreTrainedTokenizerFast", "TokenizersBackend", "Qwen2Tokenizer", "Qwen2TokenizerFast");

  /**
   * Reads a folder.
   *
   * @throws IOException if it cannot be read, or would be read otherwise than in training
   */
  static BaseModel in(Path folder) throws IOException {
    Path tokenizer = folder.resolve("tokenizer.json");
    if (!Files.isReadable(tokenizer)) {
      throw new IOException("there is no tokenizer.json that can be read");
    }
    JsonNode config = json(folder.resolve("config.json"));
    JsonNode given = json(folder.resolve("tokenizer_config.json"));
    Map<String, String> special = specialTokens(given);
    Set<String> named = new TreeSet<>(special.values());
    given.path("added_tokens_decoder").forEach(token -> named.add(token.path("content").asText()));
    Set<String> wanted = new TreeSet<>(named);
    wanted.add(TURN_END);
    Map<String, Long> ids = ids(tokenizer, wanted);
    Set<String> unknown = new TreeSet<>(named);
    unknown.removeAll(ids.keySet());
    if (!unknown.isEmpty()) {
      throw new IOException(
          "tokenizer_config.json names the tokens %s, which tokenizer.json has not; save the"
                  .formatted(unknown)
              + " tokenizer again with save_pretrained");
    }
    return new BaseModel(
        tokenizer,
        Digests.sha256(Files.readAllBytes(tokenizer)),
        positions(config, given),
        stops(folder, config, special, ids),
        special,
        chatTemplate(folder, given),
        note(given));
  }

  private static Map<String, String> specialTokens(JsonNode config) {
    Map<String, String> tokens = new TreeMap<>();
    for (String name :
        Set.of("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token")) {
      JsonNode token = config.path(name);
      String content = token.isTextual() ? token.asText() : token.path("content").asText();
      if (!content.isEmpty()) {
        tokens.put(name, content);
      }
    }
    return tokens;
  }

  /** The ids of tokens, without holding the whole vocabulary. */
  private static Map<String, Long> ids(Path tokenizer, Set<String> wanted) throws IOException {
    Map<String, Long> ids = new HashMap<>();
    try (JsonParser in = Json.MAPPER.createParser(tokenizer.toFile())) {
      in.nextToken();
      while (in.nextToken() == JsonToken.FIELD_NAME) {
        String field = in.currentName();
        in.nextToken();
        if (field.equals("added_tokens")) {
          for (JsonNode token : (JsonNode) Json.MAPPER.readTree(in)) {
            if (wanted.contains(token.path("content").asText())) {
              ids.put(token.path("content").asText(), token.path("id").asLong());
            }
          }
        } else if (field.equals("model")) {
          vocabulary(in, wanted, ids);
        } else {
          in.skipChildren();
        }
      }
    }
    return ids;
  }

  private static void vocabulary(JsonParser in, Set<String> wanted, Map<String, Long> ids)
      throws IOException {
    while (in.nextToken() == JsonToken.FIELD_NAME) {
      boolean vocabulary = in.currentName().equals("vocab");
      JsonToken value = in.nextToken();
      if (!vocabulary || !value.isStructStart()) {
        in.skipChildren();
      } else if (value == JsonToken.START_OBJECT) {
        while (in.nextToken() == JsonToken.FIELD_NAME) {
          String token = in.currentName();
          in.nextToken();
          if (wanted.contains(token)) {
            ids.putIfAbsent(token, in.getLongValue());
          }
        }
      } else {
        for (long id = 0; in.nextToken() == JsonToken.START_ARRAY; id++) {
          in.nextToken();
          if (wanted.contains(in.getText())) {
            ids.putIfAbsent(in.getText(), id);
          }
          in.nextToken();
          in.nextToken();
        }
      }
    }
  }

  private static int positions(JsonNode config, JsonNode given) {
    JsonNode own = config.path("max_position_embeddings");
    JsonNode nested = config.path("text_config").path("max_position_embeddings");
    double positions =
        own.isNumber()
            ? own.asDouble()
            : nested.isNumber() ? nested.asDouble() : given.path("model_max_length").asDouble();
    return positions >= 1 && positions < Integer.MAX_VALUE ? (int) positions : Integer.MAX_VALUE;
  }

  private static Set<Long> stops(
      Path folder, JsonNode config, Map<String, String> special, Map<String, Long> ids)
      throws IOException {
    Set<Long> stops = new HashSet<>();
    Path file = folder.resolve("generation_config.json");
    JsonNode end = (Files.exists(file) ? json(file) : config).path("eos_token_id");
    if (end.isNumber()) {
      stops.add(end.asLong());
    }
    end.forEach(id -> stops.add(id.asLong()));
    String eos = special.get("eos_token");
    if (ids.containsKey(eos)) {
      stops.add(ids.get(eos));
    }
    Long turnEnd = ids.get(TURN_END);
    if (turnEnd != null && !TURN_END.equals(special.get("unk_token"))) {
      stops.add(turnEnd);
    }
    return Set.copyOf(stops);
  }

  private static String chatTemplate(Path folder, JsonNode given) throws IOException {
    Path file = folder.resolve("chat_template.jinja");
    if (Files.exists(file)) {
      return Files.readString(file);
    }
    JsonNode template = given.path("chat_template");
    for (JsonNode named : template.isArray() ? template : MissingNode.getInstance()) {
      if (named.path("name").asText().equals("default")) {
        return named.path("template").asText();
      }
    }
    return template.isTextual() ? template.asText() : null;
  }

  private static String note(JsonNode given) {
    String type = given.path("tokenizer_class").asText("PreTrainedTokenizerFast");
    return CHECKED.contains(type)
        ? null
        : ("tokenizer.json is used as it is; transformers may build the class %s in another way,"
                + " and then counts differ a little from training's")
            .formatted(type);
  }

  private static JsonNode json(Path file) throws IOException {
    return Files.exists(file) ? Json.MAPPER.readTree(file.toFile()) : MissingNode.getInstance();
  }
}
