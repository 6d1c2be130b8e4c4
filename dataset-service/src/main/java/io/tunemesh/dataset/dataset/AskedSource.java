package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.dataset.augment.Step;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.util.List;
import java.util.stream.Stream;

/** A source by what it was asked for as, and by the file that this turned out to be. */
@Embeddable
public class AskedSource {
  String asked;

  @Column(name = "file_id")
  String fileId;

  /** The sources of a specification in its order, and its word lists after them. */
  static List<AskedSource> all(DatasetSpec spec) {
    Stream<String> files = spec.sources().stream().map(DatasetSpec.Source::file);
    return Stream.concat(files, Step.wordFiles(spec).stream()).map(AskedSource::of).toList();
  }

  private static AskedSource of(String asked) {
    AskedSource source = new AskedSource();
    source.asked = asked;
    return source;
  }

  public String asked() {
    return asked;
  }

  /** Null until the file has come and was read. */
  public String fileId() {
    return fileId;
  }
}
