package io.tunemesh.dataset.exam;

/** What stands before a number in an answers cell tells whether an answer begins there. */
final class AnswerPlace {
  private AnswerPlace() {}

  /** How much a place looks like the beginning of an answer. */
  static double gain(Shadow cell, int start, int answered) {
    int visible = cell.visibleBefore(start);
    boolean followsAnswer =
        answered > 0 && answered <= start && cell.skipBlanks(skipStops(cell, answered)) >= start;
    return switch (Place.of(cell, start)) {
      case LINE -> 3;
      case WIDE_GAP -> 2.5;
      case SENTENCE_GAP, SENTENCE ->
          !followsAnswer && WordEnds.COUNTED.shortenedBefore(cell, start)
              ? -3
              : followsAnswer || isLabel(cell, visible) ? 2.5 : 1.8;
      case GAP -> {
        if (followsAnswer) {
          yield 2.5;
        }
        yield WordEnds.COUNTED.before(cell, start) ? -3 : isLabel(cell, visible) ? 2.5 : -0.5;
      }
      case LIST ->
          followsAnswer
              ? 2.3
              : isLabel(cell, visible) ? 2.5 : cell.at(start - 1) == ':' ? 1.5 : -0.5;
      case HAN -> isLabel(cell, visible) ? 2.5 : -0.5;
      case WORD, OTHER -> followsAnswer ? 2 : -1.5;
    };
  }

  private static boolean isLabel(Shadow cell, int visible) {
    if (visible > 0 && cell.at(visible) == '案' && cell.at(visible - 1) == '答') {
      return true;
    }
    if (visible < 1 || ":])".indexOf(cell.at(visible)) < 0) {
      return false;
    }
    int begin = visible;
    while (begin > 0 && cell.at(begin - 1) != '\n' && visible - begin < 16) {
      begin--;
    }
    String label = cell.plain(begin, visible).toLowerCase(java.util.Locale.ROOT);
    return label.contains("答案")
        || label.contains("answer")
        || label.contains("key")
        || label.contains("选择题")
        || label.contains("单选");
  }

  /** Steps over what may stand between an answer and the next number: stops, 项, a score. */
  private static int skipStops(Shadow cell, int from) {
    int p = cell.at(from) == '项' ? from + 1 : from;
    while (p < cell.length()) {
      int score = cell.at(p) == '(' ? Trailing.scoreEnd(cell, p + 1) : -1;
      if (score > 0) {
        p = score;
      } else if (".。;,、)]|/ \t".indexOf(cell.at(p)) >= 0) {
        p++;
      } else {
        break;
      }
    }
    return p;
  }
}
