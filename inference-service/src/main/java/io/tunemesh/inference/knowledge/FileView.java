package io.tunemesh.inference.knowledge;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import java.util.Locale;

/**
 * OpenAI's vector store file object, whose id is the file's own.
 *
 * @param chunks how many parts of it can be found
 */
record FileView(
    String id,
    String object,
    long createdAt,
    long usageBytes,
    String vectorStoreId,
    String status,
    Failure lastError,
    Strategy chunkingStrategy,
    JsonNode attributes,
    int chunks) {

  /** Why it cannot be found. */
  record Failure(String code, String message) {}

  /**
   * How it is cut.
   *
   * @param type always {@code static}
   */
  record Strategy(String type, @JsonProperty("static") Size size) {}

  /** How large its chunks are. */
  record Size(int maxChunkSizeTokens, int chunkOverlapTokens) {}

  static FileView of(StoreFile file) {
    return new FileView(
        file.fileId(),
        "vector_store.file",
        file.createdAt().getEpochSecond(),
        file.bytes(),
        file.storeId(),
        file.status().name().toLowerCase(Locale.ROOT),
        file.code() == null ? null : new Failure(file.code(), file.reason()),
        new Strategy("static", new Size(file.chunkSize(), file.overlap())),
        file.attributes() == null ? Json.MAPPER.createObjectNode() : file.attributes(),
        file.chunks());
  }
}
