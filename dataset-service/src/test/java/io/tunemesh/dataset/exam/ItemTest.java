package io.tunemesh.dataset.exam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ItemTest {
  private static final Map<String, String> WHOLE = Map.of("A", "1", "B", "2", "C", "3", "D", "4");

  @Test
  void keepsTheOptionsInTheirOrder() {
    assertThat(new Item(1, "Why?", WHOLE, 'B').options().values())
        .containsExactly("1", "2", "3", "4");
  }

  @Test
  void refusesAnOptionThatIsBlankOrMissing() {
    for (String text : new String[] {null, "", " "}) {
      Map<String, String> options = new HashMap<>(WHOLE);
      options.put("C", text);

      assertThatThrownBy(() -> new Item(7, "Why?", options, 'B'))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("question 7 has no option C");
    }
  }

  @Test
  void refusesABlankOptionAmongTheTextsOfTheReader() {
    var options = new LetteredTexts(List.of("1", "2", "3", " "));

    assertThatThrownBy(() -> new Item(7, "Why?", options, 'B'))
        .hasMessage("question 7 has no option D");
  }
}
