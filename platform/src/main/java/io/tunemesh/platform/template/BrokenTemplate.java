package io.tunemesh.platform.template;

/** A prompt template that cannot be used; the message says where and what to do. */
public class BrokenTemplate extends Exception {

  public BrokenTemplate(String message) {
    super(message);
  }
}
