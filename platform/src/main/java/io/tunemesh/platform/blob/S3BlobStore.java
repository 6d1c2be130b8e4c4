package io.tunemesh.platform.blob;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.disk.Workplace;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/**
 * Blobs as objects of one bucket. {@link #putIfAbsent} is S3's conditional write, {@code
 * If-None-Match: *}.
 */
public final class S3BlobStore implements BlobStore {

  private static final int PRECONDITION_FAILED = 412;

  private final S3Client s3;
  private final String bucket;
  private final Workplace workplace;

  /**
   * A store in {@code bucket}, which must exist.
   *
   * @param workplace where a blob lies until it is sent
   */
  public S3BlobStore(S3Client s3, String bucket, Workplace workplace) {
    this.s3 = s3;
    this.bucket = bucket;
    this.workplace = workplace;
  }

  @Override
  public BlobRef put(String key, InputStream content) throws IOException {
    BlobKeys.check(key);
    Path spooled = workplace.file("blob");
    try {
      return sent(Digests.spool(key, content, spooled), spooled);
    } finally {
      Files.deleteIfExists(spooled);
    }
  }

  @Override
  public BlobRef take(String key, Path file) throws IOException {
    BlobKeys.check(key);
    return sent(Digests.of(key, file), file);
  }

  private BlobRef sent(BlobRef ref, Path file) throws IOException {
    try {
      s3.putObject(put -> put.bucket(bucket).key(ref.key()), RequestBody.fromFile(file));
      return ref;
    } catch (SdkException e) {
      throw new IOException("S3 did not take " + ref.key() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    BlobKeys.check(key);
    try {
      s3.putObject(
          put -> put.bucket(bucket).key(key).ifNoneMatch("*"), RequestBody.fromBytes(content));
      return true;
    } catch (S3Exception e) {
      if (e.statusCode() == PRECONDITION_FAILED) {
        return holds(key, content);
      }
      throw new IOException("S3 did not take " + key + ": " + e.getMessage(), e);
    } catch (SdkException e) {
      throw new IOException("S3 did not take " + key + ": " + e.getMessage(), e);
    }
  }

  /** The client tries a write again whose answer was lost, and is then refused by its own bytes. */
  private boolean holds(String key, byte[] content) {
    return Arrays.equals(
        content, s3.getObjectAsBytes(get -> get.bucket(bucket).key(key)).asByteArrayUnsafe());
  }

  @Override
  public InputStream open(BlobRef ref) throws IOException {
    BlobKeys.check(ref.key());
    try {
      return Digests.verified(
          ref, new S3Content(s3.getObject(get -> get.bucket(bucket).key(ref.key()))));
    } catch (NoSuchKeyException e) {
      throw new BlobNotFound(ref.key());
    } catch (SdkException e) {
      throw new IOException("S3 did not give " + ref.key() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public byte[] read(BlobRef part, long offset) throws IOException {
    BlobKeys.check(part.key());
    String range = "bytes=%d-%d".formatted(offset, offset + part.bytes() - 1);
    try {
      return Digests.verified(
          part,
          s3.getObjectAsBytes(get -> get.bucket(bucket).key(part.key()).range(range))
              .asByteArrayUnsafe());
    } catch (NoSuchKeyException e) {
      throw new BlobNotFound(part.key());
    } catch (SdkException e) {
      throw new IOException("S3 did not give " + part.key() + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void delete(String key) throws IOException {
    BlobKeys.check(key);
    try {
      s3.deleteObject(delete -> delete.bucket(bucket).key(key));
    } catch (SdkException e) {
      throw new IOException("S3 did not delete " + key + ": " + e.getMessage(), e);
    }
  }

  @Override
  public List<Stored> list(String folder) throws IOException {
    String prefix = BlobKeys.check(folder) + "/";
    try {
      return s3
          .listObjectsV2Paginator(list -> list.bucket(bucket).prefix(prefix))
          .contents()
          .stream()
          .map(object -> new Stored(object.key(), object.lastModified()))
          .toList();
    } catch (SdkException e) {
      throw new IOException("S3 did not list " + prefix + ": " + e.getMessage(), e);
    }
  }
}
