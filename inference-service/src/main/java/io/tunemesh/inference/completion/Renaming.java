package io.tunemesh.inference.completion;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.engine.Seat;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * A model's name that the asker knows, and the other that an engine has for it. All other bytes of
 * questions and answers stay as they are.
 */
final class Renaming {

  /** Where both know the same name. */
  static final Renaming NONE = new Renaming(null, null, null);

  private static final byte[] MODEL = "\"model\":\"".getBytes(StandardCharsets.UTF_8);

  private final byte[] asked;
  private final byte[] inEngine;
  private final byte[] known;

  private Renaming(byte[] asked, byte[] inEngine, byte[] known) {
    this.asked = asked;
    this.inEngine = inEngine;
    this.known = known;
  }

  /** For a question in that place. */
  static Renaming of(Seat seat, String known) {
    if (seat.copy() != null) {
      return of(seat.copy().name(), known);
    }
    String signature = seat.engine().signature();
    return signature.equals(known) ? NONE : ofAnswers(signature, known);
  }

  /**
   * Where the engine is asked by the known name and signs with its own. Of an answer only the
   * field, as vLLM writes it: a text may have the name of a base in it.
   */
  static Renaming ofAnswers(String inEngine, String known) {
    return new Renaming(null, field(inEngine), field(known));
  }

  private static byte[] field(String model) {
    byte[] name = JsonStringEncoder.getInstance().quoteAsUTF8(model);
    byte[] field = Arrays.copyOf(MODEL, MODEL.length + name.length + 1);
    System.arraycopy(name, 0, field, MODEL.length, name.length);
    field[field.length - 1] = '"';
    return field;
  }

  /**
   * @param inEngine ASCII that JSON needs not escape, and so long that no text has it by chance
   */
  static Renaming of(String inEngine, String known) {
    byte[] name = inEngine.getBytes(StandardCharsets.US_ASCII);
    return new Renaming(name, name, JsonStringEncoder.getInstance().quoteAsUTF8(known));
  }

  /** The question with the engine's name as its {@code model}. */
  byte[] question(byte[] question) {
    if (asked == null) {
      return question;
    }
    try (JsonParser json = Json.MAPPER.createParser(question)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isModel = json.currentName().equals("model");
        json.nextToken();
        if (isModel) {
          int from = (int) json.currentTokenLocation().getByteOffset();
          json.finishToken();
          return spliced(question, from, (int) json.currentLocation().getByteOffset());
        }
        json.skipChildren();
      }
      throw new IllegalStateException("a question without a model");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A text of an engine, with the asker's name. */
  String text(String text) {
    return inEngine == null ? text : answer(Buffer.buffer(text)).toString();
  }

  /** An answer with the asker's name. */
  Buffer answer(Buffer answer) {
    if (inEngine == null) {
      return answer;
    }
    byte[] bytes = answer.getBytes();
    byte[] renamed = answer(bytes);
    return renamed == bytes ? answer : Buffer.buffer(renamed);
  }

  /** Bytes of an answer with the asker's name; a name must not be cut in two at their ends. */
  byte[] answer(byte[] bytes) {
    int at = inEngine == null ? -1 : find(bytes, 0);
    if (at < 0) {
      return bytes;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length + 64);
    int from = 0;
    while (at >= 0) {
      out.write(bytes, from, at - from);
      out.writeBytes(known);
      from = at + inEngine.length;
      at = find(bytes, from);
    }
    out.write(bytes, from, bytes.length - from);
    return out.toByteArray();
  }

  private byte[] spliced(byte[] question, int from, int to) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(question.length + asked.length);
    out.write(question, 0, from);
    out.write('"');
    out.writeBytes(asked);
    out.write('"');
    out.write(question, to, question.length - to);
    return out.toByteArray();
  }

  private int find(byte[] bytes, int from) {
    int last = bytes.length - inEngine.length;
    byte first = inEngine[0];
    for (int at = from; at <= last; at++) {
      if (bytes[at] == first && isAt(bytes, at)) {
        return at;
      }
    }
    return -1;
  }

  private boolean isAt(byte[] bytes, int at) {
    for (int i = 1; i < inEngine.length; i++) {
      if (bytes[at + i] != inEngine[i]) {
        return false;
      }
    }
    return true;
  }
}
