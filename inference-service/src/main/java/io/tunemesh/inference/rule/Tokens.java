package io.tunemesh.inference.rule;

import io.tunemesh.platform.token.BaseTokenizer;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jboss.logging.Logger;

/** Counts tokens as the base model does, where its tokenizer is there. */
@ApplicationScoped
class Tokens {

  private static final Logger LOG = Logger.getLogger(Tokens.class);

  private final Path folder;
  private ToIntFunction<String> counter;
  private boolean failed;

  Tokens(RulesConfig config) {
    this.folder = config.tokenizer().orElse(null);
  }

  /** What counts; empty where there is no tokenizer that can be read. */
  synchronized Optional<ToIntFunction<String>> counter() {
    if (counter == null && folder != null && !failed) {
      try {
        counter = BaseTokenizer.of(folder.resolve("tokenizer.json"))::count;
      } catch (IOException e) {
        failed = true;
        LOG.errorf("The tokenizer cannot be read, folder=%s: %s", folder, e.getMessage());
      }
    }
    return Optional.ofNullable(counter);
  }
}
