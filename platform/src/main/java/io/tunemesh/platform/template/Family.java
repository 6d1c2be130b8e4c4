package io.tunemesh.platform.template;

import java.util.List;

/**
 * The templates of one recipe: what a template of it may say, and what it must not leave out.
 *
 * @param name the recipe's name, by which its own template is asked for
 * @param byLanguage whether it has a template for each language, as {@code exam-zh}
 * @param values the names of the values that a prompt may use, besides {@code language}
 * @param needed those that every prompt must show
 * @param numbers those that are numbers, not texts
 */
public record Family(
    String name,
    boolean byLanguage,
    List<String> values,
    List<String> needed,
    List<String> numbers) {

  /** The languages that templates are written in. */
  public static final List<String> LANGUAGES = List.of("zh", "en");

  static final String LANGUAGE = "language";
  static final String OUTPUT = "output";

  /** Templates whose values are texts. */
  public Family(String name, boolean byLanguage, List<String> values, List<String> needed) {
    this(name, byLanguage, values, needed, List.of());
  }

  /** The names of the service's own templates of this family. */
  List<String> names() {
    return byLanguage
        ? LANGUAGES.stream().map(language -> name + "-" + language).toList()
        : List.of(name);
  }
}
