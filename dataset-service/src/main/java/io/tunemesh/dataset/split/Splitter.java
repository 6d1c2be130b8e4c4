package io.tunemesh.dataset.split;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.dataset.clean.Letters;
import io.tunemesh.dataset.clean.StableHash;
import java.util.Optional;

/**
 * Decides the part of an example by its content and a salt alone. So an example never moves when
 * others are added, the same content in two sources falls into the same part, and examples of the
 * test part stay there when only the validation share changes.
 *
 * @param validation share of the examples
 * @param test share of the examples
 */
public record Splitter(double validation, double test, String salt) {

  /** The share of validation and of test where a specification names none. */
  public static final double DEFAULT_SHARE = 0.1;

  /** The split that {@code spec} asks for, which may be null. */
  public static Splitter of(DatasetSpec.Split spec) {
    if (spec == null) {
      return new Splitter(DEFAULT_SHARE, DEFAULT_SHARE, "");
    }
    return new Splitter(
        spec.validation() == null ? DEFAULT_SHARE : spec.validation(),
        spec.test() == null ? DEFAULT_SHARE : spec.test(),
        spec.salt() == null ? "" : spec.salt());
  }

  /** What makes this split impossible, if anything does. */
  public Optional<Mistake> mistake() {
    return validation + test < 1
        ? Optional.empty()
        : Optional.of(
            new Mistake(
                "dataset.split",
                "validation and test together are %s of the examples, which leaves none to train on;"
                        .formatted(validation + test)
                    + " choose shares that sum to less than 1"));
  }

  /**
   * The part of an example whose content is {@code text}. Width, case, spaces and punctuation make
   * no difference.
   */
  public Part part(String text) {
    long salted = StableHash.and(StableHash.START, salt);
    double place = StableHash.place(Letters.ALONE.hash(salted, text));
    if (place < test) {
      return Part.TEST;
    }
    return place < test + validation ? Part.VALIDATION : Part.TRAIN;
  }
}
