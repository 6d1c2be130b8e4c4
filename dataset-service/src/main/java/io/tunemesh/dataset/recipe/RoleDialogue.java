package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.exam.Language;
import io.tunemesh.platform.template.Family;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A script: speakers and their lines. Each line of the chosen role is an answer to the line before
 * it in the same scene; lines of one speaker in a row are one. A line is kept when it is an answer
 * or what is answered, and refused otherwise.
 */
final class RoleDialogue implements Recipe {

  private static final String TEXT = "text";
  private static final String SPEAKER = "speaker";
  private static final String SCENE = "scene";
  private static final int MOST_LINES = 200;

  static final RecipeType TYPE =
      new RecipeType(
          "role_dialogue",
          Task.SFT,
          "角色：台词",
          List.of(
              Role.needed(SPEAKER, "role", "character", "角色", "人物", "说话人"),
              Role.needed(TEXT, "line", "台词", "对白", "内容"),
              Role.optional(SCENE, "场景", "场次"),
              Role.optional("direction", "舞台提示")),
          List.of(
              Setting.needed(
                  "role",
                  "the speaker whose lines the model is to say; more names of the same one with"
                      + " commas between them"),
              Setting.whole(
                  "history", "how many earlier pairs of the scene go before each", 0, 20, 0)),
          new Family(
              "role_dialogue", false, List.of("line", "role", SPEAKER, SCENE), List.of("line")),
          Header::find,
          RoleDialogue::new);

  private static final Set<String> GIVEN = Set.of(Content.Asked.BEFORE, "role", SPEAKER, SCENE);

  private final Sheets sheets;
  private final List<String> names;
  private final Set<String> plainNames = new HashSet<>();
  private final int history;
  private final Deque<Pair> earlier = new ArrayDeque<>();
  private Speech before;
  private Speech current;

  private RoleDialogue(Sheets sheets, Settings settings) {
    this.sheets = sheets;
    List<String> given = settings.list("role");
    this.names = given.isEmpty() ? List.of(settings.text("role")) : given;
    names.forEach(name -> plainNames.add(plain(name)));
    this.history = settings.whole("history");
  }

  /** Lines of one speaker that follow one another. */
  private record Speech(
      String speaker,
      String sheet,
      String scene,
      List<Place> rows,
      StringBuilder text,
      Map<String, Column> columns) {

    boolean goesOn(String sheet, String scene) {
      return sameScene(sheet, scene) && rows.size() < MOST_LINES;
    }

    boolean sameScene(String sheet, String scene) {
      return Objects.equals(this.sheet, sheet) && this.scene.equals(scene);
    }
  }

  /**
   * A line and its answer, as they go before later ones. The answer is an example's own, maybe one
   * of validation or test, so that no other teaches it.
   */
  private record Pair(int row, Turn line, Turn answer) {

    Stream<Turn> turns() {
      return Stream.of(line, answer);
    }
  }

  /** What was said before, as data, with the role's answer. */
  record Said(String scene, String speaker, String line, String role, String answer) {}

  @Override
  public List<Outcome> read(SourceRecord record) {
    List<Outcome> outcomes = new ArrayList<>();
    try {
      Row row = sheets.row(record);
      if (row.text(SPEAKER).isEmpty()) {
        throw new Unusable(
            "no_speaker", SPEAKER, "nobody says this; give its speaker, or take it away");
      }
      take(row, outcomes);
    } catch (Unusable e) {
      outcomes.add(sheets.refusal(record, e));
    }
    return outcomes;
  }

  @Override
  public List<Outcome> end() {
    List<Outcome> outcomes = new ArrayList<>();
    endScene(outcomes);
    return outcomes;
  }

  private void take(Row row, List<Outcome> outcomes) throws Unusable {
    String sheet = row.record().sheet();
    String speaker = row.text(SPEAKER);
    String text = row.needed(TEXT);
    String scene = row.text(SCENE);
    if (current != null && isOne(current.speaker(), speaker) && current.goesOn(sheet, scene)) {
      current.rows().add(row.place());
      current.text().append('\n').append(text);
      return;
    }
    if (current != null && !current.sameScene(sheet, scene)) {
      endScene(outcomes);
    } else {
      endSpeech(outcomes);
    }
    current =
        new Speech(
            speaker,
            sheet,
            scene,
            new ArrayList<>(List.of(row.place())),
            new StringBuilder(text),
            row.columns());
  }

  private void endScene(List<Outcome> outcomes) {
    endSpeech(outcomes);
    refuseUnanswered(outcomes);
    earlier.clear();
  }

  /** The current speech is over: it answers the one before, or may be answered by the next. */
  private void endSpeech(List<Outcome> outcomes) {
    if (current == null) {
      return;
    }
    Speech ended = current;
    current = null;
    if (!isRole(ended)) {
      refuseUnanswered(outcomes);
      before = ended;
    } else if (before == null) {
      refuse(
          ended,
          "nothing_before",
          "no other speaker's line stands before it in its scene, so there is nothing to answer",
          outcomes);
    } else {
      outcomes.add(answered(before, ended));
      before = null;
    }
  }

  private Outcome answered(Speech line, Speech answer) {
    String asked = line.text().toString();
    String said = answer.text().toString();
    List<Turn> turns = earlier.stream().flatMap(Pair::turns).toList();
    int own = line.rows().getFirst().row();
    int from = earlier.isEmpty() ? own : earlier.getFirst().row();
    if (history > 0) {
      earlier.addLast(new Pair(own, Turn.user(asked), Turn.shown(said)));
      if (earlier.size() > history) {
        earlier.removeFirst();
      }
    }
    List<Place> rows = new ArrayList<>(line.rows());
    rows.addAll(answer.rows());
    Map<String, String> values =
        Map.of(
            "line", asked, "role", names.getFirst(), SPEAKER, line.speaker(), SCENE, line.scene());
    Example example =
        new Example(
            Language.of(asked + "\n" + said),
            asked,
            new Content.Asked(turns, values, said, GIVEN),
            null,
            null,
            null,
            new Said(
                line.scene().isEmpty() ? null : line.scene(),
                line.speaker(),
                asked,
                answer.speaker(),
                said),
            answer.columns());
    return new Outcome.Kept(answer.rows().getLast(), from, List.copyOf(rows), example);
  }

  private void refuseUnanswered(List<Outcome> outcomes) {
    if (before != null) {
      refuse(
          before,
          "not_answered",
          "no line of %s follows it in its scene".formatted(String.join(" or ", names)),
          outcomes);
      before = null;
    }
  }

  private static void refuse(Speech speech, String code, String reason, List<Outcome> outcomes) {
    Column column = speech.columns().get(SPEAKER);
    speech.rows().forEach(row -> outcomes.add(new Outcome.Refused(row, code, column, reason)));
  }

  private boolean isRole(Speech speech) {
    return plainNames.contains(plain(speech.speaker()));
  }

  /** Whether two names are one speaker's: one name in two spellings, or two of the role's. */
  private boolean isOne(String speaker, String other) {
    if (speaker.equals(other)) {
      return true;
    }
    String plain = plain(speaker);
    String otherPlain = plain(other);
    return plain.equals(otherPlain)
        || plainNames.contains(plain) && plainNames.contains(otherPlain);
  }

  private static String plain(String name) {
    String plain = Header.plain(name);
    return plain.isEmpty() ? name : plain;
  }
}
