package io.tunemesh.dataset.recipe;

/** A row that a recipe cannot use, because of the cell of one of its roles. */
final class Unusable extends Exception {

  private final String code;
  private final String role;

  /**
   * @param role null where the fault is of the whole row
   * @param reason what to mend
   */
  Unusable(String code, String role, String reason) {
    super(reason, null, false, false);
    this.code = code;
    this.role = role;
  }

  String code() {
    return code;
  }

  String role() {
    return role;
  }
}
