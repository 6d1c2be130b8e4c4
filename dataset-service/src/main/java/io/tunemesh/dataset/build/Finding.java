package io.tunemesh.dataset.build;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.tunemesh.dataset.clean.Cleaning.Removal;
import io.tunemesh.dataset.dataset.ExampleLine;
import io.tunemesh.dataset.recipe.Example;
import io.tunemesh.dataset.recipe.Outcome;
import io.tunemesh.dataset.recipe.Place;
import java.util.List;
import java.util.Set;

/** What a recipe makes of rows, before the limits and the other rows of the dataset decide. */
@JsonTypeInfo(use = JsonTypeInfo.Id.DEDUCTION)
@JsonSubTypes({@JsonSubTypes.Type(Finding.Made.class), @JsonSubTypes.Type(Finding.Unusable.class)})
sealed interface Finding {

  /**
   * An example.
   *
   * @param at the row that it stands for
   * @param rows those that it keeps, as {@link Outcome.Kept} has them
   * @param label its class; null where it has none
   * @param changed the rules of cleaning that changed its text
   * @param noise why it is to be removed, whatever the others are; null where it is not
   * @param words all its words but a template's; null where no cleaning asks for them
   * @param example what the line is made of; null where another replica found it
   * @param written the line; null where nobody wrote it yet
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Made(
      Place at,
      List<Place> rows,
      ExampleLine line,
      String label,
      Set<String> changed,
      Removal noise,
      String words,
      @JsonIgnore Example example,
      @JsonIgnore WrittenLine written)
      implements Finding {

    /** The same with its line written. */
    Made with(WrittenLine written) {
      return new Made(at, rows, line, label, changed, noise, words, example, written);
    }
  }

  /** A row without an example. */
  record Unusable(Outcome.Refused why) implements Finding {}

  /**
   * All that was found in one row.
   *
   * @param unread why its recipe was not to read it; null where it was
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record OfRow(Place row, Outcome.Refused unread, List<Finding> findings) {}
}
