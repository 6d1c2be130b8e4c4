package io.tunemesh.dataset.report;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.platform.blob.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/** Reports as JSON, and where they are kept. */
public final class Reports {

  private static final ObjectWriter WRITER = Json.MAPPER.writerWithDefaultPrettyPrinter();
  private static final ObjectReader READER = Json.MAPPER.readerFor(Report.class);

  private Reports() {}

  /** Stores a report beside the dataset's other files. */
  public static BlobRef store(BlobStore blobs, String prefix, Report report) throws IOException {
    return blobs.put(prefix + "report.json", new ByteArrayInputStream(bytes(report)));
  }

  static byte[] bytes(Report report) throws IOException {
    return WRITER.writeValueAsBytes(report);
  }

  static Report read(InputStream json) throws IOException {
    return READER.readValue(json);
  }

  /** The report of a dataset that was rejected before a row of its sources was read. */
  static Report unread(String name, Report.Rejection rejected, List<Report.SourceRows> sources) {
    Report report =
        new Report(
            "dataset.report",
            name,
            null,
            null,
            rejected,
            List.of(),
            null,
            sources,
            List.of(),
            List.of(),
            new Lengths(null, null, null, null),
            null,
            null,
            null,
            null,
            List.of(),
            null,
            List.of(),
            List.of());
    return report.lookedAt(Findings.of(report));
  }
}
