package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysTest {

  @TempDir Path folder;

  private Home home;
  private Path plain;

  @BeforeEach
  void home() {
    home = new Home(folder, folder);
    plain = home.data("keys").resolve("key");
  }

  @Test
  void makesOneKeyThatOnlyItsOwnerCanRead() throws IOException {
    String key = Keys.firstKey(home);

    assertThat(Keys.firstKey(home)).isEqualTo(key).startsWith("tm-");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain)))
        .isEqualTo("rw-------");
    assertThat(Files.readString(Keys.file(home))).doesNotContain(key);
    assertThat(keys()).hasSize(1);
  }

  @Test
  void takesTheKeyBackFromThoseWhoMayNotReadIt() throws IOException {
    Keys.firstKey(home);
    Files.setPosixFilePermissions(plain, PosixFilePermissions.fromString("rw-r--r--"));

    Keys.firstKey(home);

    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(plain)))
        .isEqualTo("rw-------");
  }

  @Test
  void keepsTheKeysOfOthersWhenItsOwnIsLost() throws IOException {
    Files.writeString(
        Keys.file(home),
        """
        {"keys": [{"sha256": "aa", "tenant": "acme", "role": "user", "name": "theirs"}]}
        """);

    Keys.firstKey(home);

    assertThat(keys()).extracting(k -> k.path("name").asText()).containsExactly("theirs", "local");
  }

  @Test
  void makesTheServicesFileAgainFromTheKey() throws IOException {
    String key = Keys.firstKey(home);
    String before = Files.readString(Keys.file(home));
    Files.delete(Keys.file(home));

    assertThat(Keys.firstKey(home)).isEqualTo(key);
    assertThat(Files.readString(Keys.file(home))).isEqualTo(before);
  }

  @Test
  void leavesAFileAloneThatItCannotRead() throws IOException {
    for (String broken : new String[] {"{\"keys\": [", "[]", ""}) {
      Files.writeString(Keys.file(home), broken);

      assertThatThrownBy(() -> Keys.firstKey(home))
          .isInstanceOf(Fault.class)
          .hasMessageContaining(Keys.file(home).toString())
          .hasMessageContaining("Mend it, or move it away");

      assertThat(Files.readString(Keys.file(home))).isEqualTo(broken);
      assertThat(plain).doesNotExist();
    }
  }

  @Test
  void leavesAnEmptyKeyAlone() throws IOException {
    Files.writeString(plain, "\n");

    assertThatThrownBy(() -> Keys.firstKey(home))
        .isInstanceOf(Fault.class)
        .hasMessageContaining("it is empty");
  }

  private Iterable<JsonNode> keys() throws IOException {
    return new ObjectMapper().readTree(Keys.file(home).toFile()).path("keys");
  }
}
