package io.tunemesh.dataset.augment;

import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;

/** One question to a served model; it is answered once. */
@Entity
@Table(name = "generation_request")
class GenerationRequest extends PanacheEntityBase {

  enum Status {
    ASKED,
    ANSWERED,
    FAILED
  }

  @Id
  @Column(name = "request_id")
  private String requestId;

  @Column(name = "dataset_id")
  private String datasetId;

  @Column(name = "ask_key")
  private String askKey;

  private String step;

  @Enumerated(EnumType.STRING)
  private Status status;

  private String answer;
  private String code;

  static GenerationRequest of(String requestId, String datasetId, Ask ask) {
    GenerationRequest request = new GenerationRequest();
    request.requestId = requestId;
    request.datasetId = datasetId;
    request.askKey = ask.key();
    request.step = ask.step();
    request.status = Status.ASKED;
    return request;
  }

  /** Takes the first answer; one that comes after it is passed over. */
  void take(Answer came) {
    if (status == Status.ASKED) {
      status = came.failure() == null ? Status.ANSWERED : Status.FAILED;
      answer = came.text();
      code = came.failure();
    }
  }

  boolean isOpen() {
    return status == Status.ASKED;
  }

  Answer answer() {
    return new Answer(answer, code);
  }

  String askKey() {
    return askKey;
  }

  String datasetId() {
    return datasetId;
  }

  String step() {
    return step;
  }
}
