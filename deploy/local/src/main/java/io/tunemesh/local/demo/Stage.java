package io.tunemesh.local.demo;

/** The stages of a run, as the demo shows them. */
enum Stage {
  PARSED("parsed"),
  DATASET("dataset"),
  BASE_EVALUATION("base measured"),
  TRAINING("training"),
  EVALUATION("tuned measured"),
  ADAPTER("adapter"),
  SERVING("serving");

  private final String label;

  Stage(String label) {
    this.label = label;
  }

  String label() {
    return label;
  }
}
