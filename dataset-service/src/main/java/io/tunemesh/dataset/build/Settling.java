package io.tunemesh.dataset.build;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.dataset.clean.Cleaning;
import io.tunemesh.dataset.dataset.RefusedLine;
import io.tunemesh.dataset.recipe.Outcome;
import io.tunemesh.dataset.recipe.Place;
import io.tunemesh.dataset.split.Part;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides what is kept of one source's findings, by those before them: the limit, and what other
 * rows of the dataset say already. Every row is counted once.
 */
final class Settling {

  private final DatasetSpec.Source source;
  private final UploadParsed file;
  private final Cleaning cleaning;
  private final Tally tally = new Tally();
  private volatile boolean full;

  /**
   * @param cleaning of the whole dataset
   */
  Settling(DatasetSpec.Source source, UploadParsed file, Cleaning cleaning) {
    this.source = source;
    this.file = file;
    this.cleaning = cleaning;
    this.full = isReached();
  }

  Tally tally() {
    return tally;
  }

  /** Whether the limit is reached, so that nothing of later rows is kept; for any thread. */
  boolean isFull() {
    return full;
  }

  /** Settles all that was found in a row. */
  void settle(Finding.OfRow found, Sink sink) throws IOException {
    if (isToBeRead(found.row(), Optional.ofNullable(found.unread()), sink)) {
      settle(found.findings(), sink);
    }
  }

  /** Whether the recipe is to read a row; if it is not, the row is settled. */
  boolean isToBeRead(Place row, Optional<Outcome.Refused> unread, Sink sink) throws IOException {
    Optional<Outcome.Refused> not = unread.or(() -> overLimit(row));
    if (not.isPresent()) {
      refuse(not.get(), sink);
    }
    return not.isEmpty();
  }

  void settle(List<Finding> findings, Sink sink) throws IOException {
    for (int i = 0; i < findings.size(); ) {
      switch (findings.get(i)) {
        case Finding.Unusable unusable -> {
          refuse(unusable.why(), sink);
          i++;
        }
        case Finding.Made made -> i = settlePieces(findings, i, sink);
      }
    }
  }

  /**
   * Settles an example, with the others of its row that follow it. The row is kept if one of them
   * is.
   *
   * @return where the next begins
   */
  private int settlePieces(List<Finding> findings, int first, Sink sink) throws IOException {
    List<Place> rows = ((Finding.Made) findings.get(first)).rows();
    List<Outcome.Refused> left = new ArrayList<>();
    int next = first;
    boolean kept = false;
    do {
      Finding.Made made = (Finding.Made) findings.get(next++);
      Optional<Outcome.Refused> not = removed(made);
      if (not.isPresent()) {
        left.add(not.get());
      } else {
        keep(made, kept ? 0 : rows.size(), sink);
        kept = true;
      }
    } while (next < findings.size()
        && findings.get(next) instanceof Finding.Made more
        && more.rows().isEmpty());
    if (kept) {
      left.forEach(piece -> tally.leavePiece(piece.code()));
      return next;
    }
    Outcome.Refused why = left.getFirst();
    for (Place row : rows) {
      refuse(new Outcome.Refused(row, why.code(), why.column(), why.reason()), sink);
    }
    return next;
  }

  private void keep(Finding.Made made, int rows, Sink sink) throws IOException {
    Part part = Part.of(made.line().split());
    if (sink instanceof LineSink lines) {
      lines.example(made.line(), part, made.example(), made.written());
    } else {
      sink.example(made.line(), part, made.example());
    }
    tally.keep(part, rows, made.label());
    tally.change(made.changed());
    full = isReached();
  }

  private boolean isReached() {
    return source.limit() != null && tally.examples() >= source.limit();
  }

  private Optional<Outcome.Refused> overLimit(Place row) {
    return full
        ? Optional.of(
            new Outcome.Refused(
                row,
                "over_limit",
                null,
                "the source's limit of %d examples was reached before it"
                    .formatted(source.limit())))
        : Optional.empty();
  }

  /** A line that was written by whom it was read was looked at then. */
  private static Optional<Outcome.Refused> broken(Finding.Made made) {
    return made.written() != null ? Optional.empty() : Broken.line(made.line(), made.at());
  }

  private Optional<Outcome.Refused> removed(Finding.Made made) throws IOException {
    Place at = made.at();
    Optional<Outcome.Refused> unfit = overLimit(at).or(() -> broken(made));
    if (unfit.isPresent() || cleaning.removesNothing()) {
      return unfit;
    }
    String sheet = at.sheet() == null ? "" : ", sheet " + at.sheet();
    Optional<Cleaning.Removal> removal =
        made.noise() == null
            ? cleaning.remove(made.words(), at.row(), file.filename() + sheet)
            : Optional.of(made.noise());
    return removal.map(why -> new Outcome.Refused(at, why.code(), null, why.reason()));
  }

  private void refuse(Outcome.Refused refused, Sink sink) throws IOException {
    Column column = refused.column();
    Place at = refused.at();
    RefusedLine line =
        new RefusedLine(
            "refused-" + (sink.refusals() + 1),
            file.filename(),
            file.fileId(),
            at.sheet(),
            at.row(),
            cell(column, at.row()),
            column == null ? null : column.letter(),
            column == null ? null : column.name(),
            refused.code(),
            Broken.mended(refused.reason()));
    sink.refused(line);
    tally.refuse(line);
  }

  /** A cell as a spreadsheet names it; null where there is none, as in JSON. */
  private static String cell(Column column, int row) {
    return column == null || !column.letter().matches("[A-Z]{1,3}") ? null : column.letter() + row;
  }
}
