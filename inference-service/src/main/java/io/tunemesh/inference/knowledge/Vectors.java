package io.tunemesh.inference.knowledge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a text means, to each model that understands its language.
 *
 * @param chinese null where the text has no Chinese
 * @param english null where the text is mostly Chinese
 */
record Vectors(float[] chinese, float[] english) {

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
