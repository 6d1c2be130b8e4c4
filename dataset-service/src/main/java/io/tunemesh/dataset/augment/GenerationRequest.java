package io.tunemesh.dataset.augment;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quarkus.hibernate.orm.panache.PanacheEntityBase;
import io.tunemesh.contract.Json;
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
    FAILED,
    /** Its answer went into another question, which is answered in its stead. */
    PASSED_ON
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

  @Column(name = "next_body")
  private String nextBody;

  static GenerationRequest of(String requestId, String datasetId, Ask ask) {
    GenerationRequest request = new GenerationRequest();
    request.requestId = requestId;
    request.datasetId = datasetId;
    request.askKey = ask.key();
    request.step = ask.step();
    request.status = Status.ASKED;
    request.nextBody = ask.then() == null ? null : ask.then().toString();
    return request;
  }

  /**
   * The question that the answer of this one goes into; this one counts no more.
   *
   * @return null if there is none, or no answer to put into it
   */
  Ask passOn() {
    if (nextBody == null || status != Status.ANSWERED) {
      return null;
    }
    ObjectNode body = body(nextBody);
    ObjectNode message = (ObjectNode) body.at("/messages/0");
    message.put("content", message.path("content").asText() + answer);
    if (Generator.isLarge(body)) {
      take(Status.FAILED, Answer.failed(Generator.TOO_LARGE));
      return null;
    }
    take(Status.PASSED_ON, new Answer(null, null));
    return new Ask(askKey, step, null, body, null);
  }

  private static ObjectNode body(String json) {
    try {
      return Json.MAPPER.readValue(json, ObjectNode.class);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a question that cannot be read again", e);
    }
  }

  /** Takes the first answer; one that comes after it is passed over. */
  void take(Answer came) {
    if (status == Status.ASKED) {
      take(came.failure() == null ? Status.ANSWERED : Status.FAILED, came);
    }
  }

  private void take(Status now, Answer came) {
    status = now;
    answer = came.text();
    code = came.failure();
  }

  boolean isOpen() {
    return status == Status.ASKED;
  }

  /** Whether there is an answer, or why there is none. */
  boolean isSettled() {
    return status == Status.ANSWERED || status == Status.FAILED;
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
