package io.tunemesh.ingest.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class FileNamesTest {

  @Test
  void readsUtf8ThatWasTakenForLatin1() {
    String name = "语文 “卷”.xlsx";
    String mistaken =
        new String(name.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);

    assertThat(FileNames.sent(mistaken)).isEqualTo(name);
    assertThat(FileNames.sent(name)).isEqualTo(name);
    assertThat(FileNames.sent("r\u00e9sum\u00e9.xlsx")).isEqualTo("r\u00e9sum\u00e9.xlsx");
    assertThat(FileNames.sent("a%22b%22 100%.xlsx")).isEqualTo("a\"b\" 100%.xlsx");
  }

  @Test
  void writesAHeaderThatNoNameCanBreak() {
    assertThat(FileNames.disposition("a\"; x=\r\n卷.xlsx"))
        .isEqualTo(
            "attachment; filename=\"a__ x____.xlsx\";"
                + " filename*=UTF-8''a%22%3B%20x%3D%0D%0A%E5%8D%B7.xlsx")
        .doesNotContain("\n");
  }
}
