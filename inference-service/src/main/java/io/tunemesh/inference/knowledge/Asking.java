package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.plan.RulesSpec.Knowledge;
import io.tunemesh.platform.http.Refusal;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What a chat asks of documents.
 *
 * @param named those of the stores that the asker named, and not the rules alone
 * @param question the last text of the user
 */
record Asking(List<String> stores, Set<String> named, String question, Search search) {

  private static final int MOST_STORES = 10;
  private static final int PASSAGES = 5;
  private static final int LONGEST = 2000;

  /**
   * Reads it out of a chat, and takes the {@code file_search} tools away, which are ours and not
   * the engine's.
   *
   * @param knowledge what the rules attach; null for nothing
   * @throws Refusal if a tool is not as it should be
   */
  static Asking of(ObjectNode body, Knowledge knowledge) {
    Set<String> stores = new LinkedHashSet<>();
    int most = PASSAGES;
    double threshold = 0;
    if (knowledge != null) {
      stores.addAll(knowledge.vectorStoreIds());
      most = knowledge.maxResults() == null ? most : knowledge.maxResults();
      threshold = knowledge.scoreThreshold() == null ? threshold : knowledge.scoreThreshold();
    }
    JsonNode tool = takeTool(body);
    Set<String> named = new LinkedHashSet<>();
    if (!tool.isMissingNode()) {
      for (JsonNode id : tool.path("vector_store_ids")) {
        named.add(id.asText());
      }
      stores.addAll(named);
      most = whole(tool, most);
      threshold = tool.path("ranking_options").path("score_threshold").asDouble(threshold);
    }
    if (!tool.isMissingNode() && stores.isEmpty() || stores.size() > MOST_STORES) {
      throw Refusal.invalid(
          "invalid_tool",
          "A file_search tool needs from 1 to %d vector_store_ids.".formatted(MOST_STORES),
          "tools");
    }
    String question = question(body);
    String text =
        question.length() <= LONGEST ? question : question.substring(question.length() - LONGEST);
    Search search =
        new Search(
            text, most, threshold, Condition.of(tool.get("filters")), Search.WORDS, Search.MEANING);
    return new Asking(List.copyOf(stores), named, question, search);
  }

  private static int whole(JsonNode tool, int otherwise) {
    int most = tool.path("max_num_results").asInt(otherwise);
    if (most < 1 || most > 50) {
      throw Refusal.invalid(
          "invalid_tool", "max_num_results must be a number from 1 to 50.", "tools");
    }
    return most;
  }

  private static JsonNode takeTool(ObjectNode body) {
    if (!(body.get("tools") instanceof ArrayNode tools)) {
      return MissingNode.getInstance();
    }
    List<JsonNode> ours = new ArrayList<>();
    for (int i = tools.size() - 1; i >= 0; i--) {
      if (tools.get(i).path("type").asText().equals("file_search")) {
        ours.add(tools.remove(i));
      }
    }
    if (ours.size() > 1) {
      throw Refusal.invalid(
          "invalid_tool", "Give one file_search tool with all its vector_store_ids.", "tools");
    }
    if (tools.isEmpty()) {
      body.remove(List.of("tools", "tool_choice", "parallel_tool_calls"));
    }
    return ours.isEmpty() ? MissingNode.getInstance() : ours.getFirst();
  }

  private static String question(ObjectNode body) {
    String question = "";
    for (JsonNode message : body.path("messages")) {
      if (message.path("role").asText().equals("user")) {
        question = text(message.path("content"));
      }
    }
    return question;
  }

  private static String text(JsonNode content) {
    if (content.isTextual()) {
      return content.asText();
    }
    StringBuilder text = new StringBuilder();
    content.forEach(part -> text.append(part.path("text").asText("")).append('\n'));
    return text.toString().strip();
  }
}
