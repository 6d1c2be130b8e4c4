package io.tunemesh.dataset.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.tunemesh.contract.Where;
import io.tunemesh.platform.blob.Digests;
import io.tunemesh.platform.page.HtmlPage;
import io.tunemesh.platform.page.Texts;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** The page is well-formed XML as well, so that a test can look into it. */
class ReportPageTest {

  private static final List<String> HOSTILE =
      List.of(
          "<script>alert(1)</script>",
          "\"><img src=x onerror=alert(1)>",
          "' onmouseover='alert(1)",
          "</style><style>body{display:none}</style>",
          "</title></svg><svg onload=alert(1)>",
          "javascript:alert(1)",
          "{page.title}{#for x in y}{/for}",
          "{css.raw} &lt;b&gt; &amp;",
          "<!-- ]]> -->",
          "bell\u0007 null\u0000 right\u202Eleft",
          "=HYPERLINK(\"http://evil\")");

  @TempDir Path folder;

  @Test
  void escapesWhateverACellHeld() throws Exception {
    ReportLines lines = new ReportLines();
    for (String cell : HOSTILE) {
      lines.labelled("train", cell, cell).labelled("test", cell + ".", cell);
      lines.refused("duplicate", cell).refused("odd_row", cell);
    }
    lines.template(HOSTILE.getFirst());

    Document page = page(lines.report(folder));

    assertThat(names(page))
        .isSubsetOf(
            "html",
            "head",
            "meta",
            "title",
            "style",
            "body",
            "header",
            "h1",
            "h2",
            "h3",
            "p",
            "bdi",
            "nav",
            "ul",
            "ol",
            "li",
            "a",
            "main",
            "section",
            "strong",
            "span",
            "figure",
            "figcaption",
            "svg",
            "desc",
            "text",
            "rect",
            "div",
            "table",
            "caption",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "article",
            "pre");
    for (Element element : elements(page, "*")) {
      for (int i = 0; i < element.getAttributes().getLength(); i++) {
        String name = element.getAttributes().item(i).getNodeName();
        assertThat(name).doesNotStartWith("on").isNotIn("style", "src", "xlink:href");
      }
    }
    assertThat(elements(page, "a")).allMatch(a -> a.getAttribute("href").startsWith("#"));
    assertThat(elements(page, "style")).hasSize(1);
    String words = page.getDocumentElement().getTextContent();
    assertThat(words)
        .contains(HOSTILE.getFirst(), HOSTILE.get(1), HOSTILE.get(6), HOSTILE.get(7))
        .contains("bell\uFFFD null\uFFFD right\uFFFDleft")
        .doesNotContain("\u202E");
  }

  @Test
  void takesOutWhatNoPageMayHold() {
    assertThat(Texts.shown("a\u0000b\u001Bc\uD800d\u2066e\tf\n山😀"))
        .isEqualTo("a\uFFFDb\uFFFDc\uFFFDd\uFFFDe\tf\n山😀");
  }

  @Test
  void tellsWhoCannotSeeAPictureWhatItShows() throws Exception {
    ReportLines lines = new ReportLines();
    for (int i = 0; i < 60; i++) {
      lines.labelled(i % 6 == 0 ? "test" : "train", "film " + i, i % 3 == 0 ? "good" : "bad");
    }
    lines.refused("empty_cell", "fill it in");

    Document page = page(lines.report(folder));

    List<Element> pictures =
        elements(page, "svg").stream().filter(s -> s.getAttribute("role").equals("img")).toList();
    assertThat(pictures).hasSizeGreaterThan(5);
    for (Element picture : pictures) {
      for (String id : picture.getAttribute("aria-labelledby").split(" ")) {
        assertThat(elements(page, "*"))
            .filteredOn(e -> e.getAttribute("id").equals(id))
            .singleElement()
            .satisfies(e -> assertThat(e.getTextContent()).isNotBlank());
      }
    }
    for (Element figure : elements(page, "figure")) {
      Element next = (Element) figure.getNextSibling().getNextSibling();
      assertThat(next.getElementsByTagName("caption").getLength()).isEqualTo(1);
    }
    assertThat(elements(page, "th")).allMatch(th -> th.getAttribute("scope").equals("col"));
    List<String> ids =
        elements(page, "*").stream()
            .map(e -> e.getAttribute("id"))
            .filter(id -> !id.isEmpty())
            .toList();
    assertThat(ids).doesNotHaveDuplicates();
    for (Element link : elements(page, "a")) {
      assertThat(ids).contains(link.getAttribute("href").substring(1));
    }
  }

  @Test
  void leavesOutPicturesAndTablesOfNothing() throws Exception {
    ReportLines refused = new ReportLines().refused("empty_cell", "fill it in");
    ReportLines one = new ReportLines().labelled("train", "film", "good");

    Document nothing = page(refused.report(folder));
    Document trained = page(one.report(folder));

    assertThat(sections(nothing)).contains("rows", "refusals").doesNotContain("splits", "leaks");
    assertThat(sections(trained)).contains("rows", "splits", "labels").doesNotContain("leaks");
    assertThat(trained.getDocumentElement().getTextContent())
        .contains("There is one label.")
        .doesNotContain("1 labels", "times as many");
  }

  private static List<String> sections(Document page) {
    return elements(page, "section").stream().map(s -> s.getAttribute("id")).toList();
  }

  @Test
  void letsABrowserUseItsOwnStyleAndNothingElse() throws Exception {
    Document page = page(new ReportLines().chat("train", "What?", "That.").report(folder));

    String style = elements(page, "style").getFirst().getTextContent();
    String hash =
        Base64.getEncoder()
            .encodeToString(Digests.sha256().digest(style.getBytes(StandardCharsets.UTF_8)));
    assertThat(HtmlPage.POLICY)
        .startsWith("default-src 'none'; style-src 'sha256-" + hash + "';")
        .contains("frame-ancestors 'none'")
        .doesNotContain("unsafe");
    assertThat(style)
        .doesNotContain("url(", "@import")
        .contains("prefers-color-scheme: dark", "@media print");
  }

  @Test
  void showsADatasetThatWasRejectedBeforeItsRowsWereRead() throws Exception {
    Report report =
        Reports.unread(
            "mine",
            new Report.Rejection(
                "column_missing", "there is no 'answers' column", Where.file("a.xlsx")),
            List.of(new Report.SourceRows("a.xlsx", "file-a", null, 12L, null, null, null)));

    String words = page(report).getDocumentElement().getTextContent();

    assertThat(words).contains("there is no 'answers' column", "rejected", "a.xlsx", "12");
    assertThat(report.lookAt().getFirst().code()).isEqualTo("column_missing");
  }

  private static Document page(Report report) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    return factory
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(ReportPage.of(report, "ds-1"))));
  }

  private static Set<String> names(Document page) throws IOException {
    Set<String> names = new TreeSet<>();
    elements(page, "*").forEach(element -> names.add(element.getTagName()));
    return names;
  }

  private static List<Element> elements(Document page, String name) {
    NodeList found = page.getElementsByTagName(name);
    List<Element> elements = new ArrayList<>();
    for (int i = 0; i < found.getLength(); i++) {
      elements.add((Element) found.item(i));
    }
    return elements;
  }
}
