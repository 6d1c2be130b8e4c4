package io.tunemesh.dataset.report;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.dataset.report.Duplicates.Group;
import io.tunemesh.dataset.report.ExampleFile.Seen;
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
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Makes the report of a dataset from the files of its build, which it reads several times rather
 * than hold: memory does not grow with them beyond the limits of {@link Sampling}.
 */
public final class ReportMaker {

  private static final double SIMILARITY = 0.8;
  private static final int MEMBERS = 5;

  private final About about;
  private final Path examples;
  private final Words words;
  private final Sampling.Limits limits;
  private final ExampleCount count;

  private ReportMaker(About about, Path examples, Sampling.Limits limits) {
    this.about = about;
    this.examples = examples;
    this.limits = limits;
    this.words = new Words(about.templates().stream().map(Report.TemplateUse::text).toList());
    this.count = new ExampleCount(split().salt());
  }

  /**
   * The report of what a build read.
   *
   * @param examples JSON lines of the examples, in whatever order
   * @param refused JSON lines of the refused rows
   */
  public static Report make(About about, Path examples, Path refused) throws IOException {
    return make(about, examples, refused, Sampling.Limits.USUAL);
  }

  static Report make(About about, Path examples, Path refused, Sampling.Limits limits)
      throws IOException {
    return new ReportMaker(about, examples, limits).run(RefusalCount.of(refused));
  }

  private Report run(RefusalCount refusals) throws IOException {
    ExampleFile.each(examples, (number, line) -> count.add(number, ExampleFile.read(line)));
    Sampling sampling = new Sampling(count.parts(), limits);
    Alike alike = new Alike(sampling, similarity());
    compare(alike, true);
    compare(alike, false);
    Cited cited = Cited.of(examples, words, named(alike), count.samples());
    Rows rows = rows(about.sources(), count.parts().all());
    boolean any = count.parts().all() > 0;
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
            any || !refusals.duplicates().isEmpty()
                ? duplicates(alike, sampling, cited, refusals)
                : null,
            any ? leaks(alike, sampling, cited) : null,
            refusals.groups(rows.in()),
            about.templates(),
            cited.samples());
    return report.lookedAt(Findings.of(report));
  }

  private void compare(Alike alike, boolean train) throws IOException {
    ExampleFile.each(
        examples,
        (number, line) -> {
          Part part = ExampleFile.part(line);
          if ((part == Part.TRAIN) == train) {
            Seen example = ExampleFile.read(line);
            alike.take(number, example.id(), part, example.augmented() == null, words.of(example));
          }
        });
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

  private Duplicates duplicates(
      Alike alike, Sampling sampling, Cited cited, RefusalCount refusals) {
    List<Group> groups = new ArrayList<>();
    for (Alike.Group group : alike.groups()) {
      List<ExampleAt> places = members(group).map(cited::at).toList();
      groups.add(new Group(group.kind(), group.others().size() + 1L, places));
    }
    return new Duplicates(
        sampling.all(), similarity(), alike.exact(), alike.near(), groups, refusals.duplicates());
  }

  private Leaks leaks(Alike alike, Sampling sampling, Cited cited) {
    List<LeakPart> measured = new ArrayList<>();
    for (Part part : List.of(Part.VALIDATION, Part.TEST)) {
      Map<String, Long> kinds = alike.kinds(part);
      long leaked = kinds.values().stream().mapToLong(Long::longValue).sum();
      var compared = sampling.compared(part);
      measured.add(
          new LeakPart(part.key(), compared, leaked, Shares.of(leaked, compared.exact()), kinds));
    }
    return new Leaks(
        similarity(),
        sampling.compared(Part.TRAIN),
        measured,
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
                    count.parts().of(part),
                    Shares.of(count.parts().of(part), count.parts().all()),
                    Shares.round(
                        switch (part) {
                          case TRAIN -> 1 - split.validation() - split.test();
                          case VALIDATION -> split.validation();
                          case TEST -> split.test();
                        }),
                    part == Part.TRAIN ? trainLines : count.parts().of(part)))
        .toList();
  }

  private static SourceRows source(About.Source source) {
    Rows rows = rows(List.of(source), source.examples());
    return new SourceRows(
        source.file(), source.fileId(), source.recipe(), rows.in(), rows, source.trainLines());
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

  private Splitter split() {
    return Splitter.of(about.spec().split());
  }

  private double similarity() {
    DatasetSpec.Clean clean = about.spec().clean();
    return clean == null || clean.similarity() == null ? SIMILARITY : clean.similarity();
  }
}
