package io.tunemesh.local.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The job that makes the first key of a mesh under Docker, on folders of this machine. */
class KeysJobTest {

  @TempDir Path folder;

  private Path keys;
  private Path plain;

  @BeforeEach
  void volumes() throws IOException {
    keys = Files.createDirectories(folder.resolve("keys")).resolve("keys.json");
    plain = Files.createDirectories(folder.resolve("plain")).resolve("key");
  }

  @Test
  void makesOneKeyAndTellsItAtEveryStart() throws Exception {
    String told = run();

    String made = Files.readString(keys);
    assertThat(told).isEqualTo("The key of this mesh: " + Files.readString(plain));
    assertThat(made)
        .contains("\"tenant\": \"local\"")
        .doesNotContain(Files.readString(plain).strip());
    assertThat(run()).isEqualTo(told);
    assertThat(keys).hasContent(made);
    assertThat(keys.getParent()).isDirectoryNotContaining("glob:**.new");
  }

  @Test
  void leavesTheKeysOfOthersThoughThePlainKeyIsGone() throws Exception {
    Files.writeString(keys, "those of other tenants");

    assertThat(run()).isEmpty();
    assertThat(keys).hasContent("those of other tenants");
    assertThat(plain).doesNotExist();
  }

  /** The volumes are folders here, and no other user is there to have them. */
  private String run() throws IOException, InterruptedException {
    String script =
        Compose.ofProject()
            .command("keys")
            .get(2)
            .replace("$$", "$")
            .replace("/keys/", folder + "/keys/")
            .replace("/plain/", folder + "/plain/")
            .replaceAll("(?m)^chown .*", "");
    Process job = new ProcessBuilder("sh", "-c", script).redirectErrorStream(true).start();
    String told = new String(job.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(job.waitFor()).as(told).isZero();
    return told;
  }
}
