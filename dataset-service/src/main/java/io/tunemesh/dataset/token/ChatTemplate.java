package io.tunemesh.dataset.token;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.interpret.TemplateError;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.SafeString;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import com.hubspot.jinjava.tree.Node;
import io.tunemesh.dataset.recipe.Turn;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import jinjava.javax.el.CompositeELResolver;

/**
 * A base model's chat template. It writes a chat out to the very characters that {@code
 * apply_chat_template} of transformers writes, or refuses to. The date of a template that writes
 * today's is a fixed one, so that counts do not change from day to day.
 */
final class ChatTemplate {

  private static final ZonedDateTime DATE =
      ZonedDateTime.of(2025, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
  private static final Jinjava JINJA = jinja();

  /** A content that Jinjava takes for the value false, and what stands for its word meanwhile. */
  private static final Pattern FALSE = Pattern.compile("(?i)(?<=\\A\\s{0,99})false(?=\\s*\\z)");

  private static final char FOR_FALSE = '\uE0FA';

  private final Node root;
  private final Map<String, String> specialTokens;
  private final Context context = JINJA.getGlobalContextCopy();

  private ChatTemplate(Node root, Map<String, String> specialTokens) {
    this.root = root;
    this.specialTokens = specialTokens;
  }

  /**
   * Reads a template.
   *
   * @param specialTokens by the names that templates use, as {@code bos_token}
   * @throws Unrenderable if it has something that is not known to be written as in training
   */
  static ChatTemplate of(String source, Map<String, String> specialTokens) throws Unrenderable {
    JinjavaInterpreter parser = JINJA.newInterpreter();
    JinjavaInterpreter.pushCurrent(parser);
    try {
      Node root = parser.parse(TemplateSyntax.of(source));
      if (!parser.getErrorsCopy().isEmpty()) {
        throw new Unrenderable(message(parser.getErrorsCopy().getFirst()));
      }
      return new ChatTemplate(root, Map.copyOf(specialTokens));
    } finally {
      JinjavaInterpreter.popCurrent();
    }
  }

  /**
   * The chat as text.
   *
   * @param prompt whether it goes on to where the assistant speaks next
   * @throws TurnedDown if the template itself refuses the chat
   * @throws Unrenderable if it comes to something that is not known to be written as in training
   */
  synchronized String render(List<Turn> messages, boolean prompt) throws TurnedDown, Unrenderable {
    Map<String, Object> values = new HashMap<>(specialTokens);
    values.put("messages", messages(messages));
    values.put("add_generation_prompt", prompt);
    values.put("tools", null);
    values.put("documents", null);
    JinjavaInterpreter interpreter = new Writer(new Context(context, values));
    JinjavaInterpreter.pushCurrent(interpreter);
    try {
      String text = interpreter.render(root);
      check(interpreter.getErrorsCopy());
      return withFalse(text, messages);
    } catch (InterpretException e) {
      throw new Unrenderable(e.getMessage());
    } finally {
      JinjavaInterpreter.popCurrent();
      context.reset();
    }
  }

  private static List<Map<String, Object>> messages(List<Turn> turns) {
    List<Map<String, Object>> messages = new ArrayList<>();
    for (Turn turn : turns) {
      Map<String, Object> message = new LinkedHashMap<>();
      message.put("role", turn.role());
      message.put("content", FALSE.matcher(turn.content()).replaceAll(forFalse(messages.size())));
      messages.add(message);
    }
    return messages;
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
        if (e instanceof Raised raised) {
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

  private static Jinjava jinja() {
    CompositeELResolver resolver = new CompositeELResolver();
    resolver.add(new PythonTexts());
    resolver.add(JinjavaInterpreterResolver.DEFAULT_RESOLVER_READ_ONLY);
    Jinjava jinja =
        new Jinjava(
            JinjavaConfig.newBuilder()
                .withNestedInterpretationEnabled(false)
                .withElResolver(resolver)
                .withLegacyOverrides(
                    LegacyOverrides.newBuilder()
                        .withIterateOverMapKeys(true)
                        .withUsePyishObjectMapper(false)
                        .withUseNaturalOperatorPrecedence(true)
                        .withParseWhitespaceControlStrictly(true)
                        .withAllowAdjacentTextNodes(true)
                        .withUseTrimmingForNotesAndExpressions(true)
                        .withKeepNullableLoopValues(true)
                        .build())
                .build());
    Context global = jinja.getGlobalContext();
    global.registerFunction(function("raise_exception", "raise"));
    global.registerFunction(function("strftime_now", "date"));
    global.registerFilter(new Named("trim", v -> PythonTexts.strip(text(v), null, true, true)));
    global.registerFilter(new Named("tojson", ChatTemplate::json));
    global.registerFilter(new Named("length", ChatTemplate::length));
    global.registerFilter(new Named("count", ChatTemplate::length));
    global.registerExpTest(new Several("iterable"));
    global.registerExpTest(new Several("sequence"));
    return jinja;
  }

  private static ELFunctionDefinition function(String name, String method) {
    return new ELFunctionDefinition("", name, ChatTemplate.class, method, String.class);
  }

  /** What templates call {@code raise_exception}; called by name. */
  public static String raise(String reason) {
    throw new Raised(reason);
  }

  /** What templates call {@code strftime_now}; called by name. */
  public static String date(String format) {
    return StrftimeFormatter.format(DATE, format);
  }

  private static Object json(Object value) {
    throw new IllegalArgumentException("it writes JSON");
  }

  private static Object length(Object value) {
    return switch (value) {
      case String text -> (long) text.codePointCount(0, text.length());
      case Collection<?> many -> (long) many.size();
      case Map<?, ?> map -> (long) map.size();
      case Object[] array -> (long) array.length;
      case null, default -> throw new IllegalArgumentException("it asks for the length of nothing");
    };
  }

  private static String text(Object value) {
    return Objects.toString(value, "");
  }

  /** Writes values as Python does, and none that the two write differently. */
  private static final class Writer extends JinjavaInterpreter {

    Writer(Context context) {
      super(JINJA, context, JINJA.getGlobalConfig());
    }

    @Override
    public String getAsString(Object value) {
      return switch (value) {
        case null -> "";
        case String text -> text;
        case SafeString text -> text.toString();
        case Integer number -> number.toString();
        case Long number -> number.toString();
        case Boolean is -> is ? "True" : "False";
        default ->
            throw new InterpretException("it writes a value of " + value.getClass().getName());
      };
    }
  }

  /** A filter without arguments. */
  private record Named(String getName, java.util.function.UnaryOperator<Object> with)
      implements Filter {
    @Override
    public Object filter(Object value, JinjavaInterpreter interpreter, String... args) {
      if (args.length > 0) {
        throw new IllegalArgumentException("the filter " + getName + " has an argument");
      }
      return with.apply(value);
    }
  }

  /** What Python can go through; a text is one of these. */
  private record Several(String getName) implements ExpTest {
    @Override
    public boolean evaluate(Object value, JinjavaInterpreter interpreter, Object... args) {
      return value instanceof String
          || value instanceof Collection<?>
          || value instanceof Map<?, ?>;
    }
  }

  /** Thrown by a template's own call. */
  private static final class Raised extends RuntimeException {
    Raised(String reason) {
      super(reason, null, false, false);
    }
  }
}
