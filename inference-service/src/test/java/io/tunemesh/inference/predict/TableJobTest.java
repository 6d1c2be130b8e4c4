package io.tunemesh.inference.predict;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.tunemesh.contract.prediction.PredictionCompleted;
import io.tunemesh.contract.prediction.PredictionFailed;
import io.tunemesh.contract.prediction.PredictionProgressed;
import io.tunemesh.contract.prediction.PredictionRequested;
import io.tunemesh.inference.testing.Calls;
import io.tunemesh.inference.testing.Ingest;
import io.tunemesh.inference.testing.Mesh;
import io.tunemesh.inference.testing.Script;
import io.tunemesh.inference.testing.StubEngine;
import io.tunemesh.inference.testing.StubEngine.Reply;
import io.tunemesh.inference.testing.StubEngineResource;
import io.tunemesh.platform.event.Ids;
import io.tunemesh.platform.testing.MeshResource;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Table jobs of chats. */
@QuarkusTest
@QuarkusTestResource(MeshResource.class)
@QuarkusTestResource(StubEngineResource.class)
class TableJobTest {

  private static final List<String> PAPER =
      List.of("uuid", "title", "author", "abstract", "Keywords");

  @Inject Mesh mesh;
  @Inject Ingest ingest;

  private final StubEngine engine = StubEngineResource.engine();

  @BeforeEach
  @AfterEach
  void wellBehaved() {
    engine.behave();
  }

  @Test
  void answersPapersAndNamesEachRowThatFailed() {
    CompletableFuture<Reply> first = new CompletableFuture<>();
    Script.chats(
        engine,
        question -> {
          if (question.contains("Heart")) {
            return first;
          }
          if (question.contains("Stars")) {
            first.complete(Script.chat(" 1\n"));
            return Script.says("0");
          }
          return question.contains("one of these") ? Script.says("0") : Script.says("perhaps");
        });
    String file =
        ingest.table(
            "test.csv",
            PAPER,
            List.of(
                paper("u1", "Heart", "of rats", "=cmd|' /C calc'!A0"),
                paper("u2", "Bones", "of mice", "bone"),
                Map.of("uuid", "u3", "title", "No abstract"),
                paper("u4", "Stars", "far away", "a,b \"c\"")));
    String id =
        create(
            """
            {"file": "%s", "model": "%s", "recipe": "paper_classification"}
            """
                .formatted(file, StubEngine.BASE));

    Ingest.Taken output = ingest.takesIn(id + "-output");
    Ingest.Taken errors = ingest.takesIn(id + "-errors");
    JsonNode job = Calls.awaitStatus("/v1/predictions/" + id, "completed");

    assertThat(output.text())
        .isEqualTo(
            """
            uuid,Keywords,label
            u1,'=cmd|' /C calc'!A0,1
            u2,bone,0
            u4,"a,b ""c""\",0
            """
                .replace("\n", "\r\n"));
    assertThat(output.request().filename()).isEqualTo("test.predicted.csv");
    assertThat(errors.text())
        .isEqualTo(
            "row,sheet,code,reason\r\n"
                + "4,Sheet1,empty_cell,The cell of 'abstract' is empty; fill it in.\r\n");
    assertThat(job.at("/rows").toString()).isEqualTo("{\"total\":4,\"completed\":3,\"failed\":1}");
    assertThat(job.path("output_file_id").asText()).isEqualTo(output.id());
    assertThat(mesh.awaited(PredictionCompleted.class, id))
        .isEqualTo(new PredictionCompleted(id, null, output.id(), errors.id(), 4, 3, 1));
    assertThat(mesh.awaited(PredictionProgressed.class, id).total()).isEqualTo(4);
  }

