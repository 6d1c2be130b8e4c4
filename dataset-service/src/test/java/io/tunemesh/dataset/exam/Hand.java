package io.tunemesh.dataset.exam;

import java.util.Random;

/** A typist together with the rows that this typist invents. */
enum Hand {
  FIRST {
    @Override
    Typist typist(DraftRow row, Random random) {
      return new FirstTypist(random);
    }
  },
  SECOND {
    @Override
    Typist typist(DraftRow row, Random random) {
      return new SecondTypist(random);
    }
  },
  THIRD {
    @Override
    DraftRow invent(Language language, Random random) {
      return ThirdTypist.invent(language, random);
    }

    @Override
    Typist typist(DraftRow row, Random random) {
      return new ThirdTypist(row, random);
    }
  };

  DraftRow invent(Language language, Random random) {
    return DraftRow.invent(language, random);
  }

  abstract Typist typist(DraftRow row, Random random);
}
