package io.tunemesh.inference.feedback;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import java.time.Instant;
import java.util.Locale;

/** What somebody thinks of an answer, with the question and the answer that it is about. */
@Entity
public class Feedback extends PanacheEntityBase {

  /** A thumb. */
  enum Rating {
    UP,
    DOWN;

    String wire() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Id String id;

  @Column(insertable = false, updatable = false)
  long seq;

  String tenant;
  String run;
  String caller;

  @Column(name = "completion_id")
  String completion;

  String model;

  @Enumerated(EnumType.STRING)
  Rating rating;

  String messages;
  String tools;
  String answer;
  String corrected;
  String comment;
  boolean example;

  @Column(name = "exported_file_id")
  String exportedFile;

  @Column(name = "created_at")
  Instant createdAt;
}
