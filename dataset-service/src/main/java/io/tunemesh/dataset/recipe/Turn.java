package io.tunemesh.dataset.recipe;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * One turn of a chat, in OpenAI's shape.
 *
 * @param role {@code system}, {@code user} or {@code assistant}
 * @param weight 0 keeps an assistant's turn out of the loss; null counts as 1
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Turn(String role, String content, Integer weight) {

  public static Turn system(String content) {
    return new Turn("system", content, null);
  }

  public static Turn user(String content) {
    return new Turn("user", content, null);
  }

  public static Turn assistant(String content) {
    return new Turn("assistant", content, null);
  }

  /** A turn of the assistant's that is shown, and not learnt. */
  public static Turn shown(String content) {
    return new Turn("assistant", content, 0);
  }

  /** Whether the model learns to say it. */
  public boolean learned() {
    return role.equals("assistant") && (weight == null || weight > 0);
  }
}
