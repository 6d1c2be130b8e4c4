package io.tunemesh.inference.knowledge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a text means, to each model that understands its language.
 *
 * @param chinese null where the text has no Chinese
 * @param english null where the text is mostly Chinese
 * @param own what the operator's own model says, which then speaks for all languages; else null
 */
record Vectors(float[] chinese, float[] english, Own own) {

  /**
   * @param model tells vectors that may be compared from others
   */
  record Own(String model, float[] vector) {}

  Vectors(float[] chinese, float[] english) {
    this(chinese, english, null);
  }

  /** Those that there are by a name that only such have as may be compared with them. */
  Map<String, float[]> byName() {
    Map<String, float[]> all = new LinkedHashMap<>();
    if (chinese != null) {
      all.put("chinese", chinese);
    }
    if (english != null) {
      all.put("english", english);
    }
    if (own != null) {
      all.put("own-" + own.model(), own.vector());
    }
    return all;
  }

  /** A vector of the same direction and the length 1, as the dot product needs it. */
  static float[] unit(float[] vector) {
    double sum = 0;
    for (float one : vector) {
      sum += one * one;
    }
    float length = (float) Math.sqrt(sum);
    float[] unit = new float[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = vector[i] / length;
    }
    return unit;
  }

  /** Little-endian floats; null is null. */
  static byte[] bytes(float[] vector) {
    if (vector == null) {
      return null;
    }
    ByteBuffer bytes = ByteBuffer.allocate(4 * vector.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(vector);
    return bytes.array();
  }

  static float[] floats(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    float[] vector = new float[bytes.length / 4];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(vector);
    return vector;
  }
}
