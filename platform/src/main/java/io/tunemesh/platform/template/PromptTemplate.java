package io.tunemesh.platform.template;

import io.quarkus.qute.Engine;
import io.quarkus.qute.Expression;
import io.quarkus.qute.IfSectionHelper;
import io.quarkus.qute.Template;
import io.quarkus.qute.TemplateException;
import io.quarkus.qute.ValueResolvers;
import io.tunemesh.platform.blob.Digests;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A Qute template that becomes an example: a system message, an instruction, an input and an
 * output, of which all but one of the middle two may be left out. It may use the values of its
 * {@link Family}, {@code {language}} ({@code zh} or {@code en}), in its output {@code {output}},
 * and the section {@code {#if}}; it reaches no method, no loop and no other template, so one from a
 * stranger is harmless. What the values hold is never read as template.
 */
public final class PromptTemplate {

  private final String name;
  private final String source;
  private final Family family;
  private final Map<Section, Template> sections = new EnumMap<>(Section.class);
  private final Map<Section, PlainWords> plain = new EnumMap<>(Section.class);
  private final Map<Section, Integer> linesBefore = new EnumMap<>(Section.class);

  private PromptTemplate(String name, String source, Family family) throws BrokenTemplate {
    this.name = name;
    this.source = source;
    this.family = family;
    Engine engine = engine();
    for (var piece : Section.split(name, source).entrySet()) {
      linesBefore.put(piece.getKey(), piece.getValue().linesBefore());
      try {
        Template section = engine.parse(piece.getValue().text().strip());
        sections.put(piece.getKey(), section);
        plain.put(piece.getKey(), PlainWords.of(section));
      } catch (TemplateException e) {
        throw broken(piece.getKey(), e);
      }
    }
  }

  /**
   * Reads a template and tries it out.
   *
   * @throws BrokenTemplate with the line, if it does not parse, uses a value that is not there, or
   *     leaves out one that is needed
   */
  public static PromptTemplate parse(String name, String source, Family family)
      throws BrokenTemplate {
    PromptTemplate parsed = new PromptTemplate(name, source.strip(), family);
    for (Section section : parsed.sections.keySet()) {
      parsed.checkValues(section);
    }
    for (String language : Family.LANGUAGES) {
      parsed.tryOut(language);
    }
    return parsed;
  }

  /**
   * The words of one example.
   *
   * @param values every value of the family
   */
  public Prompt render(Map<String, ?> values, String output, String language) {
    Function<String, Object> given =
        name ->
            switch (name) {
              case Family.LANGUAGE -> language;
              case Family.OUTPUT -> output;
              default -> values.get(name);
            };
    String system = section(Section.SYSTEM, given, values);
    String instruction = section(Section.INSTRUCTION, given, values);
    String input = section(Section.INPUT, given, values);
    String user =
        instruction.isBlank()
            ? input.isBlank() ? "" : input
            : input.isBlank() ? instruction : instruction + "\n" + input;
    return new Prompt(
        system.isBlank() ? null : system,
        user,
        sections.containsKey(Section.OUTPUT) ? section(Section.OUTPUT, given, values) : output);
  }

  /** The name that it was asked for by; {@code inline} for one carried in the specification. */
  public String name() {
    return name;
  }

  /** The template itself. */
  public String source() {
    return source;
  }

  /** The digest of the template, so that a dataset tells by which it was made. */
  public String sha256() {
    return Digests.sha256(source.getBytes(StandardCharsets.UTF_8));
  }

  private String section(Section section, Function<String, Object> given, Map<String, ?> values) {
    Template template = sections.get(section);
    if (template == null) {
      return "";
    }
    PlainWords words = plain.get(section);
    String rendered = words == null ? null : words.render(given);
    if (rendered != null) {
      return rendered;
    }
    Map<String, Object> data = new HashMap<>(values);
    data.put(Family.LANGUAGE, given.apply(Family.LANGUAGE));
    if (section == Section.OUTPUT) {
      data.put(Family.OUTPUT, given.apply(Family.OUTPUT));
    }
    return template.data(data).render();
  }

  /** Every branch is looked at, also one that no probe comes to. */
  private void checkValues(Section section) throws BrokenTemplate {
    for (Expression expression : sections.get(section).getExpressions()) {
      boolean known =
          expression.isLiteral()
              || !expression.hasNamespace()
                  && expression.getParts().size() == 1
                  && values(section).contains(expression.getParts().getFirst().getName());
      if (!known) {
        throw broken(
            section,
            expression.getOrigin().getLine(),
            "{%s} is no value of it".formatted(expression.toOriginalString()));
      }
    }
  }

  private void tryOut(String language) throws BrokenTemplate {
    Map<String, Object> probes = new HashMap<>();
    for (String value : family.values()) {
      probes.put(value, family.numbers().contains(value) ? 4 : "\u0001" + value + "\u0001");
    }
    String output = "\u0001output\u0001";
    Prompt prompt = tried(probes, output, language);
    for (String needed : family.needed()) {
      if (!prompt.user().contains(probes.get(needed).toString())) {
        throw new BrokenTemplate(
            "the template '%s' leaves {%s} out; put it where it belongs".formatted(name, needed));
      }
    }
    if (!prompt.output().contains(output)) {
      throw new BrokenTemplate(
          "the [output] of the template '%s' leaves {output} out; put it where it belongs"
              .formatted(name));
    }
  }

  private Prompt tried(Map<String, ?> values, String output, String language)
      throws BrokenTemplate {
    try {
      return render(values, output, language);
    } catch (TemplateException e) {
      throw broken(Section.INSTRUCTION, 0, firstLine(e.getMessage()));
    }
  }

  private static Engine engine() {
    return Engine.builder()
        .strictRendering(true)
        .addSectionHelper(new IfSectionHelper.Factory())
        .addValueResolver(ValueResolvers.mapResolver())
        .build();
  }

  private BrokenTemplate broken(Section section, TemplateException e) {
    int line = e.getOrigin() == null ? 0 : e.getOrigin().getLine();
    return broken(section, line, firstLine(e.getMessage()));
  }

  private BrokenTemplate broken(Section section, int line, String what) {
    String at = line == 0 ? "" : " in line " + (line + linesBefore.getOrDefault(section, 0));
    String values =
        values(section).stream().map(value -> "{" + value + "}").collect(Collectors.joining(", "));
    return new BrokenTemplate(
        "the template '%s' is broken%s: %s. It may use %s and {#if}"
            .formatted(name, at, what, values));
  }

  private List<String> values(Section section) {
    List<String> values = new ArrayList<>(family.values());
    values.add(Family.LANGUAGE);
    if (section == Section.OUTPUT) {
      values.add(Family.OUTPUT);
    }
    return values;
  }

  private static String firstLine(String message) {
    return message == null
        ? "it holds a text against a number, or the other way round"
        : message.lines().findFirst().orElse("").strip();
  }
}
