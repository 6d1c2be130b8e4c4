package io.tunemesh.dataset.dataset;

import io.tunemesh.contract.Where;
import io.tunemesh.platform.db.JsonText;
import jakarta.persistence.Column;
import jakarta.persistence.Embeddable;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import java.time.Instant;

/**
 * Where a dataset stands: what it waits for beside its sources, what was made of it, or why it was
 * rejected. Its dataset asks first whether a change is allowed.
 */
@Embeddable
public class Standing {

  @Enumerated(EnumType.STRING)
  Status status = Status.WAITING;

  @Column(name = "finished_at")
  Instant finishedAt;

  String files;
  String code;
  String reason;
  String place;
  String progress;

  /** All that it is made of is there. */
  void begin() {
    status = Status.BUILDING;
  }

  /** It needs what is away. */
  void waits(String why) {
    reason = why;
    pauses();
  }

  /** What it waited for is over, and somebody begins to build it. */
  void goesOn() {
    reason = null;
    pauses();
  }

  /** Nobody builds it. */
  void pauses() {
    progress = null;
  }

  /** It is made. */
  void built(DatasetFiles made) {
    end(Status.BUILT, made);
    reason = null;
  }

  /**
   * It cannot be made.
   *
   * @param made what is known of the rows; null where none was read
   */
  void rejected(DatasetFiles made, String code, String reason, Where where) {
    end(Status.REJECTED, made);
    this.code = code;
    this.reason = Rejections.cut(reason);
    this.place = JsonText.of(where);
  }

  /** Its owner does not want it any more. */
  void deleted() {
    status = Status.DELETED;
    pauses();
  }

  private void end(Status end, DatasetFiles made) {
    status = end;
    finishedAt = Instant.now();
    files = JsonText.of(made);
    pauses();
  }

  DatasetFiles files() {
    return JsonText.read(files, DatasetFiles.class);
  }

  BuildProgress progress() {
    return JsonText.read(progress, BuildProgress.class);
  }

  Where where() {
    return JsonText.read(place, Where.class);
  }
}
