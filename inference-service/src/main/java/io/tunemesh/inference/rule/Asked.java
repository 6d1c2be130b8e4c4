package io.tunemesh.inference.rule;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The texts of a request's body that rules may change: the user's in a chat, the prompts or inputs
 * of the others. A change is made in the body itself. Prompts of tokens have no text and stay.
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

  private final ObjectNode body;

  Asked(ObjectNode body) {
    this.body = body;
  }

  /** The texts, in their order. */
  List<Text> texts() {
    if (body.get("messages") instanceof ArrayNode messages) {
      List<Text> texts = new ArrayList<>();
      for (JsonNode message : messages) {
        if (message instanceof ObjectNode one && one.path("role").asText().equals("user")) {
          texts.addAll(content(one));
        }
      }
      return texts;
    }
    return field(body, body.has("prompt") ? "prompt" : "input");
  }

  /** The turns of a chat; null where this is none. */
  ArrayNode messages() {
    return body.get("messages") instanceof ArrayNode messages ? messages : null;
  }

  /** The texts of one turn of a chat. */
  static List<Text> content(ObjectNode message) {
    if (message.get("content") instanceof ArrayNode parts) {
      List<Text> texts = new ArrayList<>();
      for (JsonNode part : parts) {
        if (part instanceof ObjectNode one && one.path("text").isTextual()) {
          texts.addAll(field(one, "text"));
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
