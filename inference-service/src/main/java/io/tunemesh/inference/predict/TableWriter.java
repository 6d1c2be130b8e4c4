package io.tunemesh.inference.predict;

import com.fasterxml.jackson.databind.JsonNode;
import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import io.tunemesh.contract.Json;
import io.tunemesh.inference.job.RowTask.LineWriter;
import io.tunemesh.platform.table.Formulas;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A table by RFC 4180 out of lines that are JSON arrays of cells. No cell begins as a formula does;
 * a number that is below zero stays one.
 */
final class TableWriter implements LineWriter {

  private static final Pattern NUMBER = Pattern.compile("[+-]?\\d+(\\.\\d+)?([eE][+-]?\\d+)?");

  private final Writer out;
  private final CsvWriter csv;

  TableWriter(OutputStream out, List<String> header, boolean bom) throws IOException {
    this.out = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    if (bom) {
      this.out.write('\uFEFF');
    }
    var builder = CsvWriter.builder().lineDelimiter(LineDelimiter.CRLF);
    if (header.size() == 1) {
      builder.quoteStrategy(QuoteStrategies.EMPTY); // readers pass over a line with nothing in it
    }
    this.csv = builder.build(this.out);
    csv.writeRecord(header.stream().map(Formulas::neutral).toList());
  }

  @Override
  public void line(String line) throws IOException {
    List<String> cells = new ArrayList<>();
    for (JsonNode cell : Json.MAPPER.readTree(line)) {
      String text = cell.asText();
      cells.add(NUMBER.matcher(text).matches() ? text : Formulas.neutral(text));
    }
    csv.writeRecord(cells);
  }

  @Override
  public void end() throws IOException {
    csv.flush();
    out.flush();
  }
}
