package io.tunemesh.dataset.augment;

import io.tunemesh.dataset.clean.Letters;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.platform.blob.Digests;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * What a dataset holds already, so that nothing is made that is measured on or that is there.
 * Questions are held against each other as {@link Letters#AND_SIGNS} has them, whole examples as
 * they are; what an example asks is told as it was before it was cleaned, and of one that was made
 * of it as it is after. It takes some 20 to 45 bytes an example.
 */
public final class Known {

  /** It asks what an example of the validation or the test part asks. */
  static final String MEASURED = "in_validation_or_test";

  /** A training example says or asks the same. */
  static final String DUPLICATE = "duplicate";

  private final Marks measured = new Marks();
  private final Marks asked = new Marks();
  private final Marks said = new Marks();
  private final UnaryOperator<String> cleaning;

  /**
   * @param cleaning what makes the same of a question and of what cleaning leaves of it
   */
  public Known(UnaryOperator<String> cleaning) {
    this.cleaning = cleaning;
  }

  /** Takes an example of the validation or the test part. */
  public void measure(Example example) {
    measured.add(mark(example.decides()));
  }

  /** Takes an example of the training part. */
  public void train(Example example) {
    asked.add(mark(example.decides()));
    said.add(digest(example.content().words()));
  }

  /**
   * Takes an example that was made, or tells why it must not be. One with its options in another
   * order asks what its parent does; any other is to ask something new.
   */
  public Optional<String> refusal(Method method, Example example) {
    long question = mark(example.decides());
    if (measured.has(question)) {
      return Optional.of(MEASURED);
    }
    boolean repeats = method != Method.SHUFFLE_OPTIONS && asked.has(question);
    if (repeats || !said.add(digest(example.content().words()))) {
      return Optional.of(DUPLICATE);
    }
    asked.add(question);
    return Optional.empty();
  }

  private long mark(String text) {
    return digest(Letters.AND_SIGNS.of(cleaning.apply(text)));
  }

  private static long digest(String text) {
    byte[] digest = Digests.sha256().digest(text.getBytes(StandardCharsets.UTF_8));
    return ByteBuffer.wrap(digest).getLong();
  }
}
