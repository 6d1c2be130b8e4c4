package io.tunemesh.inference.adapter;

/** The adapter as published can never be served: something is missing from it or broken in it. */
class UnusableAdapter extends Exception {

  private final String code;

  UnusableAdapter(String code, String message) {
    super(message);
    this.code = code;
  }

  String code() {
    return code;
  }
}
