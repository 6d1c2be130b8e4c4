package io.tunemesh.dataset.dataset;

/**
 * One row that is not used.
 *
 * @param cell as {@code C7}; null where the fault is of the whole row, as are {@code column} and
 *     {@code header}
 * @param column the cell's column letter
 * @param header the header's text
 */
public record RefusedLine(
    String id,
    String file,
    String fileId,
    String sheet,
    int row,
    String cell,
    String column,
    String header,
    String code,
    String reason) {}
