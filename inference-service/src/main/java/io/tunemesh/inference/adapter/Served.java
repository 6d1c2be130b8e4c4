package io.tunemesh.inference.adapter;

import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.platform.blob.Digests;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * An adapter as engines know it.
 *
 * @param model the name that is asked for
 * @param name its name in every engine: that of the model, and a digest of the model's name and the
 *     adapter's files. So another adapter never has a name, and with it a prefix cache, that was
 *     used before. It holds nothing that JSON would write in two ways.
 */
public record Served(
    String id,
    String tenant,
    String model,
    String baseModel,
    String kind,
    List<AdapterFile> files,
    String name) {

  private static final int LONGEST = 120;
  private static final int DIGITS = 16;

  static Served of(Adapter adapter) {
    return new Served(
        adapter.id(),
        adapter.tenant(),
        adapter.model(),
        adapter.baseModel(),
        adapter.kind(),
        adapter.files(),
        name(adapter));
  }

  /** A number that tells this adapter from others, the same in all replicas. */
  long key() {
    return Long.parseUnsignedLong(name, name.length() - DIGITS, name.length(), 16);
  }

  private static String name(Adapter adapter) {
    String content =
        adapter.files().stream()
            .filter(file -> file != null && file.blob() != null)
            .map(file -> file.name() + " " + file.blob().sha256())
            .sorted()
            .collect(Collectors.joining("\n", adapter.model() + "\n", ""));
    String digest = Digests.sha256(content.getBytes(StandardCharsets.UTF_8));
    String plain = adapter.model().replaceAll("[^A-Za-z0-9:._-]", "-");
    String head = plain.length() > LONGEST ? plain.substring(0, LONGEST) : plain;
    return head + "@" + digest.substring(0, DIGITS);
  }
}
