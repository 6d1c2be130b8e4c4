package io.tunemesh.inference.knowledge;

import dev.langchain4j.model.embedding.onnx.PoolingMode;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** How documents are taken in and searched. */
@ConfigMapping(prefix = "tunemesh.knowledge")
interface KnowledgeConfig {

  /** How long a replica may be silent before another goes on with its document. */
  @WithDefault("30s")
  Duration lease();

  /** How often a replica looks for documents that nobody works on. */
  @WithDefault("1s")
  Duration lookEvery();

  /**
   * How long a document may stay unknown to this service after it was attached; events may be late.
   */
  @WithDefault("10m")
  Duration patience();

  /** How often a document is tried over which something unforeseen fails. */
  @WithDefault("5")
  int tries();

  /** A document of more chunks is refused. */
  @WithDefault("100000")
  int maxChunks();

  /** A document whose chunks have more characters is refused: they are held while it is read. */
  @WithDefault("50000000")
  long maxCharacters();

  /** Of how many stores the indexes are kept open. */
  @WithDefault("64")
  int openStores();

  /** A model of one's own in place of those that come along, as one of many languages. */
  Optional<Model> model();

  /** A sentence model in ONNX, with the inputs of BERT. */
  interface Model {

    /** Has {@code model.onnx} and {@code tokenizer.json}. */
    Path folder();

    /**
     * How the tokens' vectors become one: {@code mean}, which it is if left out, or {@code cls}.
     */
    Optional<PoolingMode> pooling();

    /** What stands before a question, as {@code "query: "}. */
    Optional<String> question();

    /** What stands before a passage, as {@code "passage: "}. */
    Optional<String> passage();
  }
}
