package io.tunemesh.dataset.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.platform.text.Markup;
import io.tunemesh.platform.text.Widths;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MendingTest {

  static Stream<String> good() {
    return GoodTexts.ALL.stream();
  }

  @ParameterizedTest
  @MethodSource("good")
  void findsNoMarkupInGoodText(String text) {
    assertThat(Markup.strip(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "<p>One</p><p>Two</p>~ One||Two",
        "a <b>bold</b> <span class=\"x\">word</span>~ a bold word",
        "line<br/>end<BR>now~ line|end|now",
        "<ul><li>a</li><li>b</li></ul>~ a||b",
        "R&amp;D &lt;b&gt; &quot;x&quot; &nbsp;&copy;~ R&D <b> \"x\"  ©",
        "x<sup>2</sup> H<sub>2</sub>O e<sup>ix</sup> v<sub>max</sub>~ x² H₂O e^(ix) v_(max)",
        "<script>if (a < b) { }</script>text<!-- no -->~ text",
        "<img src='a.png'/>A picture~ A picture",
        "<a href=\"https://example.org/?a=1&amp;b=2\">here</a>~ here",
        "?a=1&copy=2&lt=3~ ?a=1&copy=2&lt=3",
        "List<String> a<b Map<K, V> x<y>z~ List<String> a<b Map<K, V> x<y>z",
        "&unknown; &#20320; &#x597D;~ &unknown; 你 好"
      })
  void takesMarkupOut(String text, String expected) {
    assertThat(Markup.strip(text)).isEqualTo(expected.replace('|', '\n'));
  }

  @Test
  void leavesFencedCodeAsItIs() {
    String fenced = "```html\n<p>&amp;</p>\n```";

    assertThat(Markup.strip("<p>See</p>" + fenced + "<p>end</p>"))
        .isEqualTo("See" + fenced + "end");
  }

  @Test
  void makesWideLettersAndDigitsNarrowAndLeavesAllElse() {
    assertThat(Widths.narrow("（Ａ）ＡＢＣｘｙｚ０１９，。！？「カナ」ｶﾅ％")).isEqualTo("（A）ABCxyz019，。！？「カナ」ｶﾅ％");
    assertThat(Widths.narrow(GoodTexts.CHINESE)).isSameAs(GoodTexts.CHINESE);
  }
}
