package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Chooses the recipe of a source by its kind and its columns: a recipe whose columns are all there
 * and that uses more of them than any other. Where two are as good, it does not guess.
 */
final class Auto {

  private static final Map<String, String> BY_KIND =
      Map.of("bio", "tagging", "script", "role_dialogue", "text", "plain_text");
  private static final Set<String> DOCUMENTS = Set.of("markdown", "pdf", "docx");

  private final List<RecipeType> candidates;
  private final Map<String, String> chosen;
  private final UploadParsed file;

  Auto(DatasetSpec.Source source, UploadParsed file) {
    this.candidates = Recipes.candidates(source);
    this.chosen = source.columns() == null ? Map.of() : source.columns();
    this.file = file;
  }

  RecipeType choose() throws RecipeUnclear {
    if (DOCUMENTS.contains(file.kind())) {
      throw unclear(
          "is a document, which is mostly knowledge for retrieval; choose plain_text to go on with"
              + " pre-training on its text");
    }
    String byKind = BY_KIND.get(file.kind());
    if (byKind != null) {
      return candidates.stream()
          .filter(type -> type.name().equals(byKind))
          .findFirst()
          .orElseThrow(
              () ->
                  unclear(
                      "is of the kind %s and would have the recipe %s, which has none of the 'columns' and 'settings' given"
                          .formatted(file.kind(), byKind)));
    }
    Set<RecipeType> fitting = new LinkedHashSet<>();
    telling().forEach(sheet -> fitting.addAll(best(sheet)));
    if (fitting.size() == 1) {
      return fitting.iterator().next();
    }
    throw fitting.isEmpty() ? unclear(nothingFits()) : unclear(several(fitting));
  }

  /** The sheets that say what they are: one without a header says it of none beside it. */
  private List<Sheet> telling() {
    List<Sheet> named =
        file.sheets().stream().filter(sheet -> !RecipeType.isNameless(sheet)).toList();
    return named.isEmpty() ? file.sheets() : named;
  }

  /** The recipes that use the most of a sheet. */
  private List<RecipeType> best(Sheet sheet) {
    Map<RecipeType, Set<Column>> used = new HashMap<>();
    List<RecipeType> complete = new ArrayList<>();
    for (RecipeType type : candidates) {
      Map<String, Column> found = type.columns(sheet, chosen);
      if (type.isComplete(found)) {
        complete.add(type);
        used.put(type, Set.copyOf(found.values()));
      }
    }
    return complete.stream()
        .filter(
            type ->
                complete.stream()
                    .map(used::get)
                    .noneMatch(
                        other ->
                            other.size() > used.get(type).size()
                                && other.containsAll(used.get(type))))
        .toList();
  }

  private String nothingFits() {
    String headers =
        file.sheets().stream()
            .limit(3)
            .map(
                sheet ->
                    (sheet.name().isEmpty() ? "" : "the sheet '" + sheet.name() + "' ")
                        + "has "
                        + Sheets.headers(sheet))
            .collect(Collectors.joining("; "));
    return "fits no recipe by its columns: %s. Name its 'recipe', one of %s, and its 'columns'"
        .formatted(headers.isEmpty() ? "it has no table" : headers, names(Recipes.ALL));
  }

  private static String several(Set<RecipeType> fitting) {
    return "fits more than one recipe; choose one of " + names(fitting);
  }

  private static String names(Iterable<RecipeType> types) {
    List<String> names = new ArrayList<>();
    types.forEach(type -> names.add(type.name()));
    return String.join(", ", names);
  }

  private RecipeUnclear unclear(String what) {
    return new RecipeUnclear("recipe", "the file '%s' %s".formatted(file.filename(), what));
  }
}
