package io.tunemesh.ingest.dialogue;

import io.tunemesh.ingest.record.Lines;
import io.tunemesh.ingest.record.ReaderConfig;
import io.tunemesh.ingest.record.Reading;
import io.tunemesh.ingest.record.RecordWriter;
import io.tunemesh.ingest.record.Rows;
import io.tunemesh.ingest.record.TextFile;
import io.tunemesh.ingest.record.Unreadable;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a script or a chat as text: {@code 角色：台词}, {@code Name: line}, with scene headings and
 * stage directions. Each speech is a record with its {@code scene}, {@code speaker} and {@code
 * text}; a line that nobody speaks, and a heading with nothing below it, is a record with its
 * {@code direction}, so that nothing is lost. An indented line goes on with the speech before it.
 */
public final class ScriptReader {

  /** The share of lines that someone speaks, from which on a text is a script. */
  private static final double SPOKEN = 0.5;

  private final ReaderConfig limits;

  public ScriptReader(ReaderConfig limits) {
    this.limits = limits;
  }

  /** Whether these lines are mostly speeches, of speakers who speak more than once. */
  public static boolean takes(List<String> lines) {
    Map<String, Integer> speakers = new HashMap<>();
    int speeches = 0;
    int others = 0;
    boolean speaking = false;
    for (String line : lines) {
      if (line.isBlank()) {
        speaking = false;
        continue;
      }
      switch (ScriptLine.of(line, speaking, false)) {
        case ScriptLine.Speech speech -> {
          speeches++;
          speakers.merge(speech.speaker(), 1, Integer::sum);
          speaking = true;
        }
        case ScriptLine.Direction direction -> others += ScriptLine.isBracketed(line) ? 0 : 1;
        case ScriptLine.More more -> {}
        case ScriptLine.Scene scene -> speaking = false;
      }
    }
    return speeches >= 2
        && speeches >= SPOKEN * (speeches + others)
        && speeches >= speakers.size() * 1.5;
  }

  /** Whether {@code line} is spoken: a header of a table never is. */
  public static boolean isSpoken(String line) {
    return !line.isBlank() && ScriptLine.of(line, false, false) instanceof ScriptLine.Speech;
  }

  /** Writes a record for each speech and each direction. */
  public Reading read(TextFile text, RecordWriter records) throws IOException {
    Rows rows = new Rows(limits, records);
    for (String column : List.of("scene", "speaker", "text", "direction")) {
      rows.begin(1).column(column);
    }
    Speaking now = new Speaking(rows, limits.maxCellCharacters());
    String scene = null;
    int bare = 0;
    try (Lines lines = new Lines(text, limits.maxCellCharacters())) {
      for (String line = lines.next(); line != null; line = lines.next()) {
        if (line.isBlank()) {
          now.pause();
          continue;
        }
        ScriptLine what = ScriptLine.of(line, now.isOn(), now.isOpen());
        if (what instanceof ScriptLine.Scene) {
          now.end();
          write(bare, scene, rows);
        }
        bare = 0;
        switch (what) {
          case ScriptLine.Speech speech -> now.begin(lines.number(), scene, speech);
          case ScriptLine.More more -> now.add(more.text());
          case ScriptLine.Scene heading -> {
            scene = heading.name();
            bare = lines.number();
          }
          case ScriptLine.Direction direction -> {
            now.end();
            rows.begin(lines.number()).put("scene", scene).put("direction", direction.text()).end();
          }
        }
      }
      now.end();
    }
    if (rows.count() == 0) {
      throw Unreadable.file("no_rows", "The script has headings and no lines; put some into it.");
    }
    write(bare, scene, rows);
    return rows.reading("script");
  }

  /** A heading on the line {@code bare} that nothing stands below; 0 if there is none. */
  private static void write(int bare, String scene, Rows rows) {
    if (bare > 0 && !scene.isEmpty()) {
      rows.begin(bare).put("scene", scene).put("direction", scene).end();
    }
  }

  /** The speech that may go on. */
  private static final class Speaking {
    private final Rows rows;
    private final int most;
    private final StringBuilder text = new StringBuilder();
    private ScriptLine.Speech speech;
    private String scene;
    private int line;
    private boolean paused;

    Speaking(Rows rows, int most) {
      this.rows = rows;
      this.most = most;
    }

    boolean isOn() {
      return speech != null && !paused;
    }

    boolean isOpen() {
      return isOn() && text.isEmpty();
    }

    void pause() {
      paused = true;
    }

    void begin(int line, String scene, ScriptLine.Speech speech) {
      end();
      this.line = line;
      this.scene = scene;
      this.speech = speech;
      this.paused = false;
      text.append(speech.text());
    }

    void add(String more) {
      text.append(text.isEmpty() ? "" : "\n").append(more);
      if (text.length() > most) {
        throw rows.begin(line).cellTooLong("text");
      }
    }

    void end() {
      if (speech != null) {
        rows.begin(line)
            .put("scene", scene)
            .put("speaker", speech.speaker())
            .put("text", text.toString())
            .put("direction", speech.direction())
            .end();
        text.setLength(0);
        speech = null;
      }
    }
  }
}
