package io.tunemesh.dataset.build;

import io.tunemesh.contract.Where;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.mix.Mix;
import io.tunemesh.dataset.recipe.Task;
import io.tunemesh.dataset.split.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The sources of a build, each with its recipe, in the order of the specification. */
final class Sources {

  private static final String EXAM = "exam";

  private final Order order;
  private final Cleaning cleaning;
  private final List<SourceReading> readings = new ArrayList<>();
  private Task task;

  Sources(Order order, Cleaning cleaning) {
    this.order = order;
    this.cleaning = cleaning;
  }

  /** Chooses the recipes. Gives the reason, if the sources cannot be read by their own. */
  Made.Rejected choose() {
    List<SourceFault> faults = new ArrayList<>();
    for (int i = 0; i < order.files().size(); i++) {
      faults.addAll(SourceFault.of(i, order.spec(), order.files().get(i)));
    }
    if (!faults.isEmpty()) {
      return unreadable(faults);
    }
    for (int i = 0; i < order.files().size(); i++) {
      readings.add(SourceReading.sound(i, order.spec(), order.files().get(i), cleaning));
    }
    task = Task.of(readings.stream().map(reading -> reading.type().task()).toList()).orElse(null);
    return task == null ? tasksMixed() : null;
  }

  /** The first fault's code and place, with the reasons of all. */
  private static Made.Rejected unreadable(List<SourceFault> faults) {
    SourceFault first = faults.getFirst();
    String reason =
        faults.size() == 1
            ? first.mistake().message()
            : faults.stream()
                .map(
                    fault ->
                        "dataset." + fault.mistake().field() + ": " + fault.mistake().message())
                .collect(Collectors.joining("; "));
    return new Made.Rejected(null, first.code(), reason, first.where());
  }

  private Made.Rejected tasksMixed() {
    String recipes =
        readings.stream()
            .map(reading -> "'%s' %s".formatted(reading.source().file(), reading.type().name()))
            .collect(Collectors.joining(", "));
    return new Made.Rejected(
        null,
        "tasks_mixed",
        ("plain text is for pre-training and cannot be mixed with instructions (%s); make a dataset"
                + " of each")
            .formatted(recipes),
        Where.field("dataset.sources"));
  }

  List<SourceReading> all() {
    return readings;
  }

  /** The lines that each has in the training part. */
  List<Long> mixed() {
    return Mix.lines(readings.stream().map(Sources::wishes).toList());
  }

  private static Mix.Source wishes(SourceReading reading) {
    Integer repeat = reading.source().repeat();
    Integer extra = reading.source().extra();
    return new Mix.Source(
        reading.tally().examples(Part.TRAIN),
        repeat == null ? 1 : repeat,
        extra == null ? 0 : extra,
        reading.source().weight());
  }

  List<Manifest.TemplateEntry> templates() {
    return readings.stream().flatMap(reading -> reading.templates().stream()).toList();
  }

  Task task() {
    return task;
  }

  /** What every output has the form of, or null. */
  String format() {
    return readings.stream().allMatch(reading -> reading.type().name().equals(EXAM)) ? EXAM : null;
  }
}
