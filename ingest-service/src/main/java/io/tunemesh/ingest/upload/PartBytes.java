package io.tunemesh.ingest.upload;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.CorruptBlob;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.work.LeaseLost;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Puts the bytes of parts together, one part open at a time. */
@ApplicationScoped
class PartBytes {

  private final BlobStore blobs;

  PartBytes(BlobStore blobs) {
    this.blobs = blobs;
  }

  /**
   * Stores the parts that {@code ids} name, in that order, as the content of the file.
   *
   * @param renew run when all is read, before it is stored; throws {@link LeaseLost} to one who
   *     does not hold the upload
   * @throws Refusal if they are not the bytes that were announced
   */
  BlobRef join(
      PartUpload upload, List<UploadPart> parts, List<String> ids, String md5, Runnable renew)
      throws IOException {
    List<UploadPart> chosen = chosen(parts, ids);
    long total = chosen.stream().mapToLong(UploadPart::bytes).sum();
    if (total != upload.bytes()) {
      throw Refusal.invalid(
          "bytes_mismatch",
          "The parts have %,d bytes together where %,d were said; send what is missing, and name each part once."
              .formatted(total, upload.bytes()),
          "part_ids");
    }
    String key = PartUpload.fileKey(upload.id());
    MessageDigest digest = md5();
    BlobRef content;
    Joined joined = new Joined(chosen.iterator(), renew);
    try (InputStream in = new DigestInputStream(joined, digest)) {
      content = blobs.put(key, in);
    } catch (BlobNotFound | CorruptBlob e) {
      renew.run(); // the parts of a cancelled upload are removed
      throw Refusal.invalid(
          "part_lost",
          "The bytes of the part '%s' are not there whole; send it again."
              .formatted(joined.part.id()),
          "part_ids");
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (md5 != null && !md5.equalsIgnoreCase(found)) {
      blobs.delete(key);
      throw Refusal.invalid(
          "md5_mismatch",
          "The bytes have the md5 %s, not %s; check the order of the parts.".formatted(found, md5),
          "md5");
    }
    return content;
  }

  private static List<UploadPart> chosen(List<UploadPart> parts, List<String> ids) {
    Map<String, UploadPart> known =
        parts.stream().collect(Collectors.toMap(UploadPart::id, Function.identity()));
    for (String id : ids) {
      if (!known.containsKey(id)) {
        throw Refusal.invalid(
            "part_unknown", "The upload has no part with the id '%s'.".formatted(id), "part_ids");
      }
    }
    return ids.stream().map(known::get).toList();
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private final class Joined extends InputStream {
    private final Iterator<UploadPart> parts;
    private final Runnable renew;
    private UploadPart part;
    private InputStream now = InputStream.nullInputStream();

    Joined(Iterator<UploadPart> parts, Runnable renew) {
      this.parts = parts;
      this.renew = renew;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      int read = now.read(buffer, offset, length);
      while (read < 0 && parts.hasNext()) {
        now.close();
        part = parts.next();
        now = blobs.open(new BlobRef(part.key(), part.sha256(), part.bytes()));
        read = now.read(buffer, offset, length);
      }
      if (read < 0) {
        renew.run();
      }
      return read;
    }

    @Override
    public void close() throws IOException {
      now.close();
    }
  }
}
