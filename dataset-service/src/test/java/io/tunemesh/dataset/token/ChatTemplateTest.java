package io.tunemesh.dataset.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import io.tunemesh.dataset.recipe.Turn;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatTemplateTest {

  private static final Map<String, String> SPECIAL =
      Map.of("bos_token", "<s>", "eos_token", "</s>");
  private static final List<Turn> CHAT = List.of(Turn.user("a"), Turn.assistant("b"));

  @TempDir Path temp;

  @Test
  void writesChatsAsTransformersDoesByTheTemplatesOfManyFamilies() throws Exception {
    List<Path> files;
    try (Stream<Path> found = Files.list(Path.of("src/test/resources/chat-templates"))) {
      files = found.sorted().toList();
    }
    List<String> templates = new ArrayList<>();
    for (Path file : files) {
      templates.add(Files.readString(file));
    }
    List<String> expected =
        Trainer.asks(
            temp,
            Map.of(
                "do",
                "render",
                "folder",
                Trainer.STARTER.toString(),
                "templates",
                templates,
                "special_tokens",
                SPECIAL,
                "chats",
                Chats.ALL),
            new TypeReference<List<String>>() {});

    int next = 0;
    int refused = 0;
    for (int i = 0; i < templates.size(); i++) {
      ChatTemplate template = ChatTemplate.of(templates.get(i), SPECIAL);
      for (List<Turn> chat : Chats.ALL) {
        for (boolean prompt : new boolean[] {true, false}) {
          String written = written(template, chat, prompt);
          assertThat(written).as("%s on %s", files.get(i), chat).isEqualTo(expected.get(next++));
          refused += written == null ? 1 : 0;
        }
      }
    }
    assertThat(templates).hasSizeGreaterThan(9);
    assertThat(refused).isBetween(1, next / 4);
  }

  @Test
  void tellsWhyATemplateRefusesAChat() throws Exception {
    ChatTemplate template =
        ChatTemplate.of("{{ raise_exception('System role not supported') }}", SPECIAL);

    assertThatThrownBy(() -> render(template, CHAT, true))
        .isInstanceOf(TurnedDown.class)
        .hasMessageContaining("System role not supported");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{% generation %}{{ messages }}{% endgeneration %}",
        "{{ messages | tojson_ish }}",
        "{{ messages | map(attribute='content') }}",
        "{% if messages is divisibleby 2 %}{% endif %}",
        "{{ messages[::2] }}",
        "{% if not messages|length + 1 is none %}x{% endif %}",
        "{% for m in messages",
        "{% for m in messages if m.role == 'user' %}x{% endfor %}",
        "{{ messages",
        "{{ 'a' and 'b' }}",
        "{% set x = 'a' and 'b' %}",
        "{% for m in messages %}x{% else %}y{% endfor %}",
        "{% if messages %}x",
        "{% endif %}",
        "{{ x | default('y') }}",
      })
  void refusesATemplateThatItMightMisread(String template) {
    assertThatThrownBy(() -> ChatTemplate.of(template, SPECIAL))
        .isInstanceOf(Unrenderable.class)
        .message()
        .isNotBlank();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{{ messages }}",
        "{{ messages[0].content.swapcase() }}",
        "{{ messages[0].content.isBlank() }}",
        "{{ messages[0].content | trim('x') }}",
      })
  void refusesWhatItDoesNotKnowWhenAChatComesToIt(String source) throws Exception {
    ChatTemplate template = ChatTemplate.of(source, SPECIAL);

    assertThatThrownBy(() -> render(template, CHAT, true)).isInstanceOf(Unrenderable.class);
  }

  @Test
  void looksForNoCodeInTheTextsOfATemplate() throws Exception {
    ChatTemplate template =
        ChatTemplate.of("{{ 'what is this | pipe [::2] not a is b' }}{# is odd | x #}", SPECIAL);

    assertThat(render(template, CHAT, true)).isEqualTo("what is this | pipe [::2] not a is b");
  }

  private static String written(ChatTemplate template, List<Turn> chat, boolean prompt)
      throws Unrenderable, IOException {
    try {
      return render(template, chat, prompt);
    } catch (TurnedDown e) {
      return null;
    }
  }

  private static String render(ChatTemplate template, List<Turn> chat, boolean prompt)
      throws TurnedDown, Unrenderable {
    return template.render(Told.plain(chat), chat.size(), prompt);
  }
}