  @Test
  void asksInTheWordsThatWereTrained() {
    Script.chats(engine, question -> Script.says("1"));
    String file =
        ingest.table("test.csv", PAPER, List.of(paper("u1", " A title ", "An abstract", "k")));
    String id =
        create(
            """
            {"file": "%s", "model": "%s", "recipe": "paper_classification",
             "settings": {"author": "true"}, "parameters": {"max_tokens": 3, "temperature": 0}}
            """
                .formatted(file, StubEngine.BASE));
    ingest.takesIn(id + "-output");

    assertThat(engine.asked).hasSize(1);
    assertThat(engine.asked.getFirst().getInteger("max_tokens")).isEqualTo(3);
    assertThat(Script.asked(engine).getFirst())
        .isEqualTo(
            "Decide from its title and abstract whether the following paper belongs to medicine."
                + " Answer 1 if it does and 0 if it does not. The paper -->\n"
                + "title:A title,author:somebody,abstract:An abstract");
  }

  @Test
  void failsARowWhoseAnswerIsNoLabelEvenWhenAskedAgain() {
    Script.chats(engine, question -> Script.says("certainly"));
    String file = ingest.table("test.csv", PAPER, List.of(paper("u1", "T", "A", "k")));
    String id =
        create(
            """
            {"file": "%s", "model": "%s", "recipe": "paper_classification"}
            """
                .formatted(file, StubEngine.BASE));

    Ingest.Taken errors = ingest.takesIn(id + "-errors");
    Calls.awaitStatus("/v1/predictions/" + id, "completed");

    assertThat(errors.text())
        .contains("2,Sheet1,unexpected_label,\"The answer 'certainly' is none of 0, 1.\"");
    assertThat(engine.asked).hasSize(2);
    assertThat(engine.asked.get(1).getJsonArray("messages")).hasSize(3);
  }

  /** As bases answer whose template writes it, as Qwen3's does. */
  @Test
  void passesOverAThoughtThatIsEmpty() {
    Script.chats(
        engine,
        question ->
            Script.says(
                "<think>\n\n</think>\n\n" + (question.startsWith("Say") ? "<think>me" : "1")));
    String file = ingest.table("test.csv", PAPER, List.of(paper("u1", "T", "A", "k")));
    String labelled =
        create(
            """
            {"file": "%s", "model": "%s", "recipe": "paper_classification"}
            """
                .formatted(file, StubEngine.BASE));

    assertThat(ingest.takesIn(labelled + "-output").text()).endsWith("u1,k,1\r\n");
    assertThat(engine.asked).hasSize(1);

    String free =
        create(
            """
            {"file": "%s", "model": "%s", "template": "Say {title}", "output": {"columns": ["uuid"]}}
            """
                .formatted(file, StubEngine.BASE));
    assertThat(ingest.takesIn(free + "-output").text()).endsWith("u1,<think>me\r\n");
  }

  @Test
  void needsTheColumnOfTheAuthorsWhereThePromptShowsThemAndNotEveryCell() {
    Script.chats(engine, question -> Script.says("1"));
    Map<String, String> row = Map.of("title", "T", "abstract", "A");
    String request =
        """
        {"file": "%s", "model": "%s", "recipe": "paper_classification",
         "settings": {"author": "true"}}
        """;
    String other = ingest.table("a.csv", List.of("title", "abstract", "authors"), List.of(row));
    String named = ingest.table("b.csv", List.of("title", "abstract", "Author"), List.of(row));

    String refused = create(request.formatted(other, StubEngine.BASE));
    String asked = create(request.formatted(named, StubEngine.BASE));

    JsonNode job = Calls.awaitStatus("/v1/predictions/" + refused, "failed");
    assertThat(job.at("/errors/0/code").asText()).isEqualTo("column_missing");
    assertThat(job.at("/errors/0/param").asText()).isEqualTo("columns.author");
    ingest.takesIn(asked + "-output");
    assertThat(Script.asked(engine).getFirst()).endsWith("title:T,abstract:A");
  }

