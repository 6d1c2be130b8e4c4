package io.tunemesh.dataset.report;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.dataset.report.Duplicates.Compared;
import io.tunemesh.dataset.report.Duplicates.Group;
import io.tunemesh.dataset.report.Leaks.LeakPair;
import io.tunemesh.dataset.report.Leaks.LeakPart;
import io.tunemesh.dataset.report.Report.ExampleAt;
import io.tunemesh.dataset.report.Report.Rows;
import io.tunemesh.dataset.report.Report.SourceRows;
import io.tunemesh.dataset.report.Report.SplitPart;
import io.tunemesh.dataset.split.Part;
import io.tunemesh.dataset.split.Splitter;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes the report of a dataset from what was seen of its examples while they were written. Of
 * their lines it reads only those that it names or compares word by word, so that memory does not
 * grow with them beyond the limits of {@link Sampling}.
 */
public final class ReportMaker {

  private static final double SIMILARITY = 0.8;
  private static final int MEMBERS = 5;

  private final About about;
  private final Glances glances;
  private final Path examples;
  private final Sampling sampling;

  private ReportMaker(About about, Glances glances, Path examples, Sampling.Limits limits) {
    this.about = about;
    this.glances = glances;
    this.examples = examples;
    this.sampling = new Sampling(glances.count().parts(), limits);
  }

  /**
   * The report of what a build read.
   *
   * @param glances at all examples, in the order of their lines
   * @param examples JSON lines of the examples
   * @param refused JSON lines of the refused rows
   */
  public static Report make(About about, Glances glances, Path examples, Path refused)
      throws IOException {
    return make(about, glances, examples, refused, Sampling.Limits.USUAL);
  }

  static Report make(
      About about, Glances glances, Path examples, Path refused, Sampling.Limits limits)
      throws IOException {
    return new ReportMaker(about, glances, examples, limits).run(RefusalCount.of(refused));
  }

  private Report run(RefusalCount refusals) throws IOException {
    try (Alike alike = new Alike(sampling, similarity())) {
      glances.each((number, key) -> alike.expect(key));
      compare(alike, true);
      compare(alike, false);
      return report(alike, refusals);
    }
  }

  private Report report(Alike alike, RefusalCount refusals) throws IOException {
    ExampleCount count = glances.count();
    Cited cited = Cited.of(examples, glances.words(), named(alike), count.samples());
    Rows rows = rows(about.sources(), parts().all());
    boolean any = parts().all() > 0;
    Report report =
        new Report(
            "dataset.report",
            about.spec().name(),
            about.task(),
            about.format(),
            about.rejected(),
            List.of(),
            rows,
            about.sources().stream().map(ReportMaker::source).toList(),
            splits(),
            count.languages(),
            count.lengths(),
            count.labels(),
            count.letters(),
            any || !refusals.duplicates().isEmpty() ? duplicates(alike, cited, refusals) : null,
            any ? leaks(alike, cited) : null,
            refusals.groups(rows.in()),
            about.piecesLeftOut(),
            about.templates(),
            cited.samples());
    return report.lookedAt(Findings.of(report));
  }

  /** Reads those lines again whose keys do not tell enough. */
  private void compare(Alike alike, boolean train) throws IOException {
    try (ExampleFile lines = new ExampleFile(examples)) {
      glances.each(
          (number, key) -> {
            if ((key.part() == Part.TRAIN) == train) {
              alike.take(number, key, () -> glances.words().of(lines.at(number)));
            }
          });
    }
  }

  private static Set<Integer> named(Alike alike) {
    Set<Integer> named = new HashSet<>();
    alike.pairs().forEach(pair -> named.addAll(List.of(pair.example(), pair.train())));
    alike.groups().forEach(group -> members(group).forEach(named::add));
    return named;
  }

  private static Stream<Integer> members(Alike.Group group) {
    return Stream.concat(
        Stream.of(group.first()),
        IntStream.range(0, Math.min(MEMBERS, group.others().size()))
            .mapToObj(group.others()::getInt));
  }

  private Duplicates duplicates(Alike alike, Cited cited, RefusalCount refusals) {
    List<Group> groups = new ArrayList<>();
    for (Alike.Group group : alike.groups()) {
      List<ExampleAt> places = members(group).map(cited::at).toList();
      groups.add(new Group(group.kind(), group.others().size() + 1L, places));
    }
    long bounded = about.bounded() + alike.bounded();
    return new Duplicates(
        sampling.all(),
        similarity(),
        alike.exact(),
        alike.near(),
        groups,
        refusals.duplicates(),
        bounded == 0 ? null : bounded);
  }

  private Leaks leaks(Alike alike, Cited cited) {
    Compared train = sampling.compared(Part.TRAIN);
    return new Leaks(
        similarity(),
        train,
        Stream.of(Part.VALIDATION, Part.TEST)
            .map(part -> LeakPart.of(part, sampling.compared(part), alike.kinds(part), train))
            .toList(),
        alike.pairs().stream()
            .map(p -> new LeakPair(p.kind(), cited.at(p.example()), cited.at(p.train())))
            .toList());
  }

  private List<SplitPart> splits() {
    Splitter split = split();
    long trainLines =
        about.sources().stream().mapToLong(s -> s.trainLines() == null ? 0 : s.trainLines()).sum();
    return Arrays.stream(Part.values())
        .map(
            part ->
                new SplitPart(
                    part.key(),
                    parts().of(part),
                    Shares.of(parts().of(part), parts().all()),
                    Shares.round(
                        switch (part) {
                          case TRAIN -> 1 - split.validation() - split.test();
                          case VALIDATION -> split.validation();
                          case TEST -> split.test();
                        }),
                    part == Part.TRAIN ? trainLines : parts().of(part)))
        .toList();
  }

  private static SourceRows source(About.Source source) {
    Rows rows = rows(List.of(source), source.examples());
    return new SourceRows(
        source.file(),
        source.fileId(),
        source.recipe(),
        rows.in(),
        rows,
        source.trainLines() == null ? null : source.trainExamples(),
        source.trainLines());
  }

  private static Rows rows(List<About.Source> sources, long examples) {
    long kept = sources.stream().mapToLong(About.Source::rowsKept).sum();
    long removed = sources.stream().mapToLong(s -> Removals.in(s.refusals())).sum();
    long left =
        sources.stream()
            .flatMap(s -> s.refusals().values().stream())
            .mapToLong(Long::longValue)
            .sum();
    return new Rows(kept + left, kept, left - removed, removed, examples);
  }

  private PartCount parts() {
    return glances.count().parts();
  }

  private Splitter split() {
    return Splitter.of(about.spec().split());
  }

  private double similarity() {
    DatasetSpec.Clean clean = about.spec().clean();
    return clean == null || clean.similarity() == null ? SIMILARITY : clean.similarity();
  }
}
