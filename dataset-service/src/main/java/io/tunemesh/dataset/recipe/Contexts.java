package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.dataset.exam.Language;
import io.tunemesh.platform.template.Blanks;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Dialogues so far, each with the response to them. A context becomes turns where it is certain who
 * speaks: it is a list, or each of its lines names one of two speakers. All else is one turn of the
 * user's, in its own words, so that nothing of it is lost; a list is one of its texts line by line.
 */
final class Contexts {

  private static final Pattern SPEAKER = Pattern.compile("([^:：\\n]{1,30})[:：]\\s*(\\S.*)");

  static final RecipeType TYPE =
      RecipeType.rows(
          "context_response",
          Task.SFT,
          "context, response",
          List.of(
              Role.needed("context", "dialogue", "dialog", "上文", "上下文", "对话"),
              Role.needed("response", "reply", "回复", "回应"),
              Role.optional("system")),
          List.of(
              Setting.choice(
                  "turns",
                  "how a context is taken apart: `speakers` by the names before its lines, `lines`"
                      + " line by line in turn, `whole` not at all",
                  "speakers",
                  "lines",
                  "whole")),
          null,
          settings -> row -> read(row, settings));

  private Contexts() {}

  /** A row's fields. */
  record Reply(String context, String response) {}

  private static Example read(Row row, Settings settings) throws Unusable {
    String context = row.needed("context");
    String response = row.needed("response");
    ChatTurns chat = new ChatTurns("context", false);
    chat.system(row.text("system"));
    List<String> said = said(context, settings);
    for (int i = 0; i < said.size(); i++) {
      if ((said.size() - i) % 2 == 1) {
        chat.user(said.get(i));
      } else {
        chat.assistant(said.get(i), null);
      }
    }
    chat.assistant(response, null);
    return Example.of(
        Language.of(context),
        context,
        new Content.Chat(chat.done()),
        new Reply(context, response),
        row);
  }

  /** What was said in turn; the last is what the response answers, so their count is odd. */
  private static List<String> said(String context, Settings settings) {
    List<String> listed = listed(context);
    if (listed != null) {
      boolean turns = listed.size() % 2 == 1 && listed.stream().noneMatch(Blanks::isBlank);
      return turns ? listed : List.of(joined(listed));
    }
    List<String> said = null;
    if (settings.is("turns", "speakers")) {
      said = bySpeaker(context);
    } else if (settings.is("turns", "lines")) {
      said = context.lines().map(Blanks::strip).filter(line -> !line.isEmpty()).toList();
    }
    return said == null || said.size() % 2 == 0 ? List.of(context) : said;
  }

  /** The texts of a list; null where the context is none. */
  private static List<String> listed(String context) {
    JsonNode json = context.startsWith("[") ? Nested.parse(context) : null;
    return json != null && json.isArray() && json.valueStream().allMatch(JsonNode::isTextual)
        ? json.valueStream().map(JsonNode::asText).toList()
        : null;
  }

  private static String joined(List<String> texts) {
    return texts.stream().filter(text -> !Blanks.isBlank(text)).collect(Collectors.joining("\n"));
  }

  /** The lines of two speakers in turn; null where it is not certain who speaks. */
  private static List<String> bySpeaker(String context) {
    List<String> speakers = new ArrayList<>();
    List<String> said = new ArrayList<>();
    for (String line : context.lines().map(Blanks::strip).filter(l -> !l.isEmpty()).toList()) {
      Matcher named = SPEAKER.matcher(line);
      if (!named.matches()) {
        return null;
      }
      String speaker = Blanks.strip(named.group(1));
      if (!speakers.isEmpty() && speakers.getLast().equals(speaker)) {
        said.add(said.removeLast() + "\n" + named.group(2));
      } else {
        speakers.add(speaker);
        said.add(named.group(2));
      }
    }
    return speakers.stream().distinct().count() == 2 ? said : null;
  }
}
