package io.tunemesh.dataset.template;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The prompt templates of the service, under {@code templates/} in its resources. */
public final class Templates {

  private static final List<String> FAMILIES = List.of("exam");
  private static final List<String> LANGUAGES = List.of("zh", "en");

  private Templates() {}

  /**
   * The template that a source asks for.
   *
   * @param wanted a name as {@code exam}, which has one for each language, or {@code exam-zh}; the
   *     template itself when it holds a line break; null for {@code family}
   * @param family the recipe's own templates
   * @param language {@code zh} or {@code en}
   * @throws BrokenTemplate if there is none of that name, or it is not usable
   */
  public static PromptTemplate find(String wanted, String family, String language)
      throws BrokenTemplate {
    if (wanted != null && wanted.contains("\n")) {
      return PromptTemplate.parse("inline", wanted);
    }
    String name = wanted == null ? family : wanted;
    if (FAMILIES.contains(name)) {
      name = name + "-" + language;
    }
    if (!names().contains(name)) {
      throw new BrokenTemplate(
          ("there is no template '%s'; there are %s and %s, or write the template itself, with a"
                  + " line break in it")
              .formatted(name, String.join(", ", FAMILIES), String.join(", ", names())));
    }
    return PromptTemplate.parse(name, load(name));
  }

  private static List<String> names() {
    return FAMILIES.stream()
        .flatMap(family -> LANGUAGES.stream().map(language -> family + "-" + language))
        .toList();
  }

  private static String load(String name) {
    try (InputStream in = Templates.class.getResourceAsStream("/templates/" + name + ".txt")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
