package io.tunemesh.inference.job;

import jakarta.persistence.Embeddable;

/**
 * How many rows a job has, and what became of them.
 *
 * @param completed those with an answer
 * @param failed those with a reason instead
 */
@Embeddable
public record RowCounts(long total, long completed, long failed) {

  RowCounts plus(long answered, long refused) {
    return new RowCounts(total, completed + answered, failed + refused);
  }
}
