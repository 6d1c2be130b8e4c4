package io.tunemesh.dataset.lineage;

import io.quarkus.narayana.jta.QuarkusTransaction;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.dataset.dataset.Dataset;
import io.tunemesh.dataset.dataset.DatasetFiles;
import io.tunemesh.dataset.dataset.DatasetView;
import io.tunemesh.dataset.lineage.CellLineage.InDataset;
import io.tunemesh.dataset.lineage.CellLineage.Onwards;
import io.tunemesh.dataset.lineage.CellLineage.SourceCellAt;
import io.tunemesh.dataset.lineage.SourceRows.SourceRow;
import io.tunemesh.platform.blob.BlobNotFound;
import io.tunemesh.platform.blob.BlobStore;
import io.tunemesh.platform.http.PageSize;
import io.tunemesh.platform.http.Refusal;
import io.tunemesh.platform.identity.Caller;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What became of a cell. */
@Path("/v1/datasets/lineage")
@Produces(MediaType.APPLICATION_JSON)
public class LineageResource {

  private static final int MOST_EXAMPLES = 100;
  private static final int NAMED = 20;

  private final BlobStore blobs;
  private final Caller caller;

  LineageResource(BlobStore blobs, Caller caller) {
    this.blobs = blobs;
    this.caller = caller;
  }

  /**
   * Every dataset of the tenant that was made of a file, the newest first, with the examples that a
   * row or a cell of it went into and the refusals that it got.
   *
   * @param file its id
   * @param sheet may be left out where the file has one table; in an archive the path of the file
   * @param row as the file's own program shows it
   * @param column its letter or its header; all of the row where it is left out
   */
  @GET
  public CellLineage lineage(
      @QueryParam("file") String file,
      @QueryParam("sheet") String sheet,
      @QueryParam("row") String row,
      @QueryParam("column") String column,
      @QueryParam("after") String after,
      @QueryParam("limit") String limit)
      throws IOException {
    String tenant = caller.tenant();
    int size = PageSize.of(limit, 20, 100);
    int number = number(row);
    UploadParsed upload = upload(file, tenant);
    Sheet table = sheet(upload, sheet);
    Column asked = column(table, column);
    List<Used> used = QuarkusTransaction.requiringNew().call(() -> used(tenant, file, after, size));
    List<InDataset> found = new ArrayList<>();
    for (Used dataset : used.subList(0, Math.min(size, used.size()))) {
      found.add(look(dataset, file, table.name(), number, asked));
    }
    return new CellLineage(
        "lineage",
        cell(upload, table, number, asked),
        found,
        found.isEmpty() ? null : found.getLast().datasetId(),
        used.size() > size,
        Onwards.ALL);
  }

  private static int number(String row) {
    if (row == null || !row.matches("[0-9]{1,9}") || Integer.parseInt(row) < 1) {
      throw Refusal.invalid(
          "row_invalid", "row must be a number from 1, as the file's program shows it.", "row");
    }
    return Integer.parseInt(row);
  }

  private static UploadParsed upload(String file, String tenant) {
    if (file == null || file.isBlank()) {
      throw Refusal.invalid("file_missing", "Name the file by its id, as file-….", "file");
    }
    UploadParsed parsed =
        QuarkusTransaction.requiringNew().call(() -> ExampleResource.file(file, tenant));
    if (parsed == null) {
      throw Refusal.notFound("file that was read", file);
    }
    return parsed;
  }

  private static Sheet sheet(UploadParsed file, String name) {
    return SourceRows.sheet(file, name)
        .orElseThrow(
            () ->
                Refusal.invalid(
                    "sheet_unknown",
                    "'%s' has %s. Name one of them."
                        .formatted(
                            file.filename(),
                            named("the sheets ", file.sheets().stream().map(Sheet::name).toList())),
                    "sheet"));
  }

  private static Column column(Sheet sheet, String name) {
    if (name == null) {
      return null;
    }
    return sheet.columns().stream()
        .filter(c -> c.letter().equalsIgnoreCase(name))
        .findFirst()
        .or(() -> sheet.columns().stream().filter(c -> c.name().equals(name)).findFirst())
        .orElseThrow(
            () ->
                Refusal.invalid(
                    "column_unknown",
                    "The sheet has %s. Give a letter or a header."
                        .formatted(
                            named(
                                "the columns ",
                                sheet.columns().stream()
                                    .map(c -> c.letter() + " (" + c.name() + ")")
                                    .toList())),
                    "column"));
  }

  private static String named(String what, List<String> names) {
    String more = names.size() > NAMED ? " and %d more".formatted(names.size() - NAMED) : "";
    return what + names.stream().limit(NAMED).collect(Collectors.joining("', '", "'", "'")) + more;
  }

  private record Used(DatasetView view, DatasetFiles files) {}

  private static List<Used> used(String tenant, String file, String after, int size) {
    String query = "select distinct d from Dataset d join d.sources s";
    String wanted =
        " where d.tenant = :tenant and s.fileId = :file and d.standing.status <> DELETED";
    Map<String, Object> given = new HashMap<>(Map.of("tenant", tenant, "file", file));
    if (after != null) {
      given.put("last", Dataset.onceOfTenant(after, tenant).id());
      query += ", Dataset l";
      wanted +=
          " and l.id = :last and (d.createdAt < l.createdAt or d.createdAt = l.createdAt and d.id <"
              + " l.id)";
    }
    query += wanted;
    return Dataset.<Dataset>find(query + " order by d.createdAt desc, d.id desc", given)
        .range(0, size)
        .list()
        .stream()
        .map(dataset -> new Used(DatasetView.of(dataset), dataset.files()))
        .toList();
  }

  private InDataset look(Used dataset, String file, String sheet, int row, Column column)
      throws IOException {
    DatasetView view = dataset.view();
    if (dataset.files() == null || dataset.files().lineage() == null) {
      String note =
          dataset.files() != null
              ? "was built before its lineage was indexed; ask for it again under another id"
              : "is %s, and no row of it was read".formatted(view.status().key());
      return InDataset.of(view, List.of(), List.of(), false, note);
    }
    List<Traced> traced = LineageIndex.find(blobs, dataset.files().lineage(), file, sheet, row);
    List<Traced.Example> examples =
        traced.stream()
            .map(Traced::example)
            .filter(e -> e != null && e.uses(column == null ? null : column.letter()))
            .limit(MOST_EXAMPLES + 1L)
            .toList();
    boolean more = examples.size() > MOST_EXAMPLES;
    return InDataset.of(
        view,
        more ? examples.subList(0, MOST_EXAMPLES) : examples,
        traced.stream().map(Traced::refusal).filter(r -> r != null).toList(),
        more,
        traced.isEmpty() ? "has nothing of this row" : null);
  }

  private SourceCellAt cell(UploadParsed file, Sheet sheet, int row, Column column)
      throws IOException {
    List<SourceRow> rows = List.of();
    try {
      rows = SourceRows.read(blobs, file, sheet.name(), row, row, 1);
    } catch (BlobNotFound e) {
      // The answer is still true without the text of the cell.
    }
    return SourceCellAt.of(file, sheet, row, column, rows);
  }
}
