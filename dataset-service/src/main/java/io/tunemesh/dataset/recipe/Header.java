package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Finds the columns of a recipe in a sheet by their headers. What the user names goes first; a role
 * whose names fit several columns is found only where one of them bears the role's own name.
 */
final class Header {

  private Header() {}

  /**
   * The columns that were found, by role.
   *
   * @param chosen the header that the user names, by role
   */
  static Map<String, Column> find(Sheet sheet, List<Role> roles, Map<String, String> chosen) {
    Map<String, Column> found = new HashMap<>();
    Set<String> taken = new HashSet<>();
    chosen.values().forEach(header -> taken.add(plain(header)));
    for (Role role : roles) {
      String wanted = role.chosenFrom(chosen);
      List<Column> fitting =
          wanted != null
              ? named(sheet, Set.of(plain(wanted)))
              : named(sheet, names(role)).stream()
                  .filter(column -> !taken.contains(plain(column.name())))
                  .toList();
      if (fitting.size() > 1 && wanted == null) {
        fitting = fitting.stream().filter(c -> plain(c.name()).equals(plain(role.key()))).toList();
      }
      if (fitting.size() == 1) {
        found.put(role.key(), fitting.getFirst());
      }
    }
    return found;
  }

  /** A header in one spelling: letters and digits alone, in one width and case. */
  static String plain(String name) {
    StringBuilder out = new StringBuilder();
    Normalizer.normalize(name == null ? "" : name, Normalizer.Form.NFKC)
        .toLowerCase(Locale.ROOT)
        .codePoints()
        .filter(Character::isLetterOrDigit)
        .forEach(out::appendCodePoint);
    return out.toString();
  }

  private static List<Column> named(Sheet sheet, Set<String> names) {
    return sheet.columns().stream().filter(c -> names.contains(plain(c.name()))).toList();
  }

  private static Set<String> names(Role role) {
    Set<String> names = new HashSet<>();
    names.add(plain(role.key()));
    role.headers().forEach(header -> names.add(plain(header)));
    return names;
  }
}
