package io.tunemesh.dataset.recipe;

import io.tunemesh.contract.plan.Mistake;
import io.tunemesh.contract.upload.UploadParsed.Column;
import io.tunemesh.contract.upload.UploadParsed.Sheet;
import io.tunemesh.platform.template.Blanks;
import io.tunemesh.platform.template.BrokenTemplate;
import io.tunemesh.platform.template.Family;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

/**
 * A recipe before any row is read: what it is called, what it needs and what it lets its user
 * choose.
 *
 * @param sample what a row of it looks like, for people
 * @param templates null where the examples are in the source's own words
 */
public record RecipeType(
    String name,
    Task task,
    String sample,
    List<Role> roles,
    List<Setting> settings,
    Family templates,
    Finder finder,
    Maker maker) {

  /** Finds the columns of the roles in a sheet. */
  interface Finder {
    Map<String, Column> find(Sheet sheet, List<Role> roles, Map<String, String> chosen);
  }

  /** Makes the recipe for one source. */
  interface Maker {
    Recipe make(Sheets sheets, Settings settings);
  }

  /** A recipe that finds its columns by their headers and reads each row by itself. */
  static RecipeType rows(
      String name,
      Task task,
      String sample,
      List<Role> roles,
      List<Setting> settings,
      Family templates,
      Function<Settings, RowRecipe.Reader> reader) {
    return new RecipeType(
        name,
        task,
        sample,
        roles,
        settings,
        templates,
        Header::find,
        (sheets, given) -> new RowRecipe(sheets, reader.apply(given)));
  }

  /**
   * The recipe for a source whose text stays as it is.
   *
   * @param chosen the user's columns by role; may be null, as may {@code settings}
   * @throws ColumnsMissing if no sheet has the columns that it needs
   */
  public Recipe of(List<Sheet> sheets, Map<String, String> chosen, Map<String, String> settings)
      throws ColumnsMissing {
    return of(sheets, chosen, settings, UnaryOperator.identity());
  }

  /**
   * The recipe for a source whose text is put in order when it is read.
   *
   * @param settings whose texts are in order
   * @param mend puts a text in order
   */
  public Recipe of(
      List<Sheet> sheets,
      Map<String, String> chosen,
      Map<String, String> settings,
      UnaryOperator<String> mend)
      throws ColumnsMissing {
    return maker.make(
        new Sheets(this, sheets, orEmpty(chosen)),
        new Settings(this.settings, orEmpty(settings), mend));
  }

  /**
   * What is wrong with a user's columns and settings.
   *
   * @param chosen may be null, as may {@code given}
   */
  public List<Mistake> mistakes(Map<String, String> chosen, Map<String, String> given) {
    List<Mistake> mistakes = new ArrayList<>();
    Map<Role, String> named = new HashMap<>();
    for (String key : orEmpty(chosen).keySet().stream().sorted().toList()) {
      Role role = roles.stream().filter(r -> r.isCalled(key)).findFirst().orElse(null);
      if (role == null) {
        mistakes.add(new Mistake("columns", noRole(key)));
      } else if (named.put(role, key) != null) {
        mistakes.add(
            new Mistake(
                "columns",
                "'%s' and '%s' are the same role; name one of them"
                    .formatted(role.alias(), role.key())));
      }
    }
    Map<String, String> values = orEmpty(given);
    for (String key : values.keySet().stream().sorted().toList()) {
      Setting setting = setting(key);
      if (setting == null) {
        mistakes.add(new Mistake("settings." + key, noSetting()));
      } else {
        setting
            .mistake(values.get(key))
            .ifPresent(what -> mistakes.add(new Mistake("settings." + key, what)));
      }
    }
    for (Setting setting : settings) {
      if (setting.required() && !values.containsKey(setting.key())) {
        mistakes.add(
            new Mistake("settings." + setting.key(), "is missing: give " + setting.meaning()));
      }
    }
    return mistakes;
  }

  /** What to tell a user who gives this recipe a template, when it takes none. */
  public BrokenTemplate withoutTemplates() {
    return new BrokenTemplate(
        "the recipe %s takes its source in its own words and has no template; leave it out"
            .formatted(name));
  }

  /**
   * Whether nothing stands where an example must ask or say something. Of the values that a prompt
   * must show, one that a row may leave out stands in for the others, as Alpaca's input does.
   */
  public boolean isHollow(Content content) {
    if (content.spoken().anyMatch(Blanks::isBlank)) {
      return true;
    }
    if (!(content instanceof Content.Asked asked)) {
      return false;
    }
    Predicate<String> blank = name -> Blanks.isBlank(String.valueOf(asked.values().get(name)));
    List<String> shown = templates.needed();
    return shown.stream().anyMatch(name -> !isOptional(name) && blank.test(name))
        && shown.stream().allMatch(name -> !isOptional(name) || blank.test(name));
  }

  private boolean isOptional(String value) {
    return roles.stream().anyMatch(role -> !role.required() && role.key().equals(value));
  }

  /** Whether all these are roles and settings of it. */
  boolean knows(Set<String> roleKeys, Set<String> settingKeys) {
    return roleKeys.stream().allMatch(key -> roles.stream().anyMatch(r -> r.isCalled(key)))
        && settingKeys.stream().allMatch(key -> setting(key) != null);
  }

  /**
   * The columns of a sheet by role. A table without a header that has as many columns as the recipe
   * needs has them in the order of the roles; a single column says too little, as it may be notes.
   */
  Map<String, Column> columns(Sheet sheet, Map<String, String> chosen) {
    Map<String, Column> found = finder.find(sheet, roles, chosen);
    List<Role> needed = roles.stream().filter(Role::required).toList();
    if (found.isEmpty()
        && chosen.isEmpty()
        && isNameless(sheet)
        && needed.size() > 1
        && sheet.columns().size() == needed.size()) {
      Map<String, Column> inOrder = new HashMap<>();
      for (int i = 0; i < needed.size(); i++) {
        inOrder.put(needed.get(i).key(), sheet.columns().get(i));
      }
      return inOrder;
    }
    return found;
  }

  /** Whether a table's columns have nothing but their letters, which JSON's keys hardly are. */
  static boolean isNameless(Sheet sheet) {
    List<Column> all = sheet.columns();
    for (int i = 0; i < all.size(); i++) {
      String letter = i < 26 ? String.valueOf((char) ('A' + i)) : null;
      if (!all.get(i).name().equals(letter)) {
        return false;
      }
    }
    return sheet.headerRow() == 0;
  }

  /** Whether these columns are all that it needs. */
  boolean isComplete(Map<String, Column> found) {
    return roles.stream().filter(Role::required).allMatch(role -> found.containsKey(role.key()));
  }

  private Setting setting(String key) {
    return settings.stream().filter(s -> s.key().equals(key)).findFirst().orElse(null);
  }

  private String noRole(String key) {
    return "'%s' is no role of the recipe %s; it has %s"
        .formatted(key, name, roles.stream().map(Role::key).collect(Collectors.joining(", ")));
  }

  private String noSetting() {
    return settings.isEmpty()
        ? "is no setting: the recipe %s has none".formatted(name)
        : "is no setting of the recipe %s; it has %s"
            .formatted(name, settings.stream().map(Setting::key).collect(Collectors.joining(", ")));
  }

  private static Map<String, String> orEmpty(Map<String, String> map) {
    return map == null ? Map.of() : map;
  }
}
