package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseOwnerTest {

  @Test
  void knowsTheDeadOfItsOwnHostOnly() throws Exception {
    LeaseOwner me = LeaseOwner.ofThisProcess();
    Process child = new ProcessBuilder("sleep", "60").start();
    LeaseOwner living = LeaseOwner.of(child.toHandle());
    String earlier = new LeaseOwner(me.host(), me.pid(), me.started() - 1).toString();
    String elsewhere = new LeaseOwner("elsewhere", 1, 1).toString();
    List<String> owners = List.of(me.toString(), living.toString(), earlier, elsewhere);

    assertThat(me.deadAmong(owners)).containsExactly(earlier);

    child.destroyForcibly().waitFor();
    assertThat(me.deadAmong(owners)).containsExactly(living.toString(), earlier);
  }

  @Test
  void readsTheStartOfAProgramOfAnyName(@TempDir Path folder) throws Exception {
    Path program = folder.resolve("a) R 1 (b");
    Files.copy(Path.of("/bin/sleep"), program, StandardCopyOption.COPY_ATTRIBUTES);
    LeaseOwner me = LeaseOwner.ofThisProcess();
    Process child = new ProcessBuilder(program.toString(), "60").start();
    try {
      assertThat(LeaseOwner.of(child.toHandle()).started()).isGreaterThanOrEqualTo(me.started());
    } finally {
      child.destroyForcibly().waitFor();
    }
  }
}
