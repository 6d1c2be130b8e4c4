package io.tunemesh.contract.plan;

import jakarta.validation.Valid;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.Map;

/**
 * How a dataset is made. The same specification on the same inputs gives the same bytes.
 *
 * @param name for people; the dataset's id when absent
 * @param sources the files, in the order in which their examples are taken
 * @param split when absent, the service's documented shares
 */
public record DatasetSpec(
    @Size(min = 1, max = 64) String name,
    @NotEmpty List<@Valid @NotNull Source> sources,
    Split split) {

  /**
   * One file, or a part of one.
   *
   * @param file a file id, or the file's name among the uploads of the same run
   * @param recipe how its records become examples; {@code auto}, which is used when absent, chooses
   *     by the columns
   * @param columns the recipe's role to the header's text, where the recipe cannot find it alone
   * @param template the name of a prompt template, or the template itself when it contains a line
   *     break
   * @param repeat how often each training example is taken; 1 when absent
   * @param limit at most so many of the source's kept rows, the first in file order
   * @param weight the share of this source among the training examples, relative to the other
   *     sources' weights
   */
  public record Source(
      @NotNull @Size(min = 1, max = 512) String file,
      @Pattern(regexp = "auto|exam") String recipe,
      Map<String, String> columns,
      @Size(min = 1, max = 100000) String template,
      @Min(1) Integer repeat,
      @Min(1) Integer limit,
      @DecimalMin(value = "0", inclusive = false) @DecimalMax("1000000") Double weight) {}

  /**
   * Shares of the rows, chosen by a hash of each row's content, so that a row never moves when
   * others are added.
   *
   * @param validation the share that watches the training
   * @param test the share that only the final measurement sees
   * @param salt changes the choice; empty when absent
   */
  public record Split(
      @DecimalMin("0") @DecimalMax("0.9") Double validation,
      @DecimalMin("0") @DecimalMax("0.9") Double test,
      String salt) {}
}
