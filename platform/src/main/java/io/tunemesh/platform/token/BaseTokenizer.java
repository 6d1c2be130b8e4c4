package io.tunemesh.platform.token;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A base model's {@code tokenizer.json}, read by the library that transformers reads it by, without
 * the special tokens that a tokenizer adds of itself. It needs neither a network nor a home folder.
 */
public final class BaseTokenizer {

  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;

  private BaseTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /**
   * Reads a tokenizer.
   *
   * @throws IOException if it cannot be read as one
   */
  public static BaseTokenizer of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in);
    }
  }

  /** Reads a tokenizer, as {@link #of(Path)}. */
  public static BaseTokenizer of(InputStream in) throws IOException {
    Library.load();
    try {
      return new BaseTokenizer(HuggingFaceTokenizer.newInstance(in, OPTIONS));
    } catch (RuntimeException e) {
      throw new IOException(String.valueOf(e.getMessage()), e);
    }
  }

  /** The tokens of each text. */
  public long[][] encode(List<String> texts) {
    long[] encodings =
        TokenizersLibrary.LIB.batchEncode(
            tokenizer.getHandle(), texts.toArray(String[]::new), false);
    long[][] ids = new long[encodings.length][];
    for (int i = 0; i < encodings.length; i++) {
      ids[i] = TokenizersLibrary.LIB.getTokenIds(encodings[i]);
      TokenizersLibrary.LIB.deleteEncoding(encodings[i]);
    }
    return ids;
  }

  /** How many tokens {@code text} has. */
  public int count(String text) {
    return encode(List.of(text))[0].length;
  }

  /**
   * Loads the native library as this class does, for others that use the same one: from whoever
   * loads it first it is there for all.
   */
  public static void loadLibrary() {
    Library.load();
  }

  /** Loads the native library once, from a folder of its own that is gone when it is loaded. */
  private static final class Library {

    static {
      Path folder = null;
      try {
        folder = Files.createTempDirectory("tokenizers");
        System.setProperty("ENGINE_CACHE_DIR", folder.toString());
        System.setProperty("RUST_FLAVOR", "cpu");
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        ai.djl.huggingface.tokenizers.jni.LibUtils.checkStatus();
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      } finally {
        remove(folder);
      }
    }

    static void load() {}

    private static void remove(Path folder) {
      if (folder == null) {
        return;
      }
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      } catch (IOException e) {
        folder.toFile().deleteOnExit();
      }
    }
  }
}
