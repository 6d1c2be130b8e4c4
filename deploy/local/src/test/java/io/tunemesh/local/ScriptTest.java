package io.tunemesh.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The {@code mesh} script in a checkout where nothing is built, on a machine that lacks things,
 * with a Maven wrapper that only notes that it was called.
 */
class ScriptTest {

  private static final Path PROJECT = Path.of("../..").toAbsolutePath().normalize();
  private static final List<String> TOOLS =
      List.of(
          "bash",
          "sh",
          "cat",
          "cut",
          "dirname",
          "find",
          "flock",
          "grep",
          "mkdir",
          "mktemp",
          "readlink",
          "rm",
          "sed",
          "locale",
          "sha256sum",
          "sort",
          "tail",
          "touch",
          "xargs");

  @TempDir Path folder;

  private final Map<String, String> environment = new HashMap<>();
  private Path checkout;

  @BeforeEach
  void checkout() throws IOException {
    checkout = Files.createDirectories(folder.resolve("a checkout"));
    Files.copy(PROJECT.resolve("mesh"), checkout.resolve("mesh"));
    Files.copy(PROJECT.resolve("requirements.txt"), checkout.resolve("requirements.txt"));
    Path tools = Files.createDirectories(folder.resolve("tools"));
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), which(tool));
    }
    environment.put("PATH", tools.toString());
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("TUNEMESH_JDKS", "");
    environment.put("TUNEMESH_HOME", folder.resolve("home").toString());
  }

  @Test
  void saysThatAJdkIsMissing() throws Exception {
    environment.put("JAVA_HOME", "");

    Answer answer = mesh("up");

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.text()).startsWith("mesh: a JDK 25 is needed").hasLineCount(1);
    assertThat(mesh("help").text()).contains("replay");
  }

  @Test
  void saysThatAPythonIsMissing() throws Exception {
    Answer answer = mesh("build");

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.text()).startsWith("mesh: Python 3.11 or newer").hasLineCount(1);
  }

  @Test
  void knowsThatNothingRunsBeforeAnythingIsBuilt() throws Exception {
    assertThat(mesh("down")).isEqualTo(new Answer(0, "The mesh was not up: nothing is built yet."));
    assertThat(mesh("status").code()).isEqualTo(3);
    assertThat(mesh("status", "--json")).isEqualTo(new Answer(3, "{\"services\": {}}"));
    for (String command : List.of("logs", "replay")) {
      Answer answer = mesh(command, "x");
      assertThat(answer.code()).isEqualTo(1);
      assertThat(answer.text()).contains("nothing is built yet").hasLineCount(1);
    }
    assertThat(mesh("dance").text()).endsWith("mesh: there is no command 'dance'");
  }

  @Test
  void buildsAgainWhenASourceIsChangedMovedOrAnOutputIsGone() throws Exception {
    python();
    maven();
    Path source = file("platform/src/main/java/A.java", "class A {}");
    assertThat(mesh("build"))
        .isEqualTo(new Answer(0, "Building (about two minutes the first time) …\nReady."));
    assertThat(mesh("build").text()).isEqualTo("Ready.");

    Files.writeString(source, "class A { int a; }");
    assertThat(mesh("build").text()).contains("Building");
    Files.move(source, source.resolveSibling("B.java"));
    assertThat(mesh("build").text()).contains("Building");
    assertThat(mesh("build").text()).isEqualTo("Ready.");
    Files.delete(checkout.resolve("trainer-service/target/quarkus-app/quarkus-run.jar"));
    assertThat(mesh("build").text()).contains("Building");
    Files.delete(checkout.resolve("deploy/local/target/classes/io/tunemesh/local/Main.class"));
    assertThat(mesh("build").text()).contains("Building");
    assertThat(mesh("build").text()).isEqualTo("Ready.");
  }

  @Test
  void makesTheCacheOfReadersAnewForAnotherJdk() throws Exception {
    python();
    maven();
    environment.put("JAVA_HOME", checkout.resolve("jdk").toString());
    program("jdk/bin/javac", "echo javac 25");
    program(
        "jdk/bin/java", "echo made >>jdk/made\ntouch ingest-service/target/quarkus-app/reader.aot");
    Path modules = file("jdk/lib/modules", "");
    Files.setLastModifiedTime(modules, FileTime.fromMillis(0));
    mesh("build");
    Path cache = checkout.resolve("ingest-service/target/quarkus-app/reader.aot");
    long after = cache.toFile().lastModified() + 5000;
    Files.setLastModifiedTime(cache, FileTime.fromMillis(after));
    mesh("build");
    assertThat(Files.readAllLines(checkout.resolve("jdk/made"))).hasSize(1);

    Files.setLastModifiedTime(modules, FileTime.fromMillis(after + 5000));
    mesh("build");

    assertThat(Files.readAllLines(checkout.resolve("jdk/made"))).hasSize(2);
  }

  @Test
  void leavesTheBuildAloneThatAMeshRuns() throws Exception {
    python();
    maven();
    environment.put("JAVA_HOME", checkout.resolve("jdk").toString());
    program("jdk/bin/javac", "echo javac 25");
    program("jdk/bin/java", "cat state 2>/dev/null; exit 3");
    Path source = file("platform/src/main/java/A.java", "class A {}");
    assertThat(mesh("build").text()).contains("Building");
    Files.writeString(source, "class A { int a; }");
    Path state = file("state", "{\"url\" : \"http://127.0.0.1:8700\", \"services\" : {}}");
    assertThat(mesh("build").text())
        .startsWith("The mesh is up with an older build")
        .doesNotContain("Building");

    Files.writeString(state, "{\"services\": {}}");
    assertThat(mesh("build").text()).contains("Building");
  }

  @Test
  void tellsWhyABuildFailed() throws Exception {
    python();
    maven();
    program("mvnw", "echo 'No space left on device'\nexit 1");

    Answer answer = mesh("build");

    assertThat(answer.code()).isEqualTo(1);
    assertThat(answer.text())
        .endsWith("mesh: the build failed; .mesh/logs/build.log says why: No space left on device");
  }

  @Test
  void writesNumbersAsProgramsReadThemInEveryLocale() throws Exception {
    environment.put("LC_ALL", "de_DE.UTF-8");
    python();
    maven();
    program("mvnw", "echo \"$LC_ALL\"\nexit 1");

    assertThat(mesh("build").text()).endsWith(" C.UTF-8");
  }

  @Test
  void tellsWhichTestsWereSkippedOrFailedAtFirstAndWhy() throws Exception {
    python();
    Files.delete(checkout.resolve(".mesh/venv/bin/python"));
    program(
        ".mesh/venv/bin/python",
        "[ \"$1\" != -m ] || { printf 'SKIPPED [1] tests/test_gpu.py:4: no GPU\\nRERUN"
            + " tests/test_run.py::test_r\\n' && exit; }\n"
            + "exec %s \"$@\"".formatted(which("python3")));
    program(".mesh/venv/bin/ruff", "exit 0");
    for (String suite :
        List.of("trainer-service/starter", "inference-service/engine", "trainer-service/runtime")) {
      Files.createDirectories(checkout.resolve(suite));
    }
    file(
        "old-service/target/surefire-reports/TEST-Old.xml",
        "<testsuite><testcase classname='Old' name='old'><skipped/></testcase></testsuite>");
    program(
        "mvnw",
        """
        mkdir -p a-service/target/surefire-reports
        cat >a-service/target/surefire-reports/TEST-A.xml <<'XML'
        <testsuite><testcase classname='A' name='runs'/>
        <testcase classname='A' name='waits'><skipped message='Assumption failed: no Node.js'/></testcase>
        <testcase classname='A' name='wavers'><flakyError message='too&#10; late' type='E'/></testcase></testsuite>
        XML
        """);

    Answer answer = mesh("test");

    assertThat(answer.text())
        .contains("Skipped:\n  A.waits: Assumption failed: no Node.js\n  [1] tests/test_gpu.py:4")
        .contains("a defect to mend:\n  A.wavers: too late\n  tests/test_run.py::test_r\n")
        .doesNotContain("Old")
        .endsWith("All tests passed.");
    assertThat(answer.code()).isZero();
  }

  /** A Python environment as the script leaves it. */
  private void python() throws Exception {
    Path bin = Files.createDirectories(checkout.resolve(".mesh/venv/bin"));
    Files.createSymbolicLink(bin.resolve("python"), which("true"));
    byte[] wanted = Files.readAllBytes(checkout.resolve("requirements.txt"));
    String digest = Sha256.of(wanted);
    Files.writeString(checkout.resolve(".mesh/venv/made-of"), digest);
  }

  /** A Maven wrapper that leaves the outputs of a build. */
  private void maven() throws IOException {
    StringBuilder script = new StringBuilder("set -e\n");
    for (String service : Parts.SERVICES) {
      file(service + "/src/main/java/S.java", "class S {}");
      script.append("mkdir -p %s/target/quarkus-app\n".formatted(service));
      script.append("touch %s/target/quarkus-app/quarkus-run.jar\n".formatted(service));
    }
    file("contracts/pom.xml", "<project/>");
    file("platform/pom.xml", "<project/>");
    file("pom.xml", "<project/>");
    script.append(
        "mkdir -p deploy/local/target/lib deploy/local/target/classes/io/tunemesh/local\n");
    script.append("touch deploy/local/target/classes/io/tunemesh/local/Main.class\n");
    file("deploy/local/pom.xml", "<project/>");
    program("mvnw", script.toString());
  }

  /** A program that works in the checkout. */
  private void program(String name, String script) throws IOException {
    file(name, "#!/bin/sh\ncd '%s'\n%s\n".formatted(checkout, script)).toFile().setExecutable(true);
  }

  private Path file(String name, String text) throws IOException {
    Path file = checkout.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  private static Path which(String tool) {
    return List.of("/usr/bin", "/bin", "/usr/local/bin").stream()
        .map(place -> Path.of(place, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() -> new AssertionError("this machine has no " + tool));
  }

  private Answer mesh(String... arguments) throws IOException, InterruptedException {
    Path output = folder.resolve("output");
    ProcessBuilder builder =
        new ProcessBuilder(checkout.resolve("mesh").toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.command().addAll(List.of(arguments));
    builder.environment().keySet().removeIf(name -> name.startsWith("TUNEMESH_"));
    builder.environment().keySet().removeAll(LocalMesh.TOLD_OF);
    builder.environment().putAll(environment);
    int code = builder.start().waitFor();
    return new Answer(code, Files.readString(output).strip());
  }

  private record Answer(int code, String text) {}
}
