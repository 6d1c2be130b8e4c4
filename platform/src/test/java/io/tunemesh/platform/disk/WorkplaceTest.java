package io.tunemesh.platform.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkplaceTest {

  @TempDir Path temp;

  @Test
  void removesWhatAProcessLeftThatIsNoMore() throws IOException {
    Path left = Files.createDirectories(temp.resolve("dead").resolve("dataset1"));
    Files.writeString(left.resolve("examples.jsonl"), "{}");
    Files.createFile(temp.resolve("dead.lock"));

    Workplace workplace = new Workplace(temp, "me");
    Path folder = workplace.folder("dataset");

    assertThat(temp.resolve("dead")).doesNotExist();
    assertThat(temp.resolve("dead.lock")).doesNotExist();
    assertThat(folder).isEmptyDirectory();
    workplace.close();
  }

  @Test
  void leavesTheFoldersOfALivingProcess() throws Exception {
    Process living =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Living.class.getName(),
                temp.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    try (var says = living.inputReader()) {
      Path theirs = Path.of(says.readLine());
      Workplace first = new Workplace(temp, "first");
      first.folder("dataset");
      assertThat(theirs).isDirectory();

      living.destroyForcibly().waitFor();
      assertThat(theirs).as("it was killed").isDirectory();
      Workplace second = new Workplace(temp, "second");
      second.folder("dataset");

      assertThat(theirs).doesNotExist();
      assertThat(temp.resolve("first")).as("of this process").isDirectory();
      first.close();
      second.close();
    } finally {
      living.destroyForcibly();
    }
  }

  @Test
  void leavesNothingBehindWhenItIsClosed() throws IOException {
    Workplace workplace = new Workplace(temp, "me");
    Files.writeString(workplace.folder("chunk").resolve("found.jsonl"), "{}");
    Files.writeString(workplace.file("blob"), "{}");

    workplace.close();

    assertThat(temp.resolve("me")).doesNotExist();
    assertThat(temp.resolve("me.lock")).doesNotExist();
  }

  /** A process that works until it is killed. */
  static final class Living {

    public static void main(String[] arguments) throws Exception {
      System.out.println(new Workplace(Path.of(arguments[0]), "living").folder("dataset"));
      System.in.read();
    }
  }
}
