package io.tunemesh.inference.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.inference.turn.ChunkFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Runs rules over a streamed answer as it comes; holds back no more than each rule needs. */
final class FilteredStream implements ChunkFilter {

  /** The rules over one text of one choice. */
  private static final class Chain {
    private final List<TextFilter> filters;

    private Chain(List<TextFilter> filters) {
      this.filters = filters;
    }

    private String push(String piece) {
      String text = piece;
      for (TextFilter filter : filters) {
        text = filter.push(text);
      }
      return text;
    }

    private String end() {
      String text = "";
      for (TextFilter filter : filters) {
        text = filter.whole(text);
      }
      return text;
    }

    private boolean isCut() {
      return filters.stream().anyMatch(f -> f instanceof LengthFilter length && length.full());
    }
  }

  private final AfterRules rules;
  private final List<Acted> acted;
  private final Runnable told;
  private final Map<Integer, Chain> open = new TreeMap<>();
  private final Map<Integer, List<TextFilter>> all = new TreeMap<>();
  private final Map<Integer, Map<String, Chain>> thoughts = new TreeMap<>();
  private ObjectNode last;
  private boolean isChat;
  private boolean several;

  /**
   * @param acted takes what was done, at the end
   * @param told runs when {@code acted} is whole
   */
  FilteredStream(AfterRules rules, List<Acted> acted, Runnable told) {
    this.rules = rules;
    this.acted = acted;
    this.told = told;
  }

  @Override
  public List<ObjectNode> next(ObjectNode chunk) {
    if (!(chunk.get("choices") instanceof ArrayNode choices) || choices.isEmpty()) {
      return List.of(chunk);
    }
    last = chunk;
    isChat = choices.path(0).has("delta");
    ArrayNode kept = chunk.arrayNode();
    for (JsonNode choice : choices) {
      if (!(choice instanceof ObjectNode one) || remains(one)) {
        kept.add(choice);
      }
    }
    chunk.set("choices", kept);
    return kept.isEmpty() && !chunk.path("usage").isObject() ? List.of() : List.of(chunk);
  }

  /** Whether anything is left of the choice to be sent now. */
  private boolean remains(ObjectNode choice) {
    int index = choice.path("index").asInt(0);
    several |= index > 0;
    boolean ends = choice.hasNonNull("finish_reason");
    boolean chat = choice.get("delta") instanceof ObjectNode;
    ObjectNode owner = chat ? (ObjectNode) choice.get("delta") : choice;
    String field = chat ? "content" : "text";
    if (rules.forbidsWords()) {
      Answer.forget(choice);
    }
    for (String thought : Answer.THOUGHTS) {
      if (think(index, owner, thought, ends)) {
        Answer.forget(choice);
      }
    }
    if (!owner.path(field).isTextual() && !(ends && open.containsKey(index))) {
      return true;
    }
    Chain chain = open.computeIfAbsent(index, this::chain);
    String piece = owner.path(field).asText("");
    String text = chain.push(piece);
    if (ends) {
      text += chain.end();
      open.remove(index);
      if (chain.isCut() && Answer.stopped(choice)) {
        choice.put("finish_reason", "length");
      }
    }
    if (!text.equals(piece)) {
      Answer.forget(choice);
    }
    owner.put(field, text);
    boolean empty = chat ? owner.size() == 1 : true;
    return ends || piece.isEmpty() || !text.isEmpty() || !empty;
  }

  /** Whether that changes the thought. */
  private boolean think(int index, ObjectNode owner, String field, boolean ends) {
    Chain chain = thoughts.getOrDefault(index, Map.of()).get(field);
    if (!owner.path(field).isTextual() && !(ends && chain != null)) {
      return false;
    }
    if (chain == null) {
      WordFilter words = rules.wordFilter();
      if (words == null) {
        return false;
      }
      chain = new Chain(List.of(words));
      thoughts.computeIfAbsent(index, any -> new LinkedHashMap<>()).put(field, chain);
    }
    String piece = owner.path(field).asText("");
    String text = chain.push(piece) + (ends ? chain.end() : "");
    owner.put(field, text);
    return !text.equals(piece);
  }

  private Chain chain(int index) {
    List<TextFilter> filters = rules.filters();
    all.put(index, filters);
    return new Chain(filters);
  }

  @Override
  public List<ObjectNode> end() {
    List<ObjectNode> rest = new ArrayList<>();
    thoughts.forEach((index, own) -> own.forEach((field, chain) -> end(index, field, chain, rest)));
    String content = isChat ? "content" : "text";
    open.forEach((index, chain) -> end(index, content, chain, rest));
    open.clear();
    all.forEach((index, filters) -> tell(index, filters));
    thoughts.forEach((index, own) -> own.values().forEach(chain -> tell(index, chain.filters)));
    told.run();
    return rest;
  }

  private void end(int index, String field, Chain chain, List<ObjectNode> rest) {
    String text = chain.end();
    if (!text.isEmpty()) {
      rest.add(chunk(index, field, text));
    }
  }

  private void tell(int index, List<TextFilter> filters) {
    filters.forEach(
        filter -> filter.acted().forEach(one -> acted.add(several ? one.of(index) : one)));
  }

  /** One more chunk like the last, for an engine that ended without saying why. */
  private ObjectNode chunk(int index, String field, String text) {
    ObjectNode chunk = last.deepCopy();
    chunk.remove("usage");
    ObjectNode choice = chunk.putArray("choices").addObject().put("index", index);
    ObjectNode owner = isChat ? choice.putObject("delta") : choice;
    owner.put(field, text);
    choice.putNull("finish_reason");
    return chunk;
  }
}
