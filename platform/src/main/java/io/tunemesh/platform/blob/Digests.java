package io.tunemesh.platform.blob;

import io.tunemesh.contract.BlobRef;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 over streams. */
public final class Digests {

  /** Never fed. A copy of it costs a fifth of what a search among the providers does. */
  private static final MessageDigest FRESH = found();

  private Digests() {}

  /** A fresh SHA-256. */
  public static MessageDigest sha256() {
    return copy(FRESH);
  }

  private static MessageDigest found() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The digest of {@code bytes} as lower-case hexadecimal. */
  public static String sha256(byte[] bytes) {
    return HexFormat.of().formatHex(sha256().digest(bytes));
  }

  /** Writes {@code content} to {@code file} and returns what was written, under {@code key}. */
  static BlobRef spool(String key, InputStream content, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file)) {
      return copied(key, content, out);
    }
  }

  /** What {@code file} holds, under {@code key}. */
  static BlobRef of(String key, Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return copied(key, in, OutputStream.nullOutputStream());
    }
  }

  private static BlobRef copied(String key, InputStream in, OutputStream out) throws IOException {
    MessageDigest digest = sha256();
    long bytes = new DigestInputStream(in, digest).transferTo(out);
    return new BlobRef(key, HexFormat.of().formatHex(digest.digest()), bytes);
  }

  /**
   * The bytes of {@code part}; one without a digest is not checked.
   *
   * @throws CorruptBlob if {@code found} are others
   */
  static byte[] verified(BlobRef part, byte[] found) throws CorruptBlob {
    String digest = part.sha256() == null ? null : sha256(found);
    if (digest != null && !digest.equals(part.sha256())) {
      throw new CorruptBlob(part.key(), part.sha256(), digest);
    }
    return found;
  }

  /**
   * A stream that throws {@link CorruptBlob} instead of giving the last bytes of {@code ref} if the
   * bytes are others, so that who passes them on as they come has not passed on all; and at its
   * end, if they are more or fewer.
   */
  static InputStream verified(BlobRef ref, InputStream in) {
    if (ref.sha256() == null) {
      return in;
    }
    MessageDigest digest = sha256();
    return new FilterInputStream(new DigestInputStream(in, digest)) {
      private long left = ref.bytes() == null ? Long.MAX_VALUE : ref.bytes();

      @Override
      public int read() throws IOException {
        int found = super.read();
        check(found < 0 ? -1 : 1);
        return found;
      }

      @Override
      public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
          return 0;
        }
        int read = super.read(buffer, offset, length);
        check(read);
        return read;
      }

      private void check(int read) throws IOException {
        left -= Math.max(read, 0);
        if (read < 0 || left <= 0) {
          String found = HexFormat.of().formatHex(copy(digest).digest());
          if (!found.equals(ref.sha256())) {
            throw new CorruptBlob(ref.key(), ref.sha256(), found);
          }
        }
      }
    };
  }

  private static MessageDigest copy(MessageDigest digest) {
    try {
      return (MessageDigest) digest.clone();
    } catch (CloneNotSupportedException e) {
      throw new IllegalStateException(e);
    }
  }
}
