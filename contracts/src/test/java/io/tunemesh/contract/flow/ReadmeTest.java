package io.tunemesh.contract.flow;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.CloudEvents;
import io.tunemesh.contract.Committed;
import io.tunemesh.contract.Envelope;
import io.tunemesh.contract.EventType;
import io.tunemesh.contract.plan.InvalidPlan;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.schema.Javadocs;
import io.tunemesh.contract.upload.UploadRequested;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadmeTest {

  private static final Path FILE = Path.of("README.md");
  private static final Pattern TABLE =
      Pattern.compile("(?<=<!-- events -->\n).*(?=<!-- /events -->)", Pattern.DOTALL);

  private String readme;

  @BeforeEach
  void read() throws IOException {
    readme = Files.readString(FILE);
  }

  @Test
  void listsTheEventsOfTheCode() throws IOException {
    String table = Matcher.quoteReplacement(table(new Javadocs(Path.of("src/main/java"))));

    assertThat(TABLE.matcher(readme).find()).isTrue();
    Committed.holds(FILE, TABLE.matcher(readme).replaceFirst(table));
  }

  @Test
  void itsPlanIsGood() throws InvalidPlan {
    Plan plan = Plans.plan(blocks("json").getFirst());

    assertThat(plan.dataset().sources()).hasSize(2);
  }

  @Test
  void itsRecordIsAnUploadRequest() throws InvalidPlan {
    String value = blocks("json").getLast();
    String command = blocks("sh").getFirst();
    Map<String, String> headers =
        Pattern.compile("-H (\\S+?)=(\\S+)")
            .matcher(command)
            .results()
            .collect(Collectors.toMap(h -> h.group(1), h -> h.group(2)));

    Envelope<?> read = CloudEvents.read(headers::get, value.getBytes(StandardCharsets.UTF_8));

    assertThat(read.data()).isEqualTo(Plans.read(value, UploadRequested.class));
    assertThat(read.run()).isEqualTo("exams-march");
    assertThat(command)
        .contains(" -t " + read.type().topic().topicName() + " ")
        .contains(" -k " + read.data().subject() + " ");
  }

  @Test
  void itsLinksLeadSomewhere() {
    assertThat(Pattern.compile("]\\(([^)]+)\\)").matcher(readme).results())
        .isNotEmpty()
        .allSatisfy(link -> assertThat(Path.of(link.group(1))).exists());
  }

  private List<String> blocks(String language) {
    return Pattern.compile("```" + language + "\n(.*?)```", Pattern.DOTALL)
        .matcher(readme)
        .results()
        .map((MatchResult block) -> block.group(1))
        .toList();
  }

  private static String table(Javadocs docs) {
    StringBuilder table = new StringBuilder("| event | from | topic | |\n|---|---|---|---|\n");
    for (EventType type : EventType.values()) {
      table.append(
          "| `%s` | %s | `%s` | %s |\n"
              .formatted(
                  type.payload().getSimpleName(),
                  Flow.sender(type),
                  type.topic().topicName(),
                  docs.of(type.payload()).replace("|", "\\|")));
    }
    return table.toString();
  }
}
