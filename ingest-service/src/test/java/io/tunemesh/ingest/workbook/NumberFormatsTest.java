package io.tunemesh.ingest.workbook;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NumberFormatsTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "General_)                | 1             | 1",
        "General\"分\"            | 85            | 85分",
        "General\"分\"            | -8.5          | -8.5分",
        "General;-General         | 20230001      | 20230001",
        "General;-General         | -20230001     | -20230001",
        "General;(General)        | -7            | (7)",
        "General;-General;\"none\" | 0             | none",
        "G/通用格式               | 20230001      | 20230001",
        "G/通用格式\"人\"         | 12            | 12人",
        "[Red]General             | 6901234567892 | 6901234567892",
        "[$¥-804]General          | 5             | ¥5",
        "\\#General               | 20230001      | #20230001",
        "@\"分\"                  | 20230001      | 20230001",
        "0.00                     | 1.5           | 1.50",
        "#,##0                    | 20230001      | 20,230,001",
        "0\"分\"                  | 85            | 85分",
        "[>100]General;0.0        | 2             | 2.0",
        "yyyy-mm-dd               | 45000         | 2023-03-15",
      })
  void showsANumberAsTheSheetDoes(String code, String raw, String shown) throws Exception {
    NumberFormats formats = new NumberFormats(false);
    String xml =
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"%s\"/></numFmts>"
            + "<cellXfs><xf numFmtId=\"164\"/></cellXfs></styleSheet>";
    String escaped = code.replace("\"", "&quot;").replace(">", "&gt;");
    byte[] part = xml.formatted(escaped).getBytes(StandardCharsets.UTF_8);
    formats.read(new PartXml(new ByteArrayInputStream(part)));
    assertThat(formats.show(raw, 0)).isEqualTo(shown);
  }
}
