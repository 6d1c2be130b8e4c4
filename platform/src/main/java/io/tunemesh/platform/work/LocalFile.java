package io.tunemesh.platform.work;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A file of this machine that work is written to on its way. A disk that does not take it is {@link
 * UncheckedIOException}, a failure of the work, so that nobody takes it for a blob store that is
 * away and waits for it.
 */
public final class LocalFile extends OutputStream {

  private final Path file;
  private final OutputStream out;

  private LocalFile(Path file, OpenOption... options) {
    this.file = file;
    try {
      this.out = Files.newOutputStream(file, options);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Writes {@code file} from its start. */
  public static OutputStream create(Path file) {
    return new LocalFile(file);
  }

  /** Writes behind what {@code file} holds. */
  public static OutputStream append(Path file) {
    return new LocalFile(file, StandardOpenOption.APPEND);
  }

  @Override
  public void write(int value) {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int from, int length) {
    try {
      out.write(bytes, from, length);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public void close() {
    try {
      out.close();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private UncheckedIOException failed(IOException e) {
    return new UncheckedIOException("the disk does not take " + file, e);
  }
}
