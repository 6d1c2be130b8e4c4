package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.platform.template.Blanks;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;

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

  /** The ids of the calls whose results may follow, in their order; null for one without. */
  private List<String> called = List.of();

  /** What came of them, by their places. */
  private final SortedMap<Integer, String> results = new TreeMap<>();

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
    endResults();
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
    say("user", content, null);
  }

  void assistant(String content, Integer weight) throws Unusable {
    say("assistant", content, weight);
  }

  /**
   * The assistant calls functions.
   *
   * @param said what it says before, which may be empty
   * @param ids of the calls, null for one without; empty where calls have none
   */
  void calls(String said, List<JsonNode> calls, List<String> ids, Integer weight) throws Unusable {
    needTools();
    endResults();
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
    say("assistant", text.toString(), weight);
    called = ids;
  }

  /**
   * What a function gave. Several after one another are one turn, in the order of their calls: a
   * model is shown no ids.
   *
   * @param id of the call; null for the next one, as is any where no call of the turn has an id
   */
  void response(String id, String result) throws Unusable {
    needTools();
    boolean isNext = id == null || called.stream().allMatch(Objects::isNull);
    int place = isNext ? results.size() : called.indexOf(id);
    boolean isCalled = id == null || place >= 0 && place < called.size();
    if (!isCalled || results.putIfAbsent(place, Tools.response(result)) != null) {
      throw refused(
          "tool_call_unknown",
          "has a result, in turn %d, of a call that is not in the turn before or has one already"
              .formatted(turns.size() + 1));
    }
  }

  /** The whole chat. Throws Unusable where nobody asks or nobody answers at its end. */
  List<Turn> done() throws Unusable {
    endResults();
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

  private void say(String speaker, String content, Integer weight) throws Unusable {
    endResults();
    add(speaker, content, weight);
    called = List.of();
  }

  private void endResults() throws Unusable {
    if (results.isEmpty()) {
      return;
    }
    if (results.lastKey() >= results.size()) {
      throw refused(
          "tool_result_missing",
          "has no result, in turn %d, of a call before one that has".formatted(turns.size() + 1));
    }
    String all = String.join("\n", results.values());
    results.clear();
    add("user", all, null);
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
