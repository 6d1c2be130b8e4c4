package io.tunemesh.dataset.report;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.dataset.report.ExampleFile.Seen;
import io.tunemesh.dataset.report.Report.LanguageCount;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.platform.page.Texts;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts all that can be counted of one example after the other, in fixed memory. */
final class ExampleCount {

  private final PartCount parts = new PartCount();
  private final Map<String, PartCount> languages = new TreeMap<>();
  private final LengthCount prompt = new LengthCount();
  private final LengthCount answer = new LengthCount();
  private final LengthCount text = new LengthCount();
  private final TokenLengths tokens = new TokenLengths();
  private final LabelCount labels = new LabelCount();
  private final LetterCount letters = new LetterCount();
  private final SampleChoice samples;

  /**
   * @param seed decides which examples are shown
   */
  ExampleCount(String seed) {
    samples = new SampleChoice(seed);
  }

  void add(int number, Seen example) {
    Part part = example.part();
    parts.add(part);
    String language = example.language() == null ? "unknown" : example.language();
    languages.computeIfAbsent(language, any -> new PartCount()).add(part);
    long length = lengths(example);
    JsonNode label = example.structure() == null ? null : example.structure().get("label");
    if (label != null && label.isTextual()) {
      labels.add(label.asText(), part);
    }
    if (example.items() != null) {
      example.items().forEach(item -> letters.add(item.answer(), part));
    }
    if (example.tokens() != null) {
      tokens.add(example.tokens());
    }
    samples.add(number, example, length);
  }

  private int lengths(Seen example) {
    if (example.messages() == null) {
      text.add(Texts.length(example.text()));
      return Texts.length(example.text());
    }
    int all = example.messages().stream().mapToInt(turn -> Texts.length(turn.content())).sum();
    int last = Texts.length(example.messages().getLast().content());
    prompt.add(all - last);
    answer.add(last);
    return all;
  }

  List<LanguageCount> languages() {
    return languages.entrySet().stream()
        .map(
            e ->
                new LanguageCount(
                    e.getKey(),
                    e.getValue().all(),
                    Shares.of(e.getValue().all(), parts.all()),
                    e.getValue().of(Part.TRAIN),
                    e.getValue().of(Part.VALIDATION),
                    e.getValue().of(Part.TEST)))
        .toList();
  }

  PartCount parts() {
    return parts;
  }

  Lengths lengths() {
    return new Lengths(prompt.done(), answer.done(), text.done(), tokens.done());
  }

  LabelBalance labels() {
    return labels.done();
  }

  LetterBalance letters() {
    return letters.done();
  }

  /** Why each example is shown that is, by its line number. */
  Map<Integer, String> samples() {
    return samples.chosen();
  }
}
