package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.platform.template.Blanks;
import java.util.ArrayList;
import java.util.List;

/**
 * The turns of one chat as they are collected. What comes out alternates: a system message at most,
 * then the user's and the assistant's turns in turn, beginning with the user's and ending with the
 * assistant's, since that is what every chat template takes.
 */
final class ChatTurns {

  private final String role;
  private final boolean toolsAsText;
  private final List<Turn> turns = new ArrayList<>();
  private String system;
  private String functions;
  private boolean afterResponse;

  /**
   * @param role the column that a refusal names
   * @param toolsAsText whether tool turns are written as text, or refused
   */
  ChatTurns(String role, boolean toolsAsText) {
    this.role = role;
    this.toolsAsText = toolsAsText;
  }

  void system(String content) throws Unusable {
    if (Blanks.isBlank(content)) {
      return;
    }
    if (!turns.isEmpty() || system != null && !system.equals(content)) {
      throw refused(
          "system_twice", "has a system message that is not the first and only one; leave one");
    }
    system = content;
  }

  /** The functions that the assistant may call. */
  void functions(JsonNode list) throws Unusable {
    if (list == null || list.isNull() || list.isArray() && list.isEmpty()) {
      return;
    }
    if (!list.isArray()) {
      throw refused("tools_malformed", "has tools that are no list of functions");
    }
    needTools();
    functions = Tools.described(list);
  }

  void user(String content) throws Unusable {
    add("user", content, null);
  }

  void assistant(String content, Integer weight) throws Unusable {
    add("assistant", content, weight);
  }

  /** The assistant calls functions; {@code said} is what it says before, which may be empty. */
  void calls(String said, List<JsonNode> calls, Integer weight) throws Unusable {
    needTools();
    StringBuilder text = new StringBuilder(Blanks.strip(said));
    for (JsonNode call : calls) {
      String written = Tools.call(call);
      if (written == null) {
        throw refused(
            "tool_call_malformed",
            "has a call, in turn %d, without a name or with arguments that are no JSON object"
                .formatted(turns.size() + 1));
      }
      text.append(text.isEmpty() ? "" : "\n").append(written);
    }
    add("assistant", text.toString(), weight);
  }

  /** What a function gave. Several after one another are one turn. */
  void response(String result) throws Unusable {
    needTools();
    String written = Tools.response(result);
    if (afterResponse) {
      Turn last = turns.removeLast();
      turns.add(Turn.user(last.content() + "\n" + written));
      return;
    }
    add("user", written, null);
    afterResponse = true;
  }

  /** The whole chat. Throws Unusable where nobody asks or nobody answers at its end. */
  List<Turn> done() throws Unusable {
    if (turns.isEmpty() || !turns.getLast().role().equals("assistant")) {
      boolean never = turns.stream().noneMatch(turn -> turn.role().equals("assistant"));
      throw refused(
          never ? "example_missing_assistant_message" : "answer_missing",
          never
              ? "has no turn of the assistant to learn from"
              : "ends with the user; add the answer, or take the last turn away");
    }
    List<Turn> all = new ArrayList<>();
    if (functions != null) {
      all.add(Turn.system(system == null ? functions : system + "\n\n" + functions));
    } else if (system != null) {
      all.add(Turn.system(system));
    }
    all.addAll(turns);
    return List.copyOf(all);
  }

  /** A fault of this chat's cell. */
  Unusable refused(String code, String what) {
    return new Unusable(code, role, "the chat " + what);
  }

  private void add(String speaker, String content, Integer weight) throws Unusable {
    if (Blanks.isBlank(content)) {
      throw refused("empty_turn", "has nothing in turn %d".formatted(turns.size() + 1));
    }
    if (turns.isEmpty() && speaker.equals("assistant")) {
      throw refused(
          "assistant_first", "begins with the assistant; begin it with what the user says");
    }
    if (!turns.isEmpty() && turns.getLast().role().equals(speaker)) {
      throw refused(
          "role_twice",
          "has the %s twice in a row, in turns %d and %d; make them one turn"
              .formatted(speaker, turns.size(), turns.size() + 1));
    }
    turns.add(new Turn(speaker, content, weight));
    afterResponse = false;
  }

  private void needTools() throws Unusable {
    if (!toolsAsText) {
      throw refused(
          "tool_turns",
          "has tools or tool calls, for which not every chat template has a place; set 'settings.tools'"
              + " to \"text\" to write them as text, which templates that know tools get as data");
    }
  }
}
