package io.tunemesh.inference.completion;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.inference.turn.Usage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UsageFieldTest {

  private static final String USAGE =
      "\"usage\": {\"prompt_tokens\":9,\"details\":{\"cached\":4},\"completion_tokens\":3}";

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'a':1,U}|{'a':1}",
        "{U,'a':1}|{'a':1}",
        "{'choices':[{'index':2}] , U , 'z':0.10}|{'choices':[{'index':2}] , 'z':0.10}",
        "{U}|{}"
      })
  void isCutOutAndLeavesAllOtherBytes(String both) {
    String[] halves = both.split("[|]");
    byte[] frame = frame(halves[0].replace('\'', '"').replace("U", USAGE));

    UsageField field = UsageField.in(frame);

    assertThat(field.usage()).isEqualTo(new Usage(9, 3));
    assertThat(new String(field.cutOutOf(frame), UTF_8).replace(" ", ""))
        .isEqualTo(new String(frame(halves[1].replace('\'', '"')), UTF_8).replace(" ", ""));
  }

  @Test
  void tellsTheChoice() {
    assertThat(
            UsageField.in(frame("{\"choices\":[{\"delta\":{},\"index\":2}]," + USAGE + "}"))
                .choice())
        .isEqualTo(2);
    assertThat(UsageField.in(frame("{\"choices\":[]," + USAGE + "}")).choice()).isEqualTo(-1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'usage':null}",
        "{'choices':[{'delta':{'usage':{'prompt_tokens':1}}}]}",
        "{'text':'an \\'usage\\':{}'}",
        "{'usage':{",
        "[1]",
        "no JSON"
      })
  void isAbsentWhereNoneIsTold(String data) {
    assertThat(UsageField.in(frame(data.replace('\'', '"')))).isNull();
  }

  @Test
  void isAddedUpOverTheChoices() {
    StreamUsage usage = new StreamUsage(() -> 2);

    usage.after(0, new Usage(5, 1));
    usage.after(1, new Usage(5, 4));
    assertThat(usage.after(0, new Usage(5, 2))).isEqualTo(new Usage(5, 6));
    assertThat(usage.after(-1, new Usage(5, 7))).isEqualTo(new Usage(5, 7));
  }

  @Test
  void isAddedUpOverThePrompts() {
    StreamUsage usage = new StreamUsage(() -> 2);

    usage.after(0, new Usage(5, 1));
    usage.after(1, new Usage(5, 1));
    usage.after(2, new Usage(7, 1));
    assertThat(usage.after(3, new Usage(7, 1))).isEqualTo(new Usage(12, 4));
    assertThat(new StreamUsage(() -> 0).after(1, new Usage(5, 1))).isEqualTo(new Usage(5, 1));
  }

  private static byte[] frame(String data) {
    return ("data: " + data + "\n\n").getBytes(UTF_8);
  }
}
