package io.tunemesh.ingest.parse;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReaderCacheTest {

  @TempDir Path application;

  @Test
  void usesTheCacheOfThisBuildAlone() throws IOException {
    Path jar = Files.createFile(application.resolve("quarkus-run.jar"));
    assertThat(ReaderCache.use(application)).isEmpty();

    Path cache = Files.createFile(application.resolve("reader.aot"));
    Files.setLastModifiedTime(jar, FileTime.fromMillis(cache.toFile().lastModified() - 5000));
    assertThat(ReaderCache.use(application)).contains("-XX:AOTCache=" + cache);

    Files.setLastModifiedTime(jar, FileTime.fromMillis(cache.toFile().lastModified() + 5000));
    assertThat(ReaderCache.use(application)).isEmpty();
  }

  @Test
  void makesTablesThatReadersRead() throws IOException, InterruptedException {
    try (ReaderPool pool = Pools.real(java.util.Map.of())) {
      for (Path file : ReaderTraining.files(application)) {
        assertThat(pool.read(file, "f", application.resolve("records"), application))
            .isInstanceOfSatisfying(
                ReadAnswer.Read.class,
                read -> assertThat(read.rows()).isEqualTo(ReaderTraining.ROWS));
      }
    }
  }
}
