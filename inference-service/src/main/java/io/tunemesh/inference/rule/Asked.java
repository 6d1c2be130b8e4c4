package io.tunemesh.inference.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.tunemesh.inference.turn.Api;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The texts of a request's body that rules may change: the user's in a chat, the prompts or inputs
 * of the others, and the user's in their {@code messages}, which engines embed and classify as
 * well. What an engine does not read at this path is none of them, whatever stands in the body. A
 * change is made in the body itself. Prompts of tokens have no text and stay.
 */
final class Asked {

  /** One text and the way to replace it. */
  static final class Text {
    private final Consumer<String> write;
    private String now;

    private Text(String now, Consumer<String> write) {
      this.now = now;
      this.write = write;
    }

    String now() {
      return now;
    }

    void become(String text) {
      if (!text.equals(now)) {
        now = text;
        write.accept(text);
      }
    }
  }

  private final Api api;
  private final ObjectNode body;

  Asked(Api api, ObjectNode body) {
    this.api = api;
    this.body = body;
  }

  /** The texts, in their order. */
  List<Text> texts() {
    List<Text> texts = new ArrayList<>();
    switch (api) {
      case CHAT -> texts.addAll(ofUser());
      case COMPLETIONS -> texts.addAll(field(body, "prompt"));
      case EMBEDDINGS, CLASSIFY -> {
        texts.addAll(field(body, "input"));
        texts.addAll(ofUser());
      }
    }
    return texts;
  }

  private List<Text> ofUser() {
    List<Text> texts = new ArrayList<>();
    for (JsonNode message : body.path("messages")) {
      if (message instanceof ObjectNode one && one.path("role").asText().equals("user")) {
        texts.addAll(content(one));
      }
    }
    return texts;
  }

  /** The turns of a chat; null where this is none. */
  ArrayNode messages() {
    return api == Api.CHAT && body.get("messages") instanceof ArrayNode messages ? messages : null;
  }

  /** What holds the text of a part; engines read all of them. */
  private static final List<String> PARTS = List.of("text", "refusal", "thinking");

  /** The texts of one turn of a chat. */
  static List<Text> content(ObjectNode message) {
    if (message.get("content") instanceof ArrayNode parts) {
      List<Text> texts = new ArrayList<>(field(message, "content"));
      for (JsonNode part : parts) {
        if (part instanceof ObjectNode one) {
          PARTS.forEach(name -> texts.addAll(field(one, name)));
        }
      }
      return texts;
    }
    return field(message, "content");
  }

  private static List<Text> field(ObjectNode owner, String name) {
    JsonNode value = owner.path(name);
    if (value.isTextual()) {
      return List.of(new Text(value.asText(), text -> owner.put(name, text)));
    }
    List<Text> texts = new ArrayList<>();
    if (value instanceof ArrayNode list) {
      for (int i = 0; i < list.size(); i++) {
        int at = i;
        if (list.get(i).isTextual()) {
          texts.add(new Text(list.get(i).asText(), text -> list.set(at, TextNode.valueOf(text))));
        }
      }
    }
    return texts;
  }
}
