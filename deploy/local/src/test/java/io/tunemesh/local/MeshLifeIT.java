package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** How a mesh begins and ends when things go otherwise than they should. */
class MeshLifeIT {

  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private LocalMesh mesh;

  @BeforeEach
  void home() throws Exception {
    mesh = new LocalMesh();
  }

  @AfterEach
  void down() throws Exception {
    mesh.close();
  }

  @Test
  void startsOneMeshForTwoWhoStartItAtOnceAndFindsItsPartsAfterAKill() throws Exception {
    Process one = mesh.begin("up", "--port", "0");
    Process other = mesh.begin("up", "--port", "0");
    assertThat(one.waitFor()).isZero();
    assertThat(other.waitFor()).isZero();
    assertThat(supervisors()).hasSize(1);
    Set<Long> before = pids();

    killSupervisor();
    mesh.mesh("up", "--port", "0");

    assertThat(mesh.state().ready()).isTrue();
    assertThat(pids()).doesNotContainAnyElementsOf(before);
    assertThat(supervisors()).hasSize(1);

    killSupervisor();
    assertThat(mesh.mesh("down")).contains("The mesh is down");

    assertNothingIsLeft();
    assertThat(mesh.mesh("down")).contains("The mesh was not up");
  }

  @Test
  void leavesNothingBehindWhenTheDemoIsInterruptedAsItStarts() throws Exception {
    Process demo = mesh.begin("demo", "--port", "0");
    await().atMost(PATIENCE).until(() -> pids().size() > 2 || !demo.isAlive());

    demo.destroy();

    assertThat(demo.waitFor()).isNotZero();
    assertNothingIsLeft();
  }

  @Test
  void leavesNothingBehindWhenTheDemoCannotStart() throws Exception {
    Files.writeString(mesh.home().data("keys").resolve("keys.json"), "no JSON");

    Process demo = mesh.begin("demo", "--port", "0");

    assertThat(demo.waitFor()).isEqualTo(1);
    assertThat(mesh.printed(demo)).contains("keys.json holds keys but cannot be used");
    assertNothingIsLeft();
  }

  private void killSupervisor() {
    ProcessHandle supervisor = mesh.state().supervisor().orElseThrow();
    supervisor.destroyForcibly();
    await().atMost(PATIENCE).until(() -> !Orphans.lives(supervisor));
  }

  private List<ProcessHandle> supervisors() {
    return Orphans.marked(mesh.home()).stream()
        .filter(
            process ->
                process.info().arguments().map(a -> List.of(a).contains("supervise")).orElse(false))
        .toList();
  }

  private Set<Long> pids() {
    return Orphans.marked(mesh.home()).stream()
        .filter(Orphans::lives)
        .map(ProcessHandle::pid)
        .collect(Collectors.toSet());
  }

  private void assertNothingIsLeft() {
    assertThat(pids()).isEmpty();
    assertThat(Orphans.postgres(mesh.home())).isEmpty();
    assertThat(Path.of(mesh.home().folder().toString(), "run", "state.json")).doesNotExist();
  }
}
