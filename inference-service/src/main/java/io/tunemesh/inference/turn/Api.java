package io.tunemesh.inference.turn;

/** What can be asked of a model. */
public enum Api {
  CHAT("/v1/chat/completions"),
  COMPLETIONS("/v1/completions"),
  EMBEDDINGS("/v1/embeddings"),
  CLASSIFY("/v1/classify");

  private final String path;

  Api(String path) {
    this.path = path;
  }

  /** Where it is asked here. */
  public String path() {
    return path;
  }
}
