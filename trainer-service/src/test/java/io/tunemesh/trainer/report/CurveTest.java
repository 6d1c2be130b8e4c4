package io.tunemesh.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.page.HtmlPage;
import io.tunemesh.trainer.history.CurvePoint;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

class CurveTest {

  /** Points at the steps from 1 on, with a validation at each second one. */
  private static List<CurvePoint> points(double[] training, double... validation) {
    List<CurvePoint> points = new ArrayList<>();
    for (int i = 0; i < training.length; i++) {
      CurvePoint point = new CurvePoint();
      point.step = i + 1;
      point.loss = training[i];
      int of = (i + 1) / 2 - 1;
      point.validationLoss = i % 2 == 1 && of < validation.length ? validation[of] : null;
      points.add(point);
    }
    return points;
  }

  private static double[] falling(int steps) {
    double[] losses = new double[steps];
    for (int i = 0; i < steps; i++) {
      losses[i] = 3.0 / (i + 1);
    }
    return losses;
  }

  private static Curve curve(double[] training, double... validation) {
    return Curve.of(points(training, validation), null, false, null);
  }

  @TestFactory
  Stream<DynamicTest> seesOverfittingByTheTrainersOwnRule() throws IOException {
    JsonNode cases =
        Json.MAPPER.readTree(Path.of("runtime/tests/golden/overfitting.json").toFile());
    return StreamSupport.stream(cases.spliterator(), false)
        .map(one -> DynamicTest.dynamicTest(one.get("name").asText(), () -> holds(one)));
  }

  private static void holds(JsonNode one) {
    Map<Long, CurvePoint> points = new TreeMap<>();
    for (JsonNode loss : one.get("losses")) {
      at(points, loss.get(0).asLong()).loss = loss.get(1).asDouble();
    }
    for (JsonNode loss : one.get("validation")) {
      at(points, loss.get(0).asLong()).validationLoss = loss.get(1).asDouble();
    }
    List<CurvePoint> all = new ArrayList<>(points.values());
    JsonNode since = one.get("since");
    assertThat(Curve.of(all, null, false, null).overfittingSince())
        .isEqualTo(since.isNull() ? null : since.asLong());
    assertThat(Curve.of(all, null, true, null).overfittingSince())
        .as("an ended training has told")
        .isNull();
  }

  private static CurvePoint at(Map<Long, CurvePoint> points, long step) {
    CurvePoint point = points.computeIfAbsent(step, any -> new CurvePoint());
    point.step = step;
    return point;
  }

  @Test
  void marksTheBestStepAndOverfittingFromTheValidationAfterIt() {
    Curve curve = curve(falling(10), 2.0, 1.5, 1.6, 1.8, 2.2);
    assertThat(curve.bestStep()).isEqualTo(4);
    assertThat(curve.bestLoss()).isEqualTo(1.5);
    assertThat(curve.overfittingSince()).isEqualTo(6);
    assertThat(curve(falling(4)).bestStep()).isNull();
  }

  @Test
  void believesWhatTheTrainerTold() {
    List<CurvePoint> points = points(falling(10), 2.0, 1.5, 1.6, 1.8, 2.2);
    Curve curve = Curve.of(points, 8L, true, 9L);
    assertThat(curve.bestStep()).isEqualTo(8);
    assertThat(curve.bestLoss()).isEqualTo(1.8);
    assertThat(curve.overfittingSince()).isEqualTo(9);
  }

  @Test
  void passesOverWhatIsNoNumber() {
    double[] training = {3, Double.NaN, 2, 1, 0.9, 0.8};
    Curve curve = curve(training, Double.POSITIVE_INFINITY, 1.5, 1.6);
    assertThat(curve.bestStep()).isEqualTo(4);
    assertThat(HtmlPage.svg(CurvePlot.of(curve))).doesNotContain("NaN", "Infinity", "null");
  }

  @Test
  void drawsEveryLineInsideThePicture() throws Exception {
    int steps = 5000;
    double[] training = falling(steps);
    List<CurvePoint> points = points(training, 9.0, 0.001, 4.0, 5.0);
    Document svg = parse(HtmlPage.svg(CurvePlot.of(Curve.of(points, null, false, null))));

    var lines = svg.getElementsByTagName("polyline");
    assertThat(lines.getLength()).isEqualTo(3);
    for (int i = 0; i < lines.getLength(); i++) {
      String[] drawn =
          lines.item(i).getAttributes().getNamedItem("points").getNodeValue().split(" ");
      assertThat(drawn.length).isLessThanOrEqualTo(600);
      for (String point : drawn) {
        double x = Double.parseDouble(point.split(",")[0]);
        double y = Double.parseDouble(point.split(",")[1]);
        assertThat(x).isBetween(62.0, 704.0);
        assertThat(y).isBetween(24.0, 272.0);
      }
    }
    assertThat(svg.getDocumentElement().getTextContent())
        .contains("best: step 4, 0.0010")
        .contains("over-fitting")
        .contains("validation");
    assertThat(svg.getElementsByTagName("script").getLength()).isZero();
  }

  @Test
  void anEmptyCurveAndAFlatOneAreDrawnAsWell() throws Exception {
    for (double[] training : List.of(new double[0], new double[] {1}, new double[] {1, 1, 1})) {
      Document svg = parse(HtmlPage.svg(CurvePlot.of(curve(training))));
      assertThat(svg.getElementsByTagName("polyline").getLength())
          .isEqualTo(training.length == 0 ? 0 : 2);
      assertThat(svg.getElementsByTagName("desc").item(0).getTextContent()).isNotBlank();
    }
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newDefaultInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }
}
