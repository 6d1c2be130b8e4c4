package io.tunemesh.inference.knowledge;

import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.embedding.onnx.OnnxEmbeddingModel;
import dev.langchain4j.model.embedding.onnx.PoolingMode;
import io.tunemesh.platform.token.BaseTokenizer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The operator's own embedding model, which speaks for all languages. */
final class OwnModel {

  /** What Lucene's graphs take. */
  private static final int MOST_NUMBERS = 1024;

  private final String id;
  private final EmbeddingModel model;
  private final String question;
  private final String passage;

  private OwnModel(String id, EmbeddingModel model, String question, String passage) {
    this.id = id;
    this.model = model;
    this.question = question;
    this.passage = passage;
  }

  /**
   * Loads it.
   *
   * @throws IllegalArgumentException which says what to do, if it cannot be used
   */
  static OwnModel of(KnowledgeConfig.Model config) {
    Path weights = file(config, "model.onnx");
    Path tokenizer = file(config, "tokenizer.json");
    String passage = config.passage().orElse("");
    PoolingMode pooling = config.pooling().orElse(PoolingMode.MEAN);
    try {
      BaseTokenizer.loadLibrary();
      OwnModel own =
          new OwnModel(
              digest(weights, tokenizer, pooling + "\n" + passage),
              new OnnxEmbeddingModel(weights, tokenizer, pooling, Runnable::run),
              config.question().orElse(""),
              passage);
      int numbers = own.passage("a").vector().length;
      if (numbers > MOST_NUMBERS) {
        throw unusable(
            config, "its vectors have %d numbers, and %d can be".formatted(numbers, MOST_NUMBERS));
      }
      return own;
    } catch (IOException e) {
      throw unusable(config, e.toString());
    }
  }

  Vectors.Own question(String text) {
    return embedded(question + text);
  }

  Vectors.Own passage(String text) {
    return embedded(passage + text);
  }

  private Vectors.Own embedded(String text) {
    return new Vectors.Own(id, model.embed(text).content().vector());
  }

  private static Path file(KnowledgeConfig.Model config, String name) {
    Path file = config.folder().resolve(name);
    if (!Files.isRegularFile(file)) {
      throw unusable(config, "there is no " + name);
    }
    return file;
  }

  private static IllegalArgumentException unusable(KnowledgeConfig.Model config, String why) {
    return new IllegalArgumentException(
        "tunemesh.knowledge.model.folder=%s cannot be used: %s; it needs model.onnx and tokenizer.json of a sentence model, or leave it out"
            .formatted(config.folder(), why));
  }

  /**
   * Of {@code model.onnx} and {@code tokenizer.json}, the pooling and the words before a passage:
   * if one of them is another, so are the vectors.
   */
  private static String digest(Path weights, Path tokenizer, String manner) throws IOException {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      for (Path file : List.of(weights, tokenizer)) {
        try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
          in.transferTo(OutputStream.nullOutputStream());
        }
      }
      digest.update(manner.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
