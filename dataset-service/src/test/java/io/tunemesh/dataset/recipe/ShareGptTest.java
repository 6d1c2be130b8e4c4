package io.tunemesh.dataset.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.dataset.recipe.Sample.Made;
import org.junit.jupiter.api.Test;

class ShareGptTest {

  private static final String CALLS =
      """
      {"conversations": [{"from": "human", "value": "上海天气？"}, {"from": "function_call", "value": "{\\"name\\": \\"weather\\", \\"arguments\\": {\\"city\\": \\"上海\\"}}"}, {"from": "observation", "value": "{\\"sky\\": \\"rain\\"}"}, {"from": "gpt", "value": "下雨。"}], "system": "Be brief.", "tools": [{"name": "weather"}]}
      """;

  @Test
  void keepsEveryTurn() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Hello!"}, {"from": "human", "value": "Bye"}, {"from": "gpt", "value": "See you."}], "system": "Be kind.", "tools": "[]"}
                {"conversations": [{"from": "system", "value": "你是诗人。"}, {"from": "human", "value": "写一句"}, {"from": "gpt", "value": "山高水长"}]}
                """)
            .read("sharegpt");

    assertThat(made.texts(0))
        .containsExactly(
            "system: Be kind.",
            "user: Hi",
            "assistant: Hello!",
            "user: Bye",
            "assistant: See you.");
    assertThat(made.texts(1)).containsExactly("system: 你是诗人。", "user: 写一句", "assistant: 山高水长");
    assertThat(made.refused()).isEmpty();
  }

  @Test
  void refusesToolTurnsUnlessTheyMayBeText() throws Exception {
    Made made = Sample.jsonl(CALLS).read("sharegpt");

    assertThat(made.codes()).containsExactly("tool_turns");
    assertThat(made.refused().getFirst().reason()).contains("'settings.tools' to \"text\"");
  }

  @Test
  void writesToolTurnsAsTextWhenAsked() throws Exception {
    Made made = Sample.jsonl(CALLS).with("tools", "text").read("sharegpt");

    assertThat(made.texts(0)).hasSize(5);
    assertThat(made.texts(0).getFirst())
        .startsWith("system: Be brief.\n\n# Tools")
        .contains("<tools>\n{\"name\":\"weather\"}\n</tools>");
    assertThat(made.texts(0).subList(1, 5))
        .containsExactly(
            "user: 上海天气？",
            "assistant: <tool_call>\n{\"name\":\"weather\",\"arguments\":{\"city\":\"上海\"}}\n</tool_call>",
            "user: <tool_response>\n{\"sky\": \"rain\"}\n</tool_response>",
            "assistant: 下雨。");
  }

  @Test
  void refusesChatsThatNoTemplateTakes() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"conversations": "not json"}
                {"conversations": {"from": "human"}}
                {"conversations": []}
                {"conversations": [{"from": "human", "value": "Hi"}]}
                {"conversations": [{"from": "human", "value": "Hi"}, {"from": "gpt", "value": "Yes?"}, {"from": "human", "value": "Bye"}]}
                {"conversations": [{"from": "gpt", "value": "Hello!"}]}
                {"conversations": [{"from": "human", "value": "a"}, {"from": "human", "value": "b"}, {"from": "gpt", "value": "c"}]}
                {"conversations": [{"from": "martian", "value": "a"}]}
                {"conversations": [{"from": "human"}]}
                {"conversations": [{"from": "human", "value": " "}, {"from": "gpt", "value": "c"}]}
                {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "c"}], "system": "x", "tools": "{"}
                {"conversations": [{"from": "human", "value": "a"}, {"from": "system", "value": "late"}, {"from": "gpt", "value": "c"}]}
                """)
            .read("sharegpt");

    assertThat(made.codes())
        .containsExactly(
            "conversations_malformed",
            "conversations_malformed",
            "example_missing_assistant_message",
            "example_missing_assistant_message",
            "answer_missing",
            "assistant_first",
            "role_twice",
            "unrecognized_role",
            "conversations_malformed",
            "empty_turn",
            "tools_malformed",
            "system_twice");
    assertThat(made.refused()).extracting(line -> line.header()).contains("conversations", "tools");
  }

  @Test
  void refusesACallThatIsNone() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"conversations": [{"from": "human", "value": "a"}, {"from": "function_call", "value": "weather()"}, {"from": "observation", "value": "x"}, {"from": "gpt", "value": "c"}]}
                {"conversations": [{"from": "human", "value": "a"}, {"from": "function_call", "value": "{\\"name\\": \\"f\\", \\"arguments\\": [1]}"}, {"from": "observation", "value": "x"}, {"from": "gpt", "value": "c"}]}
                """)
            .with("tools", "text")
            .read("sharegpt");

    assertThat(made.codes()).containsExactly("tool_call_malformed", "tool_call_malformed");
  }

  @Test
  void refusesATurnOfNothingButSpacesThatDoNotBreak() throws Exception {
    Made made =
        Sample.jsonl(
                """
                {"conversations": [{"from": "human", "value": "a"}, {"from": "gpt", "value": "\\u00a0\\u2007"}]}
                {"conversations": [{"from": "system", "value": "\\ufeff"}, {"from": "human", "value": "a"}, {"from": "gpt", "value": "c"}]}
                """)
            .read("sharegpt");

    assertThat(made.codes()).containsExactly("empty_turn");
    assertThat(made.texts(0)).containsExactly("user: a", "assistant: c");
  }
}
