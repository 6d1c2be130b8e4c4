package io.tunemesh.dataset.build;

import io.tunemesh.contract.Where;
import io.tunemesh.contract.plan.DatasetSpec;
import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.upload.UploadParsed;
import io.tunemesh.dataset.filter.Filters;
import io.tunemesh.dataset.recipe.ColumnsMissing;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.RecipeUnclear;
import io.tunemesh.dataset.recipe.Recipes;
import io.tunemesh.platform.template.BrokenTemplate;
import java.util.ArrayList;
import java.util.List;

/**
 * Why a source cannot be read by its specification.
 *
 * @param code stable, for counting
 * @param mistake its field counts from the specification, as {@code sources[0].columns}
 */
public record SourceFault(String code, Mistake mistake, String file, String sheet, Integer row) {

  /** Every fault of the source at {@code position}; none where it can be read. */
  public static List<SourceFault> of(int position, DatasetSpec spec, UploadParsed file) {
    DatasetSpec.Source source = spec.sources().get(position);
    String at = "sources[%d].".formatted(position);
    List<SourceFault> faults = new ArrayList<>();
    try {
      RecipeType type = Recipes.of(source, file);
      wording(type, source, at, faults);
      type.of(file.sheets(), source.columns(), source.settings());
    } catch (RecipeUnclear e) {
      Mistake mistake = new Mistake(at + e.field(), e.getMessage());
      faults.add(new SourceFault("recipe_unclear", mistake, file.filename(), null, null));
    } catch (ColumnsMissing e) {
      faults.add(missing(e, at, file));
    }
    for (ColumnsMissing e : new Filters(source.filters()).missing(file.sheets())) {
      faults.add(missing(e, at, file));
    }
    return faults;
  }

  private static void wording(
      RecipeType type, DatasetSpec.Source source, String at, List<SourceFault> faults) {
    try {
      new Wording(type, source.template());
    } catch (BrokenTemplate e) {
      Mistake mistake = new Mistake(at + "template", e.getMessage());
      faults.add(new SourceFault("template_broken", mistake, null, null, null));
    }
  }

  private static SourceFault missing(ColumnsMissing e, String at, UploadParsed file) {
    Mistake mistake = new Mistake(at + e.field(), e.getMessage());
    return new SourceFault("column_missing", mistake, file.filename(), e.sheet(), e.headerRow());
  }

  Where where() {
    return new Where(file, sheet, row, null, "dataset." + mistake.field());
  }
}
