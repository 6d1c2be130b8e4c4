package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the {@code mesh} script says when something is not as it should be: one line that tells what
 * to do.
 */
class MeshCommandIT {

  private static final Path MESH = Path.of("../../mesh").toAbsolutePath().normalize();

  @TempDir Path home;

  @Test
  void namesATakenPort() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Answer answer = mesh("up", "--port", String.valueOf(taken.getLocalPort()));

      assertThat(answer.code()).isEqualTo(1);
      assertThat(answer.text())
          .isEqualToIgnoringWhitespace(
              "mesh: Port %d is taken by another program. Choose one: ./mesh up --port 8701"
                  .formatted(taken.getLocalPort()));
    }
  }

  @Test
  void saysThatAFolderIsNoModel() throws Exception {
    Answer answer = mesh("up", "--port", "0", "--base-model", home.toString());

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.text()).startsWith("mesh: " + home).contains("config.json").hasLineCount(1);
  }

  @Test
  void leavesKeysAloneThatItCannotRead() throws Exception {
    Path keys = home.resolve("home/data/keys/keys.json");
    Files.createDirectories(keys.getParent());
    Files.writeString(keys, "no JSON");

    Answer answer = mesh("up", "--port", "0");

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.text()).startsWith("mesh: " + keys).contains("Mend it").hasLineCount(1);
    assertThat(keys).hasContent("no JSON");
    assertThat(mesh("down").text()).contains("was not up");
  }

  @Test
  void saysWhatToDoWithoutAPython() throws Exception {
    Answer answer = mesh(Map.of("TUNEMESH_PYTHON", "/none/python"), "up", "--port", "0");

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.text()).contains("no Python at /none/python").hasLineCount(1);
  }

  @Test
  void toleratesThatNothingRuns() throws Exception {
    assertThat(mesh("down").text()).isEqualToIgnoringWhitespace("The mesh was not up.");
    assertThat(mesh("status").code()).isEqualTo(3);
    assertThat(mesh("status", "--json").text()).isEqualToIgnoringWhitespace("{\"services\": {}}");
    assertThat(mesh("logs", "nobody").text()).contains("There is no log of 'nobody'");
    assertThat(mesh("replay").text()).contains("The mesh is not up. Start it: ./mesh up");
    assertThat(mesh("dance").text()).contains("there is no command 'dance'");
  }

  private Answer mesh(String... arguments) throws IOException, InterruptedException {
    return mesh(Map.of(), arguments);
  }

  private Answer mesh(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(MESH.toString()));
    command.addAll(List.of(arguments));
    Path output = Files.createTempFile(home, "mesh", ".out");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
    builder.environment().keySet().removeAll(LocalMesh.TOLD_OF);
    builder.environment().put("TUNEMESH_HOME", home.resolve("home").toString());
    builder.environment().put("TUNEMESH_BUILT", "1");
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Answer(code, Files.readString(output).strip());
  }

  private record Answer(int code, String text) {}
}
