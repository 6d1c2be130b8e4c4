package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineCheckTest {

  @TempDir Path folder;

  @Test
  void saysThatTheDiskIsTooFull() {
    assertThatThrownBy(() -> MachineCheck.room(home(), Long.MAX_VALUE))
        .isInstanceOf(Fault.class)
        .hasMessageStartingWith("The disk of " + folder)
        .hasMessageContaining("Free some, or set TUNEMESH_HOME");
  }

  @Test
  void saysThatAFolderCannotBeMade() throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "");

    assertThatThrownBy(() -> new Home(folder, file).data("kafka"))
        .isInstanceOf(Fault.class)
        .hasMessageStartingWith("The folder " + file + "/data/kafka cannot be made")
        .hasMessageContaining("Set TUNEMESH_HOME");
  }

  @Test
  void refusesWhatIsNoPort() {
    assertThatThrownBy(() -> MachineCheck.port(null, "eighty"))
        .isInstanceOf(Fault.class)
        .hasMessage(
            "TUNEMESH_PORT is 'eighty', which is no port. Set it to a number, or unset it.");
    assertThatThrownBy(() -> MachineCheck.port(70_000, null)).hasMessageStartingWith("70000 is no");
    assertThat(MachineCheck.port(0, "eighty")).isPositive();
  }

  @Test
  void goesBackToTheStarterModel() throws Exception {
    Files.writeString(folder.resolve("config.json"), "{}");
    assertThat(BaseModel.choose(home(), folder.toString()).folder()).isEqualTo(folder);
    assertThat(BaseModel.chosen(home()).folder()).isEqualTo(folder);
    Files.delete(folder.resolve("config.json"));
    assertThatThrownBy(() -> BaseModel.chosen(home()))
        .isInstanceOf(Fault.class)
        .hasMessageContaining("./mesh up --base-model starter");

    BaseModel.choose(home(), "starter");

    assertThat(BaseModel.chosen(home()).id()).isEqualTo("tunemesh-starter");
  }

  @Test
  void letsOneSupervisorAtATimeHaveTheData() throws Exception {
    try (HomeLock first = HomeLock.ofSupervisor(home()).orElseThrow()) {
      assertThat(HomeLock.ofSupervisor(home())).isEmpty();
      ProcessBuilder second =
          new ProcessBuilder(
                  Home.java(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  Main.class.getName(),
                  "supervise",
                  "0")
              .inheritIO();
      second.environment().put("TUNEMESH_HOME", folder.toString());

      assertThat(second.start().waitFor()).isEqualTo(Supervisor.ANOTHER_RUNS);
      assertThat(MeshState.read(home())).isEmpty();
    }
    Optional<HomeLock> after = HomeLock.ofSupervisor(home());
    assertThat(after).isPresent();
    after.get().close();
  }

  private Home home() {
    return new Home(folder, folder);
  }
}
