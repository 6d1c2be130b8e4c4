package io.tunemesh.dataset.augment;

import java.text.Normalizer;
import java.util.regex.Pattern;

/**
 * Whether the words of a question are tied to the letters or the places of its options, so that
 * another order would change what they say. It rather finds a tie too many than one too few.
 */
final class Ties {

  /**
   * A lone B, C or D, and a lone A that is no article; not the letter of a name such as "Plan B" or
   * 维生素C, nor one of several with points, as in "D.C." and "A. Smith".
   */
  private static final Pattern LETTER =
      Pattern.compile(
          "(?<![A-Za-z0-9°]|[A-Za-z]\\.|维生素|[Vv]itamin |[Hh]epatitis |Plan |Planet |[Tt]ype |[Gg]rade )"
              + "(?:[B-D]|A(?!\\s+(?!(?:and|or|nor|but|is|are|to|plus)\\b)[\\p{IsLatin}\\d]{2,}))"
              + "(?![A-Za-z0-9]|\\.\\s?[A-Z])");

  private static final Pattern SMALL_LETTERS =
      Pattern.compile("(?i)(?<![a-z0-9])[a-d]\\s*(?:and|or|nor|&|\\+|,|/)\\s*[a-d](?![a-z0-9])");

  private static final Pattern ALL_OR_NONE =
      Pattern.compile(
          "(?i)\\b(?:all|none|any|both|either|neither|some)\\s+(?:of\\s+)?(?:the\\s+)?(?:above|these|those|them|others?|options|choices)\\b"
              + "|^(?:both|neither|none|all|either)$|^(?:[两二三]者)?[都均皆]"
              + "|\\bthe above\\b|\\babove (?:all|options|choices|answers)\\b"
              + "|(?:以上|上述|上面|前面|前述)(?!海|升)"
              + "|都不(?:是|对|正确)$|都(?:对|正确|是|错|不选)$|全(?:都)?(?:对|错|是|选)$|皆(?:是|非|可|对)$|均(?:是|对|正确|可|错|不)[^，。]{0,4}$");

  private static final Pattern PLACE =
      Pattern.compile(
          "(?i)\\bthe (?:first|second|third|fourth|last|other|former|latter|next|previous|preceding)"
              + "(?: (?:two|three|one|option|choice|answer)s?\\b|\\s*$)"
              + "|\\b(?:option|choice|answer)s?\\s*(?:[1-4]|one|two|three|four)\\b"
              + "|(?:前|后)[一二两三123]?(?:项|个选项)|第[一二三四1-4](?:项|个?选项|个答案)"
              + "|(?:其他|其它|其余|另外|别的)[一二两三123]?(?:项|个?选项|各项)|(?:上|下)一?(?:项|个选项)");

  private Ties() {}

  /** Whether a stem names an option by its letter or place. */
  static boolean inStem(String stem) {
    String plain = plain(stem);
    return LETTER.matcher(plain).find()
        || SMALL_LETTERS.matcher(plain).find()
        || PLACE.matcher(plain).find();
  }

  /** Whether an option speaks of others by letter or place. */
  static boolean inOption(String option) {
    return inStem(option);
  }

  /** Whether an option speaks of all that stand before it, and so may stand last only. */
  static boolean standsLast(String option) {
    return ALL_OR_NONE.matcher(plain(option)).find();
  }

  private static String plain(String text) {
    return Normalizer.normalize(text, Normalizer.Form.NFKC).strip().replaceAll("[。.;；!！]+$", "");
  }
}
