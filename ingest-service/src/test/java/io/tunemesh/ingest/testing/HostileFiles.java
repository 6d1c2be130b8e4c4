package io.tunemesh.ingest.testing;

import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Every file that was ever found to hurt a reader, or might, made by code. */
public final class HostileFiles {

  /** Makes the bytes of a file. */
  @FunctionalInterface
  public interface Maker {
    byte[] make() throws Exception;
  }

  /**
   * A file that no reader may take.
   *
   * @param name also the file's
   * @param codes with one of which it is to be refused
   */
  public record Hostile(String name, Set<String> codes, Maker bytes) {

    static Hostile of(String name, Maker bytes, String... codes) {
      return new Hostile(name, Set.of(codes), bytes);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private HostileFiles() {}

  /** All of them. Those of another format join here. */
  public static List<Hostile> all() {
    return Stream.of(
            HostileZips.all(),
            HostileSheets.all(),
            Strangers.all(),
            HostileTexts.all(),
            HostileBytes.all(),
            HostileDocuments.all())
        .flatMap(List::stream)
        .toList();
  }
}
