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

  private static final Pattern TOOLS = Pattern.compile("\\btools\\b");
  private static final Pattern CALLS = Pattern.compile("\\btool_calls\\b");

  private static final char FOR_FALSE = '\uE0FA';

  private final String source;
  private final Map<String, String> specialTokens;
  private final boolean knowsTools;

  /** Neither a parsed template nor what it sees is for several threads at once. */
  private final ThreadLocal<Parsed> parsed = ThreadLocal.withInitial(this::parsed);

  private record Parsed(Node root, Context context) {}

  private ChatTemplate(String source, Map<String, String> specialTokens, boolean knowsTools) {
    this.source = source;
    this.knowsTools = knowsTools;
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
    boolean tools = TOOLS.matcher(source).find() && CALLS.matcher(source).find();
    return new ChatTemplate(known, Map.copyOf(specialTokens), tools);
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

  /** The chat with its tools as data if the template knows tools and takes these; else as it is. */
  Told told(List<Turn> turns) throws Unrenderable {
    Told data = knowsTools && Told.mayHaveTools(turns) ? Told.asData(turns) : null;
    if (data != null) {
      try {
        render(data, turns.size(), false);
        return data;
      } catch (TurnedDown e) {
        return Told.plain(turns);
      }
    }
    return Told.plain(turns);
  }

  /**
   * The first {@code count} turns of a chat as text. Several threads may write at once.
   *
   * @param prompt whether it goes on to where the assistant speaks next
   * @throws TurnedDown if the template itself refuses the chat
   * @throws Unrenderable if it comes to something that is not known to be written as in training
   */
  String render(Told chat, int count, boolean prompt) throws TurnedDown, Unrenderable {
    List<Map<String, Object>> messages = chat.first(count);
    Map<String, Object> values = new HashMap<>(specialTokens);
    values.put("messages", withoutFalse(messages));
    values.put("add_generation_prompt", prompt);
    values.put("tools", chat.tools());
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

  private static List<Map<String, Object>> withoutFalse(List<Map<String, Object>> messages) {
    List<Map<String, Object>> without = new ArrayList<>();
    for (Map<String, Object> message : messages) {
      Map<String, Object> copy = new LinkedHashMap<>(message);
      copy.put("content", withoutFalse((String) message.get("content"), without.size()));
      without.add(copy);
    }
    return without;
  }

  /** Looks at all of a text only where it may be that word, since the pattern is slow to tell. */
  private static String withoutFalse(String content, int turn) {
    return content.strip().length() == "false".length()
        ? FALSE.matcher(content).replaceAll(forFalse(turn))
        : content;
  }

  /** Puts words back that stood for others. */
  private static String withFalse(String text, List<Map<String, Object>> messages) {
    if (text.indexOf(FOR_FALSE) < 0) {
      return text;
    }
    String whole = text;
    for (int i = 0; i < messages.size(); i++) {
      Matcher word = FALSE.matcher((String) messages.get(i).get("content"));
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
