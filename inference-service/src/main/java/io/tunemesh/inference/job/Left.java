package io.tunemesh.inference.job;

import com.fasterxml.jackson.core.type.TypeReference;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import java.util.Set;

/**
 * What an attempt at a job has left for later, so that the next one need not look for it.
 *
 * @param row the first row that has no result; all before it have one
 * @param at where its line begins in the input, in bytes
 * @param models JSON of the models that the rows without a result ask; null if they are too many
 */
@Embeddable
public record Left(
    @Column(name = "left_row") Long row,
    @Column(name = "left_at") Long at,
    @Column(name = "left_models") String models) {

  private static final int MOST_MODELS = 50;

  static Left of(Row first, Set<String> models) {
    String known = models.size() > MOST_MODELS ? null : JsonText.of(models);
    return new Left(first.index(), first.at(), known);
  }

  /** Null if they are too many. */
  Set<String> asked() {
    return JsonText.read(models, new TypeReference<Set<String>>() {});
  }
}
