package io.tunemesh.inference.knowledge;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.bgesmallenv15q.BgeSmallEnV15QuantizedEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.bgesmallzhv15q.BgeSmallZhV15QuantizedEmbeddingModel;
import io.quarkus.runtime.StartupEvent;
import io.tunemesh.platform.token.BaseTokenizer;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Embeds text in this process: Chinese by bge-small-zh-v1.5 (512 numbers), English by
 * bge-small-en-v1.5 (384), both with 8-bit weights, which are loaded at their first use; or all by
 * the operator's own model.
 */
@ApplicationScoped
public class Embeddings {

  /** What the models' authors put before a question, so that it meets its answer. */
  private static final String CHINESE_QUESTION = "为这个句子生成表示以用于检索相关文章：";

  private static final String ENGLISH_QUESTION =
      "Represent this sentence for searching relevant passages: ";

  private static final class Chinese {
    static final EmbeddingModel MODEL = model();

    private static EmbeddingModel model() {
      BaseTokenizer.loadLibrary();
      return new BgeSmallZhV15QuantizedEmbeddingModel(Runnable::run);
    }
  }

  private static final class English {
    static final EmbeddingModel MODEL = model();

    private static EmbeddingModel model() {
      BaseTokenizer.loadLibrary();
      return new BgeSmallEnV15QuantizedEmbeddingModel(Runnable::run);
    }
  }

  private static final class Counter {
    static final BaseTokenizer TOKENIZER = tokenizer();

    private static BaseTokenizer tokenizer() {
      String file = "/bge-small-zh-v1.5-q-tokenizer.json";
      try (InputStream in = BgeSmallZhV15QuantizedEmbeddingModel.class.getResourceAsStream(file)) {
        return BaseTokenizer.of(in);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final KnowledgeConfig config;
  private volatile OwnModel own;

  @Inject
  Embeddings(KnowledgeConfig config) {
    this.config = config;
  }

  /** The models that come along. */
  static Embeddings ours() {
    return new Embeddings((OwnModel) null);
  }

  static Embeddings by(OwnModel own) {
    return new Embeddings(own);
  }

  private Embeddings(OwnModel own) {
    this.config = null;
    this.own = own;
  }

  /** Loads it before the first text comes; a model that cannot be used is said at once. */
  void start(@Observes @Priority(100) StartupEvent event) {
    own = config.model().map(OwnModel::of).orElse(null);
  }

  /** What a part of a document means. */
  Vectors passage(String text) {
    if (own != null) {
      return new Vectors(null, null, own.passage(text));
    }
    return vectors(Language.of(text), text, text);
  }

  /** What a question means. */
  Vectors question(String text) {
    if (own != null) {
      return new Vectors(null, null, own.question(text));
    }
    return vectors(Language.of(text), CHINESE_QUESTION + text, ENGLISH_QUESTION + text);
  }

  private static Vectors vectors(Language language, String chinese, String english) {
    return new Vectors(
        language.chinese() ? Chinese.MODEL.embed(chinese).content().vector() : null,
        language.english() ? English.MODEL.embed(english).content().vector() : null);
  }

  /** How many tokens a text has to the Chinese model, which knows English words as well. */
  static int tokens(String text) {
    return Counter.TOKENIZER.count(text);
  }
}
