package io.tunemesh.dataset.recipe;

import io.tunemesh.platform.template.Blanks;
import io.tunemesh.platform.template.PromptValues;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The settings of one source, each checked, with the standard where none was given. */
final class Settings {

  private final Map<String, String> values = new HashMap<>();
  private final UnaryOperator<String> mend;

  /**
   * @param given checked by {@link RecipeType#mistakes}
   * @param mend what becomes of the source's texts after they are read
   */
  Settings(List<Setting> known, Map<String, String> given, UnaryOperator<String> mend) {
    this.mend = mend;
    for (Setting setting : known) {
      String value = given.getOrDefault(setting.key(), setting.standard());
      if (value != null) {
        values.put(setting.key(), value);
      }
    }
  }

  /** A text of the source as it will be, which is how the settings have it. */
  String mended(String text) {
    return mend.apply(text);
  }

  /** A text; empty where there is none. */
  String text(String key) {
    return Blanks.strip(values.getOrDefault(key, ""));
  }

  int whole(String key) {
    return Integer.parseInt(values.get(key));
  }

  boolean is(String key, String choice) {
    return choice.equals(values.get(key));
  }

  /** The entries of a text with commas between them; empty where there is none. */
  List<String> list(String key) {
    return PromptValues.list(text(key));
  }

  /** The same entries as a prompt names them. */
  String listed(String key) {
    return PromptValues.listed(text(key));
  }
}
