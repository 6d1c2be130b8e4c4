package io.tunemesh.inference.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tunemesh.contract.adapter.AdapterPublished.AdapterFile;
import io.tunemesh.inference.engine.EngineConfig;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.blob.FileBlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two replicas that share a folder. */
class AdapterFoldersTest {

  @TempDir Path folder;

  private BlobStore blobs;
  private List<AdapterFile> files;
  private AdapterFolders faster;

  @BeforeEach
  void published() throws IOException {
    blobs = new FileBlobStore(folder.resolve("blobs"));
    files = List.of(file("adapter_config.json"), file("adapter_model.safetensors"));
    faster = folders(blobs, Duration.ofHours(1));
  }

  @Test
  void takesTheFolderThatAnotherReplicaMadeMeanwhile() throws Exception {
    AdapterFolders slower = folders(afterwards(() -> faster.of(files)), Duration.ZERO);

    Path made = slower.of(files);

    assertThat(made).isEqualTo(faster.of(files));
    assertThat(slower.all()).containsExactly(made);
  }

  @Test
  void takesNoFolderThatIsNotWhole() throws Exception {
    Path made = faster.of(files);
    Files.delete(made.resolve("adapter_config.json"));
    Files.delete(made.resolve("adapter_model.safetensors"));
    Files.delete(made);
    AdapterFolders slower =
        folders(
            afterwards(() -> Files.writeString(Files.createDirectory(made).resolve("x"), "x")),
            Duration.ZERO);

    assertThatThrownBy(() -> slower.of(files)).isInstanceOf(IOException.class);
    assertThat(slower.all()).containsExactly(made);
  }

  @Test
  void keepsAFolderThatAnEngineMayStillReadForAQuestion() throws Exception {
    Path made = faster.of(files);
    faster.discardAllBut(List.of(), faster.all());
    assertThat(made).exists();
    faster.discardAllBut(List.of(files), faster.all());

    AdapterFolders later = folders(blobs, Duration.ZERO);
    later.discardAllBut(List.of(files), later.all());
    assertThat(made).exists();
    later.discardAllBut(List.of(), later.all());

    assertThat(made).doesNotExist();
  }

  /** The store, while something else happens before the first blob is read. */
  private BlobStore afterwards(Callable<?> first) {
    boolean[] happened = new boolean[1];
    return (BlobStore)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {BlobStore.class},
            (proxy, method, arguments) -> {
              if (!happened[0]) {
                happened[0] = true;
                first.call();
              }
              try {
                return method.invoke(blobs, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private AdapterFolders folders(BlobStore store, Duration keep) {
    return new AdapterFolders(
        store,
        answering(EngineConfig.class, folder.resolve("adapters")),
        answering(AdaptersConfig.class, keep));
  }

  private static <T> T answering(Class<T> config, Object value) {
    return config.cast(
        Proxy.newProxyInstance(
            config.getClassLoader(), new Class<?>[] {config}, (proxy, method, its) -> value));
  }

  private AdapterFile file(String name) throws IOException {
    byte[] content = name.getBytes(StandardCharsets.UTF_8);
    return new AdapterFile(name, blobs.put(name, new ByteArrayInputStream(content)));
  }
}
