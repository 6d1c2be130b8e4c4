package io.tunemesh.platform.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.BlobRef;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every blob store promises, tested on each. */
interface BlobStoreContract {

  BlobStore store();

  @Test
  default void givesBackWhatWasPut() throws IOException {
    BlobRef ref = store().put("a/b/c.txt", stream("数据 data"));

    assertThat(ref.bytes()).isEqualTo(11);
    assertThat(ref.sha256()).isEqualTo(Digests.sha256(bytes("数据 data")));
    assertThat(read(ref)).isEqualTo("数据 data");
  }

  @Test
  default void hasNothingUnderAKeyThatIsAFolderOrLeadsThroughAFile() throws IOException {
    store().put("folder/file", stream("data"));

    for (String key : List.of("folder", "folder/file/more", "folder/file/more/still")) {
      assertThatThrownBy(() -> read(new BlobRef(key, null, null))).isInstanceOf(BlobNotFound.class);
      assertThatThrownBy(() -> store().read(new BlobRef(key, null, 1L), 0))
          .isInstanceOf(BlobNotFound.class);
    }
  }

  @Test
  default void replacesWhatWasPut() throws IOException {
    store().put("replaced", stream("old"));
    BlobRef ref = store().put("replaced", stream("new"));

    assertThat(read(ref)).isEqualTo("new");
  }

  @Test
  default void takesAFileInThePlaceOfWhatWasPut() throws IOException {
    store().put("taken/a", stream("old"));
    Path file = Files.writeString(Files.createTempFile("taken", null), "数据 data");

    BlobRef ref = store().take("taken/a", file);

    Files.deleteIfExists(file);
    assertThat(ref.bytes()).isEqualTo(11);
    assertThat(ref.sha256()).isEqualTo(Digests.sha256(bytes("数据 data")));
    assertThat(read(ref)).isEqualTo("数据 data");
    assertThatThrownBy(() -> store().take("taken/b", file)).isInstanceOf(NoSuchFileException.class);
  }

  @Test
  default void knowsWhenAFileWasTakenHoweverOldItWas() throws IOException {
    Instant before = Instant.now().minus(Duration.ofMinutes(5));
    Path file = Files.writeString(Files.createTempFile("aged", null), "aged");
    Files.setLastModifiedTime(file, FileTime.from(before.minus(Duration.ofDays(2))));

    store().take("aged/a", file);

    Files.deleteIfExists(file);
    assertThat(store().list("aged"))
        .singleElement()
        .satisfies(blob -> assertThat(blob.at()).isAfter(before));
  }

  @Test
  default void keepsTheOldBytesWhenTheNewOnesBreakOff() throws IOException {
    BlobRef ref = store().put("kept", stream("whole"));
    InputStream broken =
        new InputStream() {
          private int given;

          @Override
          public int read() throws IOException {
            if (given++ < 3) {
              return 'x';
            }
            throw new IOException("the client went away");
          }
        };

    assertThatThrownBy(() -> store().put("kept", broken)).hasMessageContaining("went away");

    assertThat(read(ref)).isEqualTo("whole");
  }

  @Test
  default void findsCorruptBytesAtTheEnd() throws IOException {
    BlobRef stored = store().put("corrupt", stream("true bytes"));
    BlobRef wrong = new BlobRef("corrupt", Digests.sha256(bytes("other bytes")), stored.bytes());

    assertThatThrownBy(() -> read(wrong)).isInstanceOf(CorruptBlob.class);
    try (InputStream in = store().open(wrong)) {
      assertThatThrownBy(() -> in.readNBytes(wrong.bytes().intValue()))
          .isInstanceOf(CorruptBlob.class);
    }
  }

  @Test
  default void givesNotEvenTheFirstOfOtherBytesThatAreMore() throws IOException {
    BlobRef whole = store().put("longer", stream("true bytes"));
    store().put("longer", stream("other bytes, and more"));

    try (InputStream in = store().open(whole)) {
      assertThatThrownBy(() -> in.read(new byte[100])).isInstanceOf(CorruptBlob.class);
    }
  }

  @Test
  default void listsWhatLiesBelowAFolderAndNothingElse() throws IOException {
    Instant before = Instant.now().minus(Duration.ofMinutes(5));
    store().put("listed/a/1", stream("one"));
    store().put("listed/b/c/2", stream("two"));
    store().put("listed-not/3", stream("three"));
    store().put("listed/gone", stream("gone"));
    store().delete("listed/gone");

    List<BlobStore.Stored> found = store().list("listed");

    assertThat(found)
        .extracting(BlobStore.Stored::key)
        .containsExactlyInAnyOrder("listed/a/1", "listed/b/c/2");
    assertThat(found).allMatch(blob -> blob.at().isAfter(before));
    assertThat(store().list("never")).isEmpty();
  }

  @Test
  default void readsAPartOfABlob() throws IOException {
    store().put("parts", stream("one two three"));

    byte[] two = store().read(new BlobRef("parts", Digests.sha256(bytes("two")), 3L), 4);

    assertThat(new String(two, StandardCharsets.UTF_8)).isEqualTo("two");
    assertThatThrownBy(
            () -> store().read(new BlobRef("parts", Digests.sha256(bytes("two")), 3L), 5))
        .isInstanceOf(CorruptBlob.class);
    assertThatThrownBy(
            () -> store().read(new BlobRef("parts", Digests.sha256(bytes("three!")), 6L), 8))
        .isInstanceOf(CorruptBlob.class);
    assertThatThrownBy(() -> store().read(new BlobRef("none", Digests.sha256(bytes("")), 3L), 0))
        .isInstanceOf(BlobNotFound.class);
  }

  @Test
  default void saysWhenThereIsNone() {
    assertThatThrownBy(() -> read(new BlobRef("none", null, null)))
        .isInstanceOf(BlobNotFound.class);
  }

  @Test
  default void letsExactlyOneOfManyWriteWhenAbsent() throws Exception {
    try (var threads = Executors.newFixedThreadPool(8)) {
      var attempts =
          IntStream.range(0, 16)
              .<Callable<Boolean>>mapToObj(
                  i -> () -> store().putIfAbsent("once/manifest.json", bytes("writer " + i)))
              .toList();
      long won = threads.invokeAll(attempts).stream().filter(f -> f.resultNow()).count();

      assertThat(won).isEqualTo(1);
    }
    assertThat(store().putIfAbsent("once/manifest.json", bytes("late"))).isFalse();
    assertThat(read(new BlobRef("once/manifest.json", null, null))).startsWith("writer ");
  }

  @Test
  default void deletes() throws IOException {
    BlobRef ref = store().put("gone", stream("x"));

    store().delete("gone");
    store().delete("gone");

    assertThatThrownBy(() -> read(ref)).isInstanceOf(BlobNotFound.class);
  }

  @Test
  default void refusesKeysThatLeaveTheStore() {
    for (String key :
        new String[] {"../x", "a/../b", "/etc/x", "a//b", "", "a b", "..", ".", "a/"}) {
      assertThatThrownBy(() -> store().put(key, stream("x")))
          .as(key)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private String read(BlobRef ref) throws IOException {
    try (InputStream in = store().open(ref)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static InputStream stream(String text) {
    return new ByteArrayInputStream(bytes(text));
  }
}
