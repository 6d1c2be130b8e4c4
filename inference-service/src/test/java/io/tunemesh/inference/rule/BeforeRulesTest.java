package io.tunemesh.inference.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Plans;
import io.tunemesh.contract.plan.RulesSpec;
import io.tunemesh.inference.turn.Api;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.token.BaseTokenizer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BeforeRulesTest {

  @Test
  void cleansTheUsersTextsAndTellsHow() throws Exception {
    ObjectNode body =
        chat(
            """
            [{"role": "system", "content": "<b>ＡＢ</b>"},
             {"role": "user", "content": "<p>价格是ＡＢ１２&nbsp;元</p>\\u200b  [转发]"},
             {"role": "assistant", "content": "<i>x</i>"},
             {"role": "user", "content": [{"type": "text", "text": "<b>ok</b>"}]}]
            """);

    List<Acted> acted =
        rules(
                """
                {"strip_markup": true, "strip_controls": true, "remove": ["\\\\[转发\\\\]"],
                 "normalize_widths": true, "collapse_spaces": true}
                """)
            .apply(new Asked(Api.CHAT, body));

    assertThat(content(body, 0)).isEqualTo("<b>ＡＢ</b>");
    assertThat(content(body, 1)).isEqualTo("价格是AB12 元");
    assertThat(content(body, 2)).isEqualTo("<i>x</i>");
    assertThat(body.at("/messages/3/content/0/text").asText()).isEqualTo("ok");
    assertThat(acted)
        .extracting(Acted::rule)
        .containsExactly(
            "before.strip_markup",
            "before.strip_controls",
            "before.remove",
            "before.normalize_widths");
  }

  @Test
  void takesTheQuestionFromTheTextAroundIt() throws Exception {
    ObjectNode body = user("背景：很长。\n问题: 谁写的？\n回答：");

    rules("{\"question\": {}}").apply(new Asked(Api.CHAT, body));

    assertThat(content(body, 0)).isEqualTo("谁写的？");
    ObjectNode matched = user("ticket #12: Why is it slow? -- sent from my phone");
    rules("{\"question\": {\"pattern\": \": (.*?) -- \"}}").apply(new Asked(Api.CHAT, matched));
    assertThat(content(matched, 0)).isEqualTo("Why is it slow?");
    ObjectNode none = user("Why?");
    assertThat(rules("{\"question\": {}}").apply(new Asked(Api.CHAT, none))).isEmpty();
    assertThat(content(none, 0)).isEqualTo("Why?");
  }

  @Test
  void refusesForbiddenInput() {
    BeforeRules rules = rules("{\"forbidden\": {\"words\": [\"赌博\"], \"message\": \"换个问题\"}}");

    assertThatThrownBy(() -> rules.apply(new Asked(Api.CHAT, user("怎么赌博？"))))
        .isInstanceOf(Refusal.class)
        .hasMessage("换个问题");
    assertThat(rules.apply(new Asked(Api.CHAT, user("怎么赌？")))).isEmpty();
  }

  @Test
  void leavesOutTheOldestTurnsAndThenCuts() throws Exception {
    ObjectNode body =
        chat(
            """
            [{"role": "system", "content": "ssss"},
             {"role": "user", "content": "aaaaaaaaaa"}, {"role": "assistant", "content": "bbbb"},
             {"role": "user", "content": "cccc"}, {"role": "assistant", "content": "dd"},
             {"role": "user", "content": "0123456789"}]
            """);

    List<Acted> acted =
        rules("{\"fit\": {\"characters\": 12, \"keep\": \"both\"}}")
            .apply(new Asked(Api.CHAT, body));

    assertThat(body.get("messages")).hasSize(2);
    assertThat(content(body, 1)).isEqualTo("01236789");
    assertThat(acted).extracting(Acted::rule).containsExactly("before.fit", "before.fit");
  }

  @Test
  void keepsTurnsThatFit() throws Exception {
    ObjectNode body =
        chat(
            """
            [{"role": "user", "content": "aaaaaaaaaa"}, {"role": "assistant", "content": "bbbb"},
             {"role": "user", "content": "cccc"}, {"role": "assistant", "content": "dd"},
             {"role": "user", "content": "0123456789"}]
            """);

    rules("{\"fit\": {\"characters\": 16}}").apply(new Asked(Api.CHAT, body));

    assertThat(body.get("messages")).hasSize(3);
    assertThat(content(body, 2)).isEqualTo("0123456789");
  }

  @Test
  void refusesWhatDoesNotFitWhereItIsToldTo() {
    assertThatThrownBy(
            () ->
                rules("{\"fit\": {\"characters\": 3, \"otherwise\": \"refuse\"}}")
                    .apply(new Asked(Api.CHAT, user("四个字符"))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("has 4 characters where 3 are the most");
    assertThatThrownBy(
            () ->
                rules("{\"fit\": {\"characters\": 3}}")
                    .apply(
                        new Asked(
                            Api.CHAT, chat("[{\"role\": \"system\", \"content\": \"long\"}]"))))
        .isInstanceOf(Refusal.class)
        .hasMessageContaining("shorten the instructions");
  }

  @Test
  void fitsByTheTokensOfTheBaseModel() throws Exception {
    BaseTokenizer tokenizer =
        BaseTokenizer.of(Path.of("../trainer-service/starter/model/tokenizer.json"));
    String text = "The quick brown fox jumps over the lazy dog. ".repeat(10) + "敏捷的狐狸。".repeat(10);
    ObjectNode body = user(text);
    RulesSpec spec = Plans.read("{\"before\": {\"fit\": {\"tokens\": 20}}}", RulesSpec.class);

    new BeforeRules(spec.before(), tokenizer::count).apply(new Asked(Api.CHAT, body));

    assertThat(tokenizer.count(content(body, 0))).isEqualTo(20);
    assertThat(text).startsWith(content(body, 0));
  }

  @Test
  void changesPromptsAndInputsToo() throws Exception {
    ObjectNode prompt = (ObjectNode) Json.MAPPER.readTree("{\"prompt\": [\"<b>a</b>\", \"b\"]}");
    ObjectNode tokens = (ObjectNode) Json.MAPPER.readTree("{\"prompt\": [1, 2]}");
    BeforeRules rules = rules("{\"strip_markup\": true}");

    rules.apply(new Asked(Api.COMPLETIONS, prompt));
    rules.apply(new Asked(Api.COMPLETIONS, tokens));

    assertThat(prompt.toString()).isEqualTo("{\"prompt\":[\"a\",\"b\"]}");
    assertThat(tokens.toString()).isEqualTo("{\"prompt\":[1,2]}");
  }

  @Test
  void looksWhereTheEngineReads() throws Exception {
    BeforeRules rules = rules("{\"forbidden\": {\"words\": [\"赌博\"]}}");

    for (var asked :
        Map.of(
                "{\"messages\": [], \"prompt\": \"赌博\"}",
                Api.COMPLETIONS,
                "{\"prompt\": \"x\", \"input\": \"赌博\"}",
                Api.EMBEDDINGS,
                "{\"prompt\": \"x\", \"input\": [\"x\", \"赌博\"]}",
                Api.CLASSIFY,
                "{\"input\": \"x\", \"messages\": [{\"role\": \"user\", \"content\": \"赌博\"}]}",
                Api.CLASSIFY,
                "{\"prompt\": \"x\", \"messages\": [{\"role\": \"user\", \"content\": [\"赌博\"]}]}",
                Api.CHAT)
            .entrySet()) {
      ObjectNode body = (ObjectNode) Json.MAPPER.readTree(asked.getKey());
      assertThatThrownBy(() -> rules.apply(new Asked(asked.getValue(), body)))
          .as(asked.getKey())
          .isInstanceOf(Refusal.class);
    }
    ObjectNode unread = (ObjectNode) Json.MAPPER.readTree("{\"prompt\": \"x\", \"input\": \"赌博\"}");
    assertThat(rules.apply(new Asked(Api.COMPLETIONS, unread))).isEmpty();
  }

  private static BeforeRules rules(String before) {
    try {
      RulesSpec spec = Plans.read("{\"before\": " + before + "}", RulesSpec.class);
      assertThat(RuleMistakes.in(spec, true)).isEmpty();
      return new BeforeRules(spec.before(), null);
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectNode chat(String messages) {
    try {
      return (ObjectNode) Json.MAPPER.readTree("{\"messages\": " + messages + "}");
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static ObjectNode user(String text) {
    ObjectNode body = Json.MAPPER.createObjectNode();
    body.putArray("messages").addObject().put("role", "user").put("content", text);
    return body;
  }

  private static String content(ObjectNode body, int message) {
    return body.path("messages").path(message).path("content").asText();
  }
}
