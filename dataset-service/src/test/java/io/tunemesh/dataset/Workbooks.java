package io.tunemesh.dataset;

import io.tunemesh.contract.BlobRef;
import io.tunemesh.contract.Json;
import io.tunemesh.contract.plan.Plan;
import io.tunemesh.contract.upload.SourceRecord;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.platform.blob.BlobStore;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Records as ingest-service leaves them, of small exam workbooks. */
public final class Workbooks {

  private static final List<String> ZH = List.of("阅读文本", "选项", "答案");
  private static final List<String> EN = List.of("text", "questions", "answers");

  private Workbooks() {}

  /** A Chinese workbook of {@code rows} good rows. */
  public static UploadParsed chinese(
      BlobStore blobs, String fileId, String filename, int rows, Plan plan) throws IOException {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      records.add(chineseRow(i + 2, fileId + i, "1．D    2．B"));
    }
    return stored(blobs, fileId, filename, ZH, records, plan);
  }

  /** An English workbook of {@code rows} good rows. */
  public static UploadParsed english(
      BlobStore blobs, String fileId, String filename, int rows, Plan plan) throws IOException {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      records.add(englishRow(i + 2, fileId + " " + i, "21. A 22. C"));
    }
    return stored(blobs, fileId, filename, EN, records, plan);
  }

  /** An English workbook whose last row has no answer cell. */
  public static UploadParsed withARefusedRow(
      BlobStore blobs, String fileId, String filename, int goodRows, Plan plan) throws IOException {
    List<SourceRecord> records = new ArrayList<>();
    for (int i = 0; i < goodRows; i++) {
      records.add(englishRow(i + 2, fileId + " " + i, "21. A 22. C"));
    }
    records.add(englishRow(goodRows + 2, fileId + " last", null));
    return stored(blobs, fileId, filename, EN, records, plan);
  }

  /** A workbook with the columns named. */
  public static UploadParsed withColumns(
      BlobStore blobs, String fileId, String filename, List<String> columns, Plan plan)
      throws IOException {
    SourceRecord row = new SourceRecord("Sheet1", 2, Map.of(columns.getFirst(), "a cell"));
    return stored(blobs, fileId, filename, columns, List.of(row), plan);
  }

  public static SourceRecord englishRow(int row, String about, String answers) {
    Map<String, String> cells = new LinkedHashMap<>();
    cells.put("text", "This is the story of " + about + ". It rained, and then it was dry again.");
    cells.put(
        "questions",
        """
        21. What is the story about?
        A. %s  B. A sunny day  C. A long train  D. Four old maps
        22. What came after the rain?
        A. Snow
        B. Wind
        C. Dry weather
        D. More rain"""
            .formatted(about));
    if (answers != null) {
      cells.put("answers", answers);
    }
    return new SourceRecord("Sheet1", row, cells);
  }

  private static SourceRecord chineseRow(int row, String about, String answers) {
    return new SourceRecord(
        "Sheet1",
        row,
        Map.of(
            "阅读文本",
            "这是关于" + about + "的文章。山中有雨，雨后天晴，人们又走上了小路。",
            "选项",
            """
            1．下列关于原文内容的理解和分析，正确的一项是（3分）
            A．山中无雨
            B．人们没有上路
            C．雨一直没有停
            D．雨后天晴了
            2．下列对文中概念的理解，不正确的一项是（3分）
            A．小路在山中
            B．山中从来没有人
            C．天气有变化
            D．人们走在路上""",
            "答案",
            answers));
  }

  public static UploadParsed stored(
      BlobStore blobs,
      String fileId,
      String filename,
      List<String> header,
      List<SourceRecord> records,
      Plan plan)
      throws IOException {
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    for (SourceRecord record : records) {
      lines.write(Json.MAPPER.writeValueAsBytes(record));
      lines.write('\n');
    }
    BlobRef ref =
        blobs.put(
            "uploads/" + fileId + "/records.jsonl", new ByteArrayInputStream(lines.toByteArray()));
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < header.size(); i++) {
      columns.add(new Column(header.get(i), String.valueOf((char) ('A' + i))));
    }
    List<Sheet> sheets = List.of(new Sheet("Sheet1", 1, columns, records.size()));
    return new UploadParsed(
        fileId, filename, "workbook", ref, records.size(), sheets, "exam", plan, null);
  }
}
