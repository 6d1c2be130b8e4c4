package io.tunemesh.dataset.exam;

/**
 * Some characters. To ask for one takes one look and no comparison, whose outcome would differ from
 * cell to cell.
 *
 * @param bits one for each character there is
 */
record CharClass(long[] bits) {
  static CharClass of(String characters) {
    long[] bits = new long[(Character.MAX_VALUE + 1) / Long.SIZE];
    for (char c : characters.toCharArray()) {
      bits[c / Long.SIZE] |= 1L << c;
    }
    return new CharClass(bits);
  }

  boolean holds(char c) {
    return (bits[c / Long.SIZE] >>> c & 1) != 0;
  }
}
