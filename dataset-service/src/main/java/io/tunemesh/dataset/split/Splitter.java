package io.tunemesh.dataset.split;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.dataset.clean.Letters;
import io.tunemesh.platform.blob.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
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
    return part(text, Digests.sha256());
  }

  /**
   * The same, for one who asks often.
   *
   * @param digest a SHA-256 that nobody uses meanwhile; it is as fresh afterwards as before
   */
  public Part part(String text, MessageDigest digest) {
    double place = place(text, digest);
    if (place < test) {
      return Part.TEST;
    }
    return place < test + validation ? Part.VALIDATION : Part.TRAIN;
  }

  private double place(String text, MessageDigest digest) {
    digest.update(salt.getBytes(StandardCharsets.UTF_8));
    digest.update((byte) 0);
    ByteBuffer letters = Letters.utf8(text);
    digest.update(
        letters.hasRemaining() ? letters : ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
    return (ByteBuffer.wrap(digest.digest()).getLong() >>> 11) * 0x1.0p-53;
  }
}
