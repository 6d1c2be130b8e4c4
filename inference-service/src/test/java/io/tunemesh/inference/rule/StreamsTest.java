package io.tunemesh.inference.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.plan.RulesSpec;
import io.tunemesh.inference.turn.ChunkFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StreamsTest {

  private final List<Acted> acted = new ArrayList<>();
  private boolean told;

  @Test
  void filtersEachChoiceByItself() {
    ChunkFilter filter = filtered("{'forbidden': {'words': ['bad']}, 'length': {'characters': 9}}");

    List<String> out =
        run(
            filter,
            choice(0, "{'role': 'assistant', 'content': ''}", null),
            choice(0, "{'content': 'A ba'}", null),
            choice(1, "{'content': 'ba'}", null),
            choice(0, "{'content': 'd. Then more. '}", null),
            choice(1, "{'content': 'nana. '}", null),
            choice(0, "{}", "stop"),
            choice(1, "{}", "stop"),
            "{'choices': [], 'usage': {'total_tokens': 3}}");

    assertThat(out)
        .containsExactly(
            "{'choices':[{'index':0,'delta':{'role':'assistant','content':''},'finish_reason':null}]}",
            "{'choices':[{'index':0,'delta':{'content':'A ***. '},'finish_reason':null}]}",
            "{'choices':[{'index':0,'delta':{'content':''},'finish_reason':'length'}]}",
            "{'choices':[{'index':1,'delta':{'content':'banana. '},'finish_reason':'stop'}]}",
            "{'choices':[],'usage':{'total_tokens':3}}");
    assertThat(acted)
        .extracting(Acted::rule, Acted::choice)
        .containsExactly(tuple("after.forbidden", 0), tuple("after.length", 0));
    assertThat(told).isTrue();
  }

  @Test
  void givesWhatItHoldsWhenAStreamEndsWithoutAReason() {
    ChunkFilter filter = filtered("{'forbidden': {'words': ['badly']}}");

    assertThat(run(filter, choice(0, "{'content': 'so bad'}", null)))
        .containsExactly(
            "{'choices':[{'index':0,'delta':{'content':'so '},'finish_reason':null}]}",
            "{'choices':[{'index':0,'delta':{'content':'bad'},'finish_reason':null}]}");
  }

  @Test
  void givesTheThoughtThatItHoldsAsWell() {
    ChunkFilter filter = filtered("{'forbidden': {'words': ['bad', 'badly']}}");

    assertThat(run(filter, choice(0, "{'reasoning': 'so bad'}", null)))
        .containsExactly(
            "{'choices':[{'index':0,'delta':{'reasoning':'so '},'finish_reason':null}]}",
            "{'choices':[{'index':0,'delta':{'reasoning':'***'},'finish_reason':null}]}");
    assertThat(acted).hasSize(1);
  }

  @Test
  void leavesCallsOfToolsAndMasksThoughts() {
    ChunkFilter filter = filtered("{'forbidden': {'words': ['bad']}}");

    assertThat(
            run(
                filter,
                choice(0, "{'reasoning_content': 'a bad'}", null),
                choice(0, "{'tool_calls': [{'index': 0}]}", null),
                choice(0, "{}", "tool_calls")))
        .containsExactly(
            "{'choices':[{'index':0,'delta':{'reasoning_content':'a '},'finish_reason':null}]}",
            "{'choices':[{'index':0,'delta':{'tool_calls':[{'index':0}]},'finish_reason':null}]}",
            "{'choices':[{'index':0,'delta':{'reasoning_content':'***'},'finish_reason':'tool_calls'}]}");
    assertThat(acted).containsExactly(new Acted("after.forbidden", "a forbidden word was masked"));
  }

  @Test
  void tellsOfThoughtsThatItMaskedInAWholeAnswerToo() throws Exception {
    ObjectNode whole =
        read(
            "{'choices': [{'index': 0, 'message': {'content': 'ok', 'reasoning_content': 'a bad'}},"
                + " {'index': 1, 'message': {'content': null, 'reasoning': 'bad bad'}}]}");

    new Answer(whole).apply(rules("{'forbidden': {'words': ['bad']}}"), acted);

    assertThat(whole.at("/choices/0/message/reasoning_content").asText()).isEqualTo("a ***");
    assertThat(whole.at("/choices/1/message/reasoning").asText()).isEqualTo("*** ***");
    assertThat(acted)
        .containsExactly(
            new Acted("after.forbidden", "a forbidden word was masked", 0),
            new Acted("after.forbidden", "2 forbidden words were masked", 1));
  }

  @Test
  void aCutAnswerThatCallsAToolStillSaysSo() throws Exception {
    String length = "{'length': {'characters': 9}}";
    String text = "'content': 'It is so. And more.'";
    for (var ends : Map.of("tool_calls", "tool_calls", "stop", "length").entrySet()) {
      ObjectNode whole =
          read(
              "{'choices': [{'message': {%s}, 'finish_reason': '%s'}]}"
                  .formatted(text, ends.getKey()));

      new Answer(whole).apply(rules(length), acted);
      List<String> streamed = run(filtered(length), choice(0, "{" + text + "}", ends.getKey()));

      assertThat(whole.at("/choices/0/message/content").asText()).isEqualTo("It is so.");
      assertThat(whole.at("/choices/0/finish_reason").asText()).isEqualTo(ends.getValue());
      assertThat(streamed)
          .containsExactly(
              "{'choices':[{'index':0,'delta':{'content':'It is so.'},'finish_reason':'%s'}]}"
                  .formatted(ends.getValue()));
    }
  }

  @Test
  void takesLikelihoodsFromATextThatItChanged() {
    ChunkFilter filter = filtered("{'forbidden': {'words': ['bad']}}");
    String chunk =
        "{'choices': [{'index': 0, 'delta': {'content': 'bad!'}, 'logprobs': {'content':"
            + " ['bad']}}]}";

    assertThat(run(filter, chunk))
        .containsExactly("{'choices':[{'index':0,'delta':{'content':'***!'}}]}");
  }

  @Test
  void tellsOfNoTokensWhereWordsAreForbidden() throws Exception {
    String rule = "{'forbidden': {'words': ['bad']}}";
    String tokens = "'logprobs': {'content': [{'top_logprobs': ['bad']}]}, 'token_ids': [1]";
    ObjectNode whole =
        read("{'choices': [{'index': 0, 'message': {'content': 'ok'}, %s}]}".formatted(tokens));

    assertThat(new Answer(whole).apply(rules(rule), acted)).isTrue();

    assertThat(whole.at("/choices/0").toString())
        .isEqualTo("{\"index\":0,\"message\":{\"content\":\"ok\"}}");
    assertThat(
            run(
                filtered(rule),
                "{'choices': [{'index': 0, 'delta': {'content': 'ok '}, %s}]}".formatted(tokens)))
        .containsExactly("{'choices':[{'index':0,'delta':{'content':'ok '}}]}");
  }

  @Test
  void asksACallOfAToolForNoLabel() throws Exception {
    ObjectNode call =
        read(
            "{'choices': [{'index': 0, 'message': {'content': '', 'tool_calls': [{'id': 'c'}]}}]}");
    String before = call.toString();

    new Answer(call).apply(rules("{'label': {'labels': ['yes', 'no']}}"), acted);

    assertThat(call.toString()).isEqualTo(before);
  }

  @Test
  void takesAnAnswerWithoutTextForAnEmptyOneWholeAndStreamed() throws Exception {
    String label = "{'label': {'labels': ['yes', 'no'], 'otherwise': 'no'}}";
    ObjectNode whole =
        read("{'choices': [{'index': 0, 'message': {'content': null, 'reasoning': 'hm'}}]}");

    new Answer(whole).apply(rules(label), acted);

    assertThat(whole.at("/choices/0/message/content").asText()).isEqualTo("no");
    assertThat(run(held(label), choice(0, "{'reasoning': 'hm'}", "stop")))
        .singleElement()
        .asString()
        .contains("'content':'no'");
  }

  @Test
  void asksARefusalForNoLabelAndMasksItsWords() throws Exception {
    String rule = "{'label': {'labels': ['yes', 'no']}, 'forbidden': {'words': ['bad']}}";
    ObjectNode whole =
        read("{'choices': [{'index': 0, 'message': {'content': null, 'refusal': 'a bad'}}]}");

    new Answer(whole).apply(rules(rule), acted);

    assertThat(whole.at("/choices/0/message").toString())
        .isEqualTo("{\"content\":null,\"refusal\":\"a ***\"}");
    assertThat(run(held(rule), choice(0, "{'refusal': 'a bad'}", "stop")))
        .containsExactly(
            "{'choices':[{'finish_reason':'stop','index':0,"
                + "'delta':{'role':'assistant','refusal':'a ***'}}]}");
  }

  @Test
  void readsJsonAsItsReaderDoesBeforeItLooksForWords() throws Exception {
    String rule = "{'json': {}, 'forbidden': {'words': ['坏话']}}";
    ObjectNode hidden = read("{'choices': [{'index': 0, 'message': {}}]}");
    ((ObjectNode) hidden.at("/choices/0/message"))
        .put("content", "{\"a\": \"\\u574f\\u8bdd \\\\u574f \\u0022\"}");

    new Answer(hidden).apply(rules(rule), acted);

    assertThat(hidden.at("/choices/0/message/content").asText())
        .isEqualTo("{\"a\": \"** \\\\u574f \\u0022\"}");
  }

  @Test
  void takesLikelihoodsFromAThoughtThatItChanged() throws Exception {
    ObjectNode whole =
        read(
            "{'choices': [{'index': 0, 'message': {'content': 'ok', 'reasoning': 'a bad'},"
                + " 'logprobs': {'content': ['bad']}}]}");
    new Answer(whole).apply(rules("{'forbidden': {'words': ['bad']}}"), acted);

    assertThat(whole.at("/choices/0").has("logprobs")).isFalse();
    assertThat(
            run(
                filtered("{'forbidden': {'words': ['bad']}}"),
                "{'choices': [{'index': 0, 'delta': {'reasoning': 'bad!'}, 'logprobs': {'content':"
                    + " ['bad']}}]}"))
        .containsExactly("{'choices':[{'index':0,'delta':{'reasoning':'***!'}}]}");
  }

  @Test
  void givesAllThatIsLeftWhenAWordIsTakenOutAtTheEnd() {
    ChunkFilter filter =
        filtered("{'forbidden': {'words': ['drop table users', '--x--'], 'action': 'remove'}}");

    assertThat(run(filter, choice(0, "{'content': 'drop --x--table us'}", "stop")))
        .containsExactly(
            "{'choices':[{'index':0,'delta':{'content':'drop table us'},'finish_reason':'stop'}]}");
  }

  @Test
  void heldCallsOfToolsKeepTheirPlaces() {
    ChunkFilter filter = held("{'rank': {'by': 'longest', 'keep': 1}}");

    assertThat(run(filter, choice(0, "{'tool_calls': [{'index': 0}]}", "tool_calls")))
        .singleElement()
        .asString()
        .contains("'index':0");
  }

  @Test
  void heldCallsOfToolsComeWholeAndEachInAChunk() {
    String call = "{'tool_calls': [{'index': %d, 'function': {'arguments': '%s'}}]}";
    String begun =
        "{'tool_calls': [{'index': %d, 'id': '%s', 'type': 'function',"
            + " 'function': {'name': '%s', 'arguments': ''}}]}";

    assertThat(
            run(
                held("{'json': {}}"),
                choice(0, begun.formatted(0, "call_a", "find"), null),
                choice(0, call.formatted(0, "{}"), null),
                choice(0, call.formatted(0, " "), null),
                choice(0, begun.formatted(1, "call_b", "read"), null),
                choice(0, call.formatted(1, "[]"), null),
                choice(0, "{}", "tool_calls")))
        .containsExactly(
            "{'choices':[{'finish_reason':null,'index':0,'delta':{'role':'assistant','tool_calls':"
                + "[{'index':0,'id':'call_a','type':'function',"
                + "'function':{'name':'find','arguments':'{} '}}]}}]}",
            "{'choices':[{'index':0,'delta':{'tool_calls':"
                + "[{'index':1,'id':'call_b','type':'function',"
                + "'function':{'name':'read','arguments':'[]'}}]},'finish_reason':'tool_calls'}]}");
  }

  @Test
  void aHeldAnswerKeepsItsLikelihoodsAndItsCallInTheOldForm() {
    String chunk =
        "{'choices': [{'index': 0, 'delta': %s, 'finish_reason': %s,"
            + " 'logprobs': {'content': ['%s'], 'refusal': null}}]}";

    assertThat(
            run(
                held("{'rank': {'by': 'longest', 'keep': 1}}"),
                chunk.formatted(
                    "{'content': 'so', 'function_call': {'name': 'f', 'arguments': '1'}}",
                    "null",
                    "a"),
                chunk.formatted("{'function_call': {'arguments': '2'}}", "'stop'", "b")))
        .containsExactly(
            "{'choices':[{'logprobs':{'content':['a','b']},'finish_reason':'stop','index':0,"
                + "'delta':{'role':'assistant','content':'so',"
                + "'function_call':{'name':'f','arguments':'12'}}}]}");
  }

  @Test
  void ranksCandidatesAtTheEnd() {
    ChunkFilter filter = held("{'rank': {'by': 'longest', 'keep': 1}}");

    assertThat(
            run(
                filter,
                choice(0, "{'role': 'assistant', 'content': 'sh'}", null),
                choice(1, "{'content': 'longer '}", null),
                choice(0, "{'content': 'ort'}", "stop"),
                choice(1, "{'content': 'one'}", "stop"),
                "{'choices': [], 'usage': {'total_tokens': 3}}"))
        .containsExactly(
            "{'choices':[{'finish_reason':'stop','index':0,"
                + "'delta':{'role':'assistant','content':'longer one'}}]}",
            "{'choices':[],'usage':{'total_tokens':3}}");
  }

  @Test
  void plainCompletionsAreFilteredToo() {
    ChunkFilter filter = filtered("{'forbidden': {'words': ['bad']}}");

    assertThat(
            run(
                filter,
                "{'choices': [{'index': 0, 'text': 'ba', 'finish_reason': null}]}",
                "{'choices': [{'index': 0, 'text': 'd', 'finish_reason': 'stop'}]}"))
        .containsExactly("{'choices':[{'index':0,'text':'***','finish_reason':'stop'}]}");
  }

  private List<String> run(ChunkFilter filter, String... chunks) {
    List<ObjectNode> out = new ArrayList<>();
    for (String chunk : chunks) {
      out.addAll(filter.next(read(chunk)));
    }
    out.addAll(filter.end());
    return out.stream().map(chunk -> chunk.toString().replace('"', '\'')).toList();
  }

  private static String choice(int index, String delta, String reason) {
    return "{'choices': [{'index': %d, 'delta': %s, 'finish_reason': %s}]}"
        .formatted(index, delta, reason == null ? "null" : "'" + reason + "'");
  }

  private ChunkFilter filtered(String after) {
    return new FilteredStream(rules(after), acted, () -> told = true);
  }

  private ChunkFilter held(String after) {
    return new HeldStream(rules(after), acted, () -> told = true);
  }

  private static AfterRules rules(String after) {
    try {
      String json = "{'after': %s}".formatted(after).replace('\'', '"');
      return new AfterRules(Plans.read(json, RulesSpec.class).after());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectNode read(String json) {
    try {
      return (ObjectNode) Json.MAPPER.readTree(json.replace('\'', '"'));
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
