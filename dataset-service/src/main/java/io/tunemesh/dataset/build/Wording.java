package io.tunemesh.dataset.build;

import io.tunemesh.dataset.exam.Language;
import io.tunemesh.dataset.recipe.Content;
import io.tunemesh.dataset.recipe.RecipeType;
import io.tunemesh.dataset.recipe.Turn;
import io.tunemesh.platform.template.BrokenTemplate;
import io.tunemesh.platform.template.Prompt;
import io.tunemesh.platform.template.PromptTemplate;
import io.tunemesh.platform.template.Templates;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Puts what a recipe read into the words of a source's template. */
final class Wording {

  private final boolean byLanguage;
  private final Map<Language, PromptTemplate> templates = new EnumMap<>(Language.class);

  /**
   * @param wanted the template that the source names; null for the recipe's own
   */
  Wording(RecipeType type, String wanted) throws BrokenTemplate {
    this.byLanguage = type.templates() != null && type.templates().byLanguage();
    if (type.templates() == null) {
      if (wanted != null) {
        throw type.withoutTemplates();
      }
      return;
    }
    for (Language language : Language.values()) {
      templates.put(language, Templates.find(wanted, type.templates(), language.code()));
    }
  }

  /** The messages of a chat; null where the content is plain text. */
  List<Turn> messages(Content content, Language language) {
    return switch (content) {
      case Content.Plain plain -> null;
      case Content.Chat chat -> chat.turns();
      case Content.Asked asked -> {
        Prompt prompt =
            templates.get(language).render(asked.values(), asked.output(), language.code());
        List<Turn> messages = new ArrayList<>();
        if (prompt.system() != null) {
          messages.add(Turn.system(prompt.system()));
        }
        messages.addAll(asked.before());
        messages.add(Turn.user(prompt.user()));
        messages.add(Turn.assistant(prompt.output()));
        yield List.copyOf(messages);
      }
    };
  }

  /** The templates for the manifest; one that asks in any language is there once. */
  List<Manifest.TemplateEntry> entries(int source) {
    return templates.entrySet().stream()
        .filter(entry -> byLanguage || entry.getKey() == Language.EN)
        .map(
            entry ->
                new Manifest.TemplateEntry(
                    source,
                    byLanguage ? entry.getKey().code() : null,
                    entry.getValue().name(),
                    entry.getValue().sha256(),
                    entry.getValue().source()))
        .toList();
  }
}
