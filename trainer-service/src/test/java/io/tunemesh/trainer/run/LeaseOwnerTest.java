package io.tunemesh.trainer.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseOwnerTest {

  @Test
  void knowsTheDeadOfItsOwnHostOnly() throws Exception {
    LeaseOwner me = LeaseOwner.ofThisProcess();
    Process child = new ProcessBuilder("sleep", "60").start();
    LeaseOwner living =
        new LeaseOwner(
            me.host(), child.pid(), child.info().startInstant().orElseThrow().toEpochMilli());
    String earlier = new LeaseOwner(me.host(), me.pid(), me.started() - 1).toString();
    String elsewhere = new LeaseOwner("elsewhere", 1, 1).toString();
    List<String> owners = List.of(me.toString(), living.toString(), earlier, elsewhere);

    assertThat(me.deadAmong(owners)).containsExactly(earlier);

    child.destroyForcibly().waitFor();
    assertThat(me.deadAmong(owners)).containsExactly(living.toString(), earlier);
  }
}
