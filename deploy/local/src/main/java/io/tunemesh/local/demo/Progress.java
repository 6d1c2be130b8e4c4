package io.tunemesh.local.demo;

import java.io.PrintStream;
import java.util.EnumMap;
import java.util.Map;

/** A bar per stage: redrawn in place on a terminal, else a line for each tenth. */
final class Progress {

  private static final int WIDTH = 24;

  private final PrintStream out;
  private final boolean terminal;
  private final Map<Stage, Integer> tenths = new EnumMap<>(Stage.class);
  private Stage current;

  Progress(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
  }

  void show(Stage stage, long done, long all, String text) {
    double share = all <= 0 ? 0 : Math.min(1, (double) done / all);
    int filled = (int) Math.round(share * WIDTH);
    String line =
        "%-15s %s%s %3d %%  %s"
            .formatted(
                stage.label(),
                "█".repeat(filled),
                "░".repeat(WIDTH - filled),
                Math.round(share * 100),
                text);
    if (terminal) {
      out.print((stage == current ? "\r\033[K" : current == null ? "" : "\n") + line);
      out.flush();
      current = stage;
    } else {
      Integer tenth = (int) (share * 10);
      if (!tenth.equals(tenths.put(stage, tenth))) {
        out.println(line);
      }
    }
  }

  void end() {
    if (terminal && current != null) {
      out.println();
    }
  }
}
