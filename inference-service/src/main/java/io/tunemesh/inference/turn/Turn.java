package io.tunemesh.inference.turn;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tunemesh.contract.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** One question on its way to an engine, and what is known of it. */
public final class Turn {

  private static final ObjectReader OBJECTS = Json.MAPPER.readerFor(ObjectNode.class);

  /** Of the few words that steps ask for. */
  private static final Map<String, Mention> MENTIONS = new ConcurrentHashMap<>();

  /** Begins what may be an ASCII character in other words. */
  private static final Mention ESCAPE = Mention.of("\\u00");

  /** Stands in each body that is UTF-16 or UTF-32, and in none that is UTF-8. */
  private static final Mention NUL = Mention.of("\0");

  private final String id = TurnId.next();
  private final Asker asker;
  private final Api api;
  private final Source source;
  private final Head head;
  private final ObjectNode told = Json.MAPPER.createObjectNode();
  private final Map<String, String> headers = new LinkedHashMap<>();

  private byte[] bytes;
  private ObjectNode body;
  private ObjectNode asRead;
  private String model;
  private volatile String engine;
  private volatile boolean sent;
  private boolean whole;

  private Turn(Asker asker, Api api, Source source, Head head, byte[] bytes, ObjectNode body) {
    this.asker = asker;
    this.api = api;
    this.source = source;
    this.head = head;
    this.bytes = bytes;
    this.body = body;
    this.model = head.model();
  }

  /**
   * @throws io.tunemesh.platform.http.Refusal 400 if {@code body} is no JSON object or names no
   *     model
   */
  public static Turn of(Asker asker, Api api, Source source, byte[] body) {
    return new Turn(asker, api, source, Head.of(body), body, null);
  }

  /** The same for a body that is read already; it is the turn's own from now on. */
  public static Turn of(Asker asker, Api api, Source source, ObjectNode body) {
    return new Turn(asker, api, source, Head.of(body), null, body);
  }

  /** Also the {@code x-request-id} of the answer. */
  public String id() {
    return id;
  }

  public String tenant() {
    return asker.tenant();
  }

  /** The name of the key or user. */
  public String caller() {
    return asker.name();
  }

  /** Of what the question follows from, as W3C writes it; may be null. */
  public String traceparent() {
    return asker.traceparent();
  }

  public Api api() {
    return api;
  }

  public Source source() {
    return source;
  }

  /** The model as the asker named it. */
  public String asked() {
    return head.model();
  }

  /** The model that answers. */
  public String model() {
    return model;
  }

  /** Has another model answer. */
  public void answerWith(String other) {
    model = other;
  }

  /** The engine that answers, by its host and port; null while there is none. */
  public String engine() {
    return engine;
  }

  /** That engine answers. */
  public void answeredBy(String name) {
    engine = name;
  }

  /** Whether an engine has the question; false again where it did not take it. */
  public boolean isSent() {
    return sent;
  }

  /** An engine gets the question now, or will get it anew. */
  public void sent(boolean now) {
    sent = now;
  }

  /** Whether a stream is asked for. */
  public boolean streams() {
    return head.streams() && !whole;
  }

  /** Asks for the whole answer at once, whatever the question says. */
  public void askWhole() {
    whole = true;
    body().remove("stream_options");
    body.put("stream", false);
  }

  /** Whether the asker wants the stream's usage. */
  public boolean wantsUsage() {
    return head.wantsUsage();
  }

  /** Whether the asker wants each chunk to tell the usage until then. */
  public boolean wantsUsageOften() {
    return head.wantsUsageOften();
  }

  /** Whether the asker lets the answer be kept, as OpenAI's {@code store} says. */
  public boolean stores() {
    return head.stores();
  }

  /** The question; what is changed in it, the engine sees. */
  public ObjectNode body() {
    if (body == null) {
      try {
        body = OBJECTS.readValue(bytes);
        asRead = body.deepCopy();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return body;
  }

  /**
   * Whether the question may have a tool of that type: certain where its body was read, else
   * whether the word stands in its bytes, so that a question without tools need not be read. One in
   * which the word may stand otherwise than by its letters is read.
   */
  public boolean mayHaveTool(String type) {
    if (bytes != null && !ESCAPE.isIn(bytes) && !NUL.isIn(bytes)) {
      return mentions(type);
    }
    for (JsonNode tool : body().path("tools")) {
      if (tool.path("type").asText().equals(type)) {
        return true;
      }
    }
    return false;
  }

  /** The field of the question, which is not read where its head knows that it has none. */
  public JsonNode field(String name) {
    return body == null && head.lacks(name) ? Json.MAPPER.missingNode() : body().path(name);
  }

  /** The bytes in which it came; 0 of a question that was read already. */
  public int size() {
    return bytes == null ? 0 : bytes.length;
  }

  private boolean mentions(String word) {
    return MENTIONS.computeIfAbsent(word, any -> Mention.of('"' + any + '"')).isIn(bytes);
  }

  /**
   * What the engine is asked. A stream is asked for its usage in each chunk, which the asker may
   * not see, so that it is known of a stream that is broken off.
   */
  public byte[] question() {
    boolean asksMore = streams() && !wantsUsageOften();
    if (!asksMore && model.equals(head.model()) && isAsItCame()) {
      return bytes;
    }
    body().put("model", model);
    if (asksMore) {
      body.withObjectProperty("stream_options")
          .put("include_usage", true)
          .put("continuous_usage_stats", true);
    }
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  /** A body that was read only is passed on as its bytes, with numbers as they were written. */
  private boolean isAsItCame() {
    return bytes != null && (body == null || body.equals(asRead));
  }

  /** Adds to what the answer tells about itself, under {@code tunemesh}. */
  public void tell(String name, JsonNode value) {
    told.set(name, value);
  }

  /** Adds a header to the answer over HTTP, also to a refusal. */
  public void header(String name, String value) {
    headers.put(name, value);
  }

  public Map<String, String> headers() {
    return headers;
  }

  /** What the answer tells about itself; empty if nothing. */
  public ObjectNode told() {
    return told;
  }
}
