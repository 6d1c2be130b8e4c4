package io.tunemesh.dataset.dataset;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/**
 * How far the build of a dataset is.
 *
 * @param stage what it does now
 * @param done how many of {@code of} are done in this stage
 * @param of rows or examples; null where the stage has nothing to count
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record BuildProgress(Stage stage, Long done, Long of) {

  /** The parts of a build, in their order. */
  public enum Stage {
    /** Rows become examples. */
    READING,
    /** The tokens of examples are counted. */
    COUNTING,
    /** The files, the report and the lineage are made and stored. */
    STORING;

    /** The name on the wire. */
    @JsonValue
    public String key() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
