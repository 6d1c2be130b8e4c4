package io.tunemesh.trainer.job;

import java.util.Collection;

/** A job asks for a base model that is not on the allow-list. */
public class UnknownModel extends Exception {

  UnknownModel(String asked, Collection<String> known) {
    super(
        "There is no base model '%s' here. Choose one of: %s."
            .formatted(asked, String.join(", ", known)));
  }
}
