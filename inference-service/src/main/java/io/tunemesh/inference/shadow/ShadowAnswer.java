package io.tunemesh.inference.shadow;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.inference.turn.Turn;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;

/** What a shadowed model answered, beside the answer that was given. */
@Entity
@Table(name = "shadow_answer")
public class ShadowAnswer extends PanacheEntityBase {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private Long seq;

  @Column(name = "alias_id")
  private String aliasId;

  private String turn;
  private String model;

  @Column(name = "shadow_model")
  private String shadowModel;

  private String question;
  private String answer;
  private String shadow;
  private String failure;
  private long nanos;

  @Column(name = "shadow_nanos")
  private long shadowNanos;

  private Instant at;

  /** The answer that was given; the shadow's is still to come. */
  static ShadowAnswer to(
      Turn turn, String aliasId, String shadowModel, String answer, long nanos, Instant at) {
    ShadowAnswer row = new ShadowAnswer();
    row.aliasId = aliasId;
    row.turn = turn.id();
    row.model = turn.model();
    row.shadowModel = shadowModel;
    row.question = storable(turn.body().toString());
    row.answer = storable(answer);
    row.nanos = nanos;
    row.at = at;
    return row;
  }

  /** The shadow answered. */
  void answered(String text, long took) {
    shadow = storable(text);
    shadowNanos = took;
  }

  /** The shadow did not answer. */
  void failed(String why, long took) {
    failure = storable(why);
    shadowNanos = took;
  }

  String aliasId() {
    return aliasId;
  }

  Compared compared() {
    return new Compared(
        turn,
        at.getEpochSecond(),
        model,
        shadowModel,
        question,
        answer,
        shadow,
        failure,
        nanos / 1_000_000,
        shadowNanos / 1_000_000);
  }

  /** PostgreSQL's text holds no NUL. */
  private static String storable(String text) {
    return text == null ? null : text.replace('\0', ' ');
  }
}
