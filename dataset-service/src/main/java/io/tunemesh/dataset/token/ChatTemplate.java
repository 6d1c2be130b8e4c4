package io.tunemesh.dataset.token;

import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.tree.Node;
import io.tunemesh.dataset.recipe.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A base model's chat template. It writes a chat out to the very characters that {@code
 * apply_chat_template} of transformers writes, or refuses to. The date of a template that writes
 * today's is a fixed one, so that counts do not change from day to day.
 */
final class ChatTemplate {

  /** A content that Jinjava takes for the value false, and what stands for its word meanwhile. */
  private static final Pattern FALSE = Pattern.compile("(?i)(?<=\\A\\s{0,99})false(?=\\s*\\z)");

  private static final char FOR_FALSE = '\uE0FA';

  private final String source;
  private final Map<String, String> specialTokens;

  /** Neither a parsed template nor what it sees is for several threads at once. */
  private final ThreadLocal<Parsed> parsed = ThreadLocal.withInitial(this::parsed);

  private record Parsed(Node root, Context context) {}

  private ChatTemplate(String source, Map<String, String> specialTokens) {
    this.source = source;
    this.specialTokens = specialTokens;
  }

  /**
   * Reads a template.
   *
   * @param specialTokens by the names that templates use, as {@code bos_token}
   * @throws Unrenderable if it has something that is not known to be written as in training
   */
  static ChatTemplate of(String source, Map<String, String> specialTokens) throws Unrenderable {
    String known = TemplateSyntax.of(source);
    JinjavaInterpreter parser = Jinja.parser();
    parse(known, parser);
    if (!parser.getErrorsCopy().isEmpty()) {
      throw new Unrenderable(message(parser.getErrorsCopy().getFirst()));
    }
    return new ChatTemplate(known, Map.copyOf(specialTokens));
  }

  private static Node parse(String source, JinjavaInterpreter parser) {
    JinjavaInterpreter.pushCurrent(parser);
    try {
      return parser.parse(source);
    } finally {
      JinjavaInterpreter.popCurrent();
    }
  }

  private Parsed parsed() {
    return new Parsed(parse(source, Jinja.parser()), Jinja.globals());
  }

  /**
   * The chat as text. Several threads may write at once.
   *
   * @param prompt whether it goes on to where the assistant speaks next
   * @throws TurnedDown if the template itself refuses the chat
   * @throws Unrenderable if it comes to something that is not known to be written as in training
   */
  String render(List<Turn> messages, boolean prompt) throws TurnedDown, Unrenderable {
    Map<String, Object> values = new HashMap<>(specialTokens);
    values.put("messages", messages(messages));
    values.put("add_generation_prompt", prompt);
    values.put("tools", null);
    values.put("documents", null);
    Parsed own = parsed.get();
    JinjavaInterpreter interpreter = Jinja.writer(new Context(own.context, values));
    JinjavaInterpreter.pushCurrent(interpreter);
    try {
      String text = interpreter.render(own.root);
      check(interpreter.getErrorsCopy());
      return withFalse(text, messages);
    } catch (InterpretException e) {
      throw new Unrenderable(e.getMessage());
    } finally {
      JinjavaInterpreter.popCurrent();
      own.context.reset();
    }
  }

  private static List<Map<String, Object>> messages(List<Turn> turns) {
    List<Map<String, Object>> messages = new ArrayList<>();
    for (Turn turn : turns) {
      Map<String, Object> message = new LinkedHashMap<>();
      message.put("role", turn.role());
      message.put("content", withoutFalse(turn.content(), messages.size()));
      messages.add(message);
    }
    return messages;
  }

  /** Looks at all of a text only where it may be that word, since the pattern is slow to tell. */
  private static String withoutFalse(String content, int turn) {
    return content.strip().length() == "false".length()
        ? FALSE.matcher(content).replaceAll(forFalse(turn))
        : content;
  }

  /** Puts words back that stood for others. */
  private static String withFalse(String text, List<Turn> turns) {
    if (text.indexOf(FOR_FALSE) < 0) {
      return text;
    }
    String whole = text;
    for (int i = 0; i < turns.size(); i++) {
      Matcher word = FALSE.matcher(turns.get(i).content());
      if (word.find()) {
        whole = whole.replace(forFalse(i), word.group());
      }
    }
    return whole;
  }

  private static String forFalse(int turn) {
    return "" + FOR_FALSE + turn + FOR_FALSE;
  }

  private static void check(List<TemplateError> errors) throws TurnedDown, Unrenderable {
    for (TemplateError error : errors) {
      for (Throwable e = error.getException(); e != null; e = e.getCause()) {
        if (e instanceof Jinja.Raised raised) {
          throw new TurnedDown("the model's chat template refuses it: " + raised.getMessage());
        }
      }
    }
    if (!errors.isEmpty()) {
      throw new Unrenderable(message(errors.getFirst()));
    }
  }

  private static String message(TemplateError error) {
    String text = String.valueOf(error.getMessage()).replaceAll("\\s+", " ");
    return "line %d: %s"
        .formatted(error.getLineno(), text.length() > 200 ? text.substring(0, 200) + "…" : text);
  }
}
