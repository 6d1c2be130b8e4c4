package io.tunemesh.contract.plan;

/** One thing wrong in a specification: which field, and what would be right. */
public record Mistake(String field, String message) {

  @Override
  public String toString() {
    return field + ": " + message;
  }
}
