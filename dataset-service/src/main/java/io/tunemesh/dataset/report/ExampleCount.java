package io.tunemesh.dataset.report;

import io.tunemesh.dataset.report.Report.LanguageCount;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.dataset.token.TokenCount;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Counts all that can be counted of one example after the other, in fixed memory. */
final class ExampleCount {

  private final PartCount parts = new PartCount();
  private final Map<String, PartCount> languages = new TreeMap<>();
  private final LengthCount prompt = new LengthCount();
  private final LengthCount answer = new LengthCount();
  private final LengthCount text = new LengthCount();
  private TokenLengths tokens = new TokenLengths();
  private final LabelCount labels = new LabelCount();
  private final LetterCount letters = new LetterCount();
  private final SampleChoice samples = new SampleChoice();

  void add(int number, Glance example) {
    Part part = example.key().part();
    parts.add(part);
    String language = example.language() == null ? "unknown" : example.language();
    languages.computeIfAbsent(language, any -> new PartCount()).add(part);
    if (example.answer() == null) {
      text.add(example.length());
    } else {
      prompt.add(example.length() - example.answer());
      answer.add(example.answer());
    }
    if (example.label() != null) {
      labels.add(example.label(), part);
    }
    example.letters().forEach(letter -> letters.add(letter, part));
    samples.add(number, example);
  }

  /** Counts lengths in tokens, from now on and no more those that were counted before. */
  Consumer<TokenCount> tokens() {
    tokens = new TokenLengths();
    return tokens::add;
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
    Lengths.Length shown = prompt.done();
    return new Lengths(shown, answer.done(), text.done(), tokens.done(shown != null));
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
