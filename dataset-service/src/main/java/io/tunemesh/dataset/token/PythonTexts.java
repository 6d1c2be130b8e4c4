package io.tunemesh.dataset.token;

import io.tunemesh.platform.template.Blanks;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import jinjava.javax.el.ELContext;
import jinjava.javax.el.ELException;
import jinjava.javax.el.ELResolver;

/** Gives texts in a template the methods of Python's, and none of Java's. */
final class PythonTexts extends ELResolver {

  @Override
  public Object invoke(
      ELContext context, Object base, Object method, Class<?>[] types, Object[] params) {
    if (!(base instanceof String text)) {
      return null;
    }
    String[] given =
        params == null
            ? new String[0]
            : Arrays.stream(params).map(String.class::cast).toArray(String[]::new);
    Object result = call(text, String.valueOf(method), given);
    context.setPropertyResolved(true);
    return result;
  }

  private static Object call(String text, String method, String[] given) {
    return switch (method + "/" + given.length) {
      case "strip/0", "strip/1" -> strip(text, given, true, true);
      case "lstrip/0", "lstrip/1" -> strip(text, given, true, false);
      case "rstrip/0", "rstrip/1" -> strip(text, given, false, true);
      case "startswith/1" -> text.startsWith(given[0]);
      case "endswith/1" -> text.endsWith(given[0]);
      case "replace/2" -> text.replace(given[0], given[1]);
      case "split/1" -> split(text, given[0]);
      default -> throw new ELException("a text's method '" + method + "' is not known here");
    };
  }

  /** Python's {@code str.split} by a separator: every piece, empty ones too. */
  private static List<String> split(String text, String by) {
    if (by.isEmpty()) {
      throw new ELException("a text is split by nothing");
    }
    return new ArrayList<>(Arrays.asList(text.split(Pattern.quote(by), -1)));
  }

  private static String strip(String text, String[] given, boolean left, boolean right) {
    String of = given.length == 0 ? null : given[0];
    return strip(text, of, left, right);
  }

  /**
   * Python's {@code str.strip}.
   *
   * @param of the characters to strip; null means white space
   */
  static String strip(String text, String of, boolean left, boolean right) {
    int start = 0;
    int end = text.length();
    while (left && start < end && stripped(text.codePointAt(start), of)) {
      start += Character.charCount(text.codePointAt(start));
    }
    while (right && end > start && stripped(text.codePointBefore(end), of)) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(start, end);
  }

  private static boolean stripped(int c, String of) {
    return of == null ? Blanks.isPythonSpace(c) : of.indexOf(c) >= 0;
  }

  @Override
  public Object getValue(ELContext context, Object base, Object property) {
    return null;
  }

  @Override
  public Class<?> getType(ELContext context, Object base, Object property) {
    return null;
  }

  @Override
  public void setValue(ELContext context, Object base, Object property, Object value) {}

  @Override
  public boolean isReadOnly(ELContext context, Object base, Object property) {
    return true;
  }

  @Override
  public Iterator<java.beans.FeatureDescriptor> getFeatureDescriptors(
      ELContext context, Object base) {
    return null;
  }

  @Override
  public Class<?> getCommonPropertyType(ELContext context, Object base) {
    return null;
  }
}
