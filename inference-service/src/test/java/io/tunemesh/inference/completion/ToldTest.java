package io.tunemesh.inference.completion;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;

class ToldTest {

  private static final String BODY = "{ \"n\" : 1.50,\"s\":\"}\" } \n";

  private final ObjectNode told = Json.MAPPER.createObjectNode();

  @Test
  void isPutBehindBytesThatStayAsTheyAre() throws Exception {
    told.put("note", "seen");

    assertThat(in(BODY, false))
        .isEqualTo("{ \"n\" : 1.50,\"s\":\"}\" ,\"tunemesh\":{\"note\":\"seen\"}}");
  }

  @Test
  void leavesBytesAloneWhereNothingIsToldOrChanged() {
    Buffer body = Buffer.buffer(BODY);

    assertThat(Told.in(body, Json.MAPPER.createObjectNode(), false, told)).isSameAs(body);
  }

  @Test
  void isWrittenWithWhatAStepHasChanged() throws Exception {
    assertThat(in(BODY, true)).isEqualTo("{\"n\":1.5,\"s\":\"}\"}");

    told.put("note", "seen");
    assertThat(in(BODY, true))
        .isEqualTo("{\"n\":1.5,\"s\":\"}\",\"tunemesh\":{\"note\":\"seen\"}}");
  }

  @Test
  void takesThePlaceOfWhatAnEngineTells() throws Exception {
    told.put("note", "seen");

    assertThat(in("{\"tunemesh\":1,\"n\":2}", false))
        .isEqualTo("{\"tunemesh\":{\"note\":\"seen\"},\"n\":2}");
    assertThat(in("{}", false)).isEqualTo("{\"tunemesh\":{\"note\":\"seen\"}}");
  }

  private String in(String body, boolean changed) throws JsonProcessingException {
    ObjectNode answer = Json.MAPPER.readValue(body, ObjectNode.class);
    return Told.in(Buffer.buffer(body), answer, changed, told).toString();
  }
}
