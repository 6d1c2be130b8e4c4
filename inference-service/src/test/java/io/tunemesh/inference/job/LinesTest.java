package io.tunemesh.inference.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

class LinesTest {

  @Test
  void readsLinesWithTheirPlacesAndPassesOverEmptyOnes() throws IOException {
    Lines lines = lines("\uFEFF{\"a\": 1}\r\n\r\n  \n\u3000\n{\"b\": 2}", 100);

    Lines.Line first = lines.next();
    Lines.Line second = lines.next();

    assertThat(first.text()).isEqualTo("{\"a\": 1}\r");
    assertThat(List.of(first.number(), first.at())).containsExactly(1L, 0L);
    assertThat(second.text()).isEqualTo("{\"b\": 2}");
    assertThat(List.of(second.number(), second.at())).containsExactly(5L, 22L);
    assertThat(lines.next()).isNull();
  }

  @Test
  void hasNoTextOfALineThatIsTooLongOrNoText() throws IOException {
    byte[] bytes = "?\n12345\n1234".getBytes(StandardCharsets.UTF_8);
    bytes[0] = (byte) 0xff;
    Lines lines = new Lines(new ByteArrayInputStream(bytes), 4);

    assertThat(lines.next().text()).isNull();
    assertThat(lines.next().text()).isNull();
    assertThat(lines.next().text()).isEqualTo("1234");
    assertThat(lines.next()).isNull();
  }

  @Test
  void readsALineThatIsLongerThanItsBuffer() throws IOException {
    String line = "x".repeat(200_000);

    Lines lines = lines(line + "\n" + line, 200_000);

    assertThat(lines.next().text()).isEqualTo(line);
    assertThat(lines.next().at()).isEqualTo(200_001);
  }

  @Test
  void givesTheSameRowsFromTheMiddleOn() throws IOException {
    byte[] text = "\uFEFF\"一\"\n\n2\n3\n".getBytes(StandardCharsets.UTF_8);
    List<Row> all = rest(new Rows(new ByteArrayInputStream(text), 0, 0));
    assertThat(all).extracting(row -> row.data().asText()).containsExactly("一", "2", "3");

    for (Row from : all) {
      int at = (int) from.at();
      var in = new ByteArrayInputStream(text, at, text.length - at);
      assertThat(rest(new Rows(in, from.index(), at)))
          .isEqualTo(all.subList((int) from.index(), all.size()));
    }
  }

  @Test
  void passesOverWhatIsDoneWithoutReadingIt() throws IOException {
    BitSet done = new BitSet();
    done.set(0, 2);
    var in = new ByteArrayInputStream("no json\n{\n3\n".getBytes(StandardCharsets.UTF_8));

    Row row = new Rows(in, 0, 0).next(done);

    assertThat(row.index()).isEqualTo(2);
    assertThat(row.data().asInt()).isEqualTo(3);
  }

  private static List<Row> rest(Rows rows) throws IOException {
    List<Row> rest = new ArrayList<>();
    for (Row row = rows.next(new BitSet()); row != null; row = rows.next(new BitSet())) {
      rest.add(row);
    }
    return rest;
  }

  private static Lines lines(String text, int longest) {
    return new Lines(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), longest);
  }
}
