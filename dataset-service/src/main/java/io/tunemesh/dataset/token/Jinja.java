package io.tunemesh.dataset.token;

import com.hubspot.jinjava.Jinjava;
import com.hubspot.jinjava.JinjavaConfig;
import com.hubspot.jinjava.LegacyOverrides;
import com.hubspot.jinjava.el.JinjavaInterpreterResolver;
import com.hubspot.jinjava.interpret.Context;
import com.hubspot.jinjava.interpret.InterpretException;
import com.hubspot.jinjava.interpret.JinjavaInterpreter;
import com.hubspot.jinjava.lib.exptest.ExpTest;
import com.hubspot.jinjava.lib.filter.Filter;
import com.hubspot.jinjava.lib.fn.ELFunctionDefinition;
import com.hubspot.jinjava.objects.SafeString;
import com.hubspot.jinjava.objects.date.StrftimeFormatter;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import jinjava.javax.el.CompositeELResolver;

/** Jinjava with the values, functions, filters and tests of transformers' Jinja2, and no others. */
final class Jinja {

  private static final ZonedDateTime DATE =
      ZonedDateTime.of(2025, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC);
  private static final Jinjava JINJA = jinja();

  private Jinja() {}

  /** What every template sees, for one that writes by itself. */
  static Context globals() {
    return JINJA.getGlobalContextCopy();
  }

  static JinjavaInterpreter parser() {
    return JINJA.newInterpreter();
  }

  /** What writes a template with the values of {@code context}. */
  static JinjavaInterpreter writer(Context context) {
    return new Writer(context);
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
    global.registerFilter(new Named("tojson", PythonJson::of));
    global.registerFilter(new Named("length", Jinja::length));
    global.registerFilter(new Named("count", Jinja::length));
    global.registerExpTest(new Several("iterable"));
    global.registerExpTest(new Several("sequence"));
    return jinja;
  }

  private static ELFunctionDefinition function(String name, String method) {
    return new ELFunctionDefinition("", name, Jinja.class, method, String.class);
  }

  /** What templates call {@code raise_exception}; called by name. */
  public static String raise(String reason) {
    throw new Raised(reason);
  }

  /** What templates call {@code strftime_now}; called by name. */
  public static String date(String format) {
    return StrftimeFormatter.format(DATE, format);
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
  private record Named(String getName, UnaryOperator<Object> with) implements Filter {
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
  static final class Raised extends RuntimeException {
    Raised(String reason) {
      super(reason, null, false, false);
    }
  }
}
