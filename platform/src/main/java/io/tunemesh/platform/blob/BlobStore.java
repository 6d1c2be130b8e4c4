package io.tunemesh.platform.blob;

import io.tunemesh.contract.BlobRef;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * Bytes by key, on a file system or in S3; both keep the same promises. Keys are made by servers,
 * from letters, digits and {@code . _ - /}.
 */
public interface BlobStore {

  /**
   * Stores {@code content} under {@code key}, replacing what was there. A reader sees the old bytes
   * or the new, never a part; a failure leaves the old.
   *
   * @return the key with the digest and the count of the bytes
   */
  BlobRef put(String key, InputStream content) throws IOException;

  /**
   * Stores a file as {@link #put} does, at less cost, for it need not be copied first. It may be
   * gone afterwards; nobody may write to it meanwhile.
   */
  BlobRef take(String key, Path file) throws IOException;

  /**
   * Stores {@code content} if {@code key} is free. Of any number of writers exactly one gets true.
   */
  boolean putIfAbsent(String key, byte[] content) throws IOException;

  /**
   * Opens a blob for reading. When {@code ref} has a digest, reading to the end throws {@link
   * CorruptBlob} if the bytes are others.
   *
   * @throws BlobNotFound if there is none
   */
  InputStream open(BlobRef ref) throws IOException;

  /**
   * Reads a part of a blob into memory.
   *
   * @param part the blob's key, with the count of the part's bytes and, to be checked, their digest
   * @param offset of the part's first byte
   * @throws BlobNotFound if there is none
   * @throws CorruptBlob if the bytes are others, or fewer
   */
  byte[] read(BlobRef part, long offset) throws IOException;

  /** Removes a blob; none under that key is no error. */
  void delete(String key) throws IOException;

  /**
   * The blobs below {@code folder}, in no order. One that is stored or removed meanwhile may be
   * among them or not.
   */
  List<Stored> list(String folder) throws IOException;

  /** A blob that was there, and when it was last stored by the store's own clock. */
  record Stored(String key, Instant at) {}
}