  @Test
  void asksInTheClientsOwnWords() {
    Script.chats(engine, question -> Script.says("<" + question + ">"));
    String file =
        ingest.table(
            "城市.xlsx",
            List.of("城市", "Full name", "note"),
            List.of(
                Map.of("城市", "北京 {x}", "Full name", "-3.5"),
                Map.of("城市", "-SUM(A1)"),
                Map.of("note", "no city")));
    String id =
        create(
            """
            {"file": "%s", "model": "%s", "template": "Where is {城市} ({Full name})? {{ok}",
             "output": {"columns": ["Full name"], "answer": "where", "bom": true}}
            """
                .formatted(file, StubEngine.BASE));

    Ingest.Taken output = ingest.takesIn(id + "-output");
    Ingest.Taken errors = ingest.takesIn(id + "-errors");

    assertThat(output.text())
        .isEqualTo(
            "\uFEFFFull name,where\r\n"
                + "-3.5,<Where is 北京 {x} (-3.5)? {ok}>\r\n"
                + ",<Where is -SUM(A1) ()? {ok}>\r\n");
    assertThat(output.request().filename()).isEqualTo("城市.predicted.csv");
    assertThat(errors.text())
        .contains("4,Sheet1,empty_cell,All cells that the template shows are empty");
  }

  @Test
  void failsBeforeTheFirstQuestionWhenAColumnIsMissing() {
    String file = ingest.table("test.csv", List.of("Title"), List.of(Map.of("Title", "T")));
    String id =
        create(
            """
            {"file": "%s", "model": "%s", "recipe": "paper_classification"}
            """
                .formatted(file, StubEngine.BASE));

    JsonNode job = Calls.awaitStatus("/v1/predictions/" + id, "failed");

    assertThat(job.path("errors")).hasSize(1);
    assertThat(job.at("/errors/0/param").asText()).isEqualTo("columns.abstract");
    assertThat(job.at("/errors/0/message").asText()).contains("Title");
    assertThat(engine.asked).isEmpty();
    assertThat(mesh.awaited(PredictionFailed.class, id).code()).isEqualTo("column_missing");
  }

  @Test
  void failsForATableThatCannotBeRead() {
    String file = Ingest.newId();
    String id =
        create(
            """
            {"file": "%s", "model": "m", "template": "{a}"}
            """
                .formatted(file));

    ingest.rejected(file, "It is encrypted; save it without a password.");

    JsonNode job = Calls.awaitStatus("/v1/predictions/" + id, "failed");
    assertThat(job.at("/errors/0/message").asText()).contains("encrypted");
  }

  @Test
  void comesByEvent() {
    Script.chats(engine, question -> Script.says("1"));
    String file = ingest.table("test.csv", PAPER, List.of(paper("u1", "T", "A", "k")));
    String event = UUID.randomUUID().toString();
    ObjectNode body =
        (ObjectNode)
            Calls.json(
                """
                {"file": "%s", "model": "%s", "recipe": "paper_classification"}
                """
                    .formatted(file, StubEngine.BASE));
    mesh.send(event, "acme", new PredictionRequested("req-p", body));

    String id = Ids.derived("pred_", "acme /test " + event);
    Ingest.Taken output = ingest.takesIn(id + "-output");
    assertThat(mesh.awaited(PredictionCompleted.class, id))
        .isEqualTo(new PredictionCompleted(id, "req-p", output.id(), null, 1, 1, 0));
  }

  @Test
  void tellsWhyARequestByEventIsRefused() {
    String event = UUID.randomUUID().toString();
    ObjectNode body = (ObjectNode) Calls.json("{\"file\": \"f\", \"model\": \"m\"}");
    mesh.send(event, "acme", new PredictionRequested("req-p", body));

    String id = Ids.derived("pred_", "acme /test " + event);
    PredictionFailed failed = mesh.awaited(PredictionFailed.class, id);
    assertThat(failed.code()).isEqualTo("missing_required_parameter");
    assertThat(failed.where().field()).isEqualTo("template");
  }

  private static Map<String, String> paper(
      String uuid, String title, String summary, String keywords) {
    return Map.of(
        "uuid",
        uuid,
        "title",
        title,
        "author",
        "somebody",
        "abstract",
        summary,
        "Keywords",
        keywords);
  }

  private static String create(String body) {
    return Calls.post("/v1/predictions", body).path("id").asText();
  }
}
