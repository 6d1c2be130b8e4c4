package io.tunemesh.inference.rule;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;

/**
 * One run of a schema's validator, which may take a time that grows with the answer alone: what a
 * schema costs can double with each level of an answer.
 */
final class BoundedValidation extends ExecutionContext {

  /** The schema costs more than answers of that length may. */
  static final class TooCostly extends RuntimeException {
    private TooCostly() {
      super(null, null, false, false);
    }
  }

  private static final int STEPS = 200_000;
  private static final int STEPS_PER_CHARACTER = 50;

  /** Faults of a choice that is given up in the end take memory until then. */
  private static final int STEPS_PER_FAULT = 10;

  private long left;

  BoundedValidation(Schema schema, int characters) {
    super(schema.createExecutionContext().getExecutionConfig());
    left = STEPS + (long) STEPS_PER_CHARACTER * characters;
  }

  @Override
  public void evaluationPathAddLast(String token) {
    spend(1);
    super.evaluationPathAddLast(token);
  }

  @Override
  public void evaluationPathAddLast(int token) {
    spend(1);
    super.evaluationPathAddLast(token);
  }

  @Override
  public void addError(Error error) {
    spend(STEPS_PER_FAULT);
    super.addError(error);
  }

  private void spend(int steps) {
    left -= steps;
    if (left < 0) {
      throw new TooCostly();
    }
  }
}
