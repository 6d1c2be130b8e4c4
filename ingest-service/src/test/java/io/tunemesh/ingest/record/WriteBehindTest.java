package io.tunemesh.ingest.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WriteBehindTest {

  @AfterEach
  void forgetInterruption() {
    Thread.interrupted();
  }

  @Test
  void passesOnWhatComesInPiecesOfAnySize() throws IOException {
    byte[] bytes = new byte[5 * WriteBehind.BLOCK + 7];
    Random random = new Random(1);
    random.nextBytes(bytes);
    Taking taking = new Taking(Integer.MAX_VALUE);

    try (WriteBehind out = new WriteBehind(taking)) {
      out.write(bytes[0]);
      int at = 1;
      for (int piece = 0; at < bytes.length; piece++) {
        int size = Math.min(bytes.length - at, random.nextInt(piece % 9 == 0 ? 700_000 : 9000));
        out.write(bytes, at, size);
        at += size;
      }
    }

    assertThat(taking.taken.toByteArray()).isEqualTo(bytes);
    assertThat(taking.closed).isTrue();
  }

  @Test
  void passesOnAllOfAnInterruptedThreadAndLeavesItInterrupted() throws IOException {
    byte[] bytes = new byte[4 * WriteBehind.BLOCK];
    Taking taking = new Taking(Integer.MAX_VALUE);

    Thread.currentThread().interrupt();
    try (WriteBehind out = new WriteBehind(taking)) {
      out.write(bytes);
    }

    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(taking.taken.size()).isEqualTo(bytes.length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void tellsThatABlockWasNotTakenAndClosesTheStream(int most) {
    Taking taking = new Taking(most);

    assertThatThrownBy(
            () -> {
              try (WriteBehind out = new WriteBehind(taking)) {
                out.write(new byte[3 * WriteBehind.BLOCK + 1]);
              }
            })
        .isInstanceOf(IOException.class)
        .hasMessage("full");
    assertThat(taking.closed).isTrue();
  }

  /** Takes so many writes, and then has no more room. */
  private static final class Taking extends OutputStream {
    private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
    private int left;
    private boolean closed;

    Taking(int most) {
      this.left = most;
    }

    @Override
    public void write(int b) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      if (left-- <= 0) {
        throw new IOException("full");
      }
      taken.write(bytes, from, length);
    }

    @Override
    public void close() {
      closed = true;
    }
  }
}
