package io.tunemesh.dataset.clean;

import java.util.List;

/** Texts that no rule may take for noise, written as people write them. */
final class GoodTexts {

  static final String CHINESE =
      """
      清晨，老人推着小车走过石桥。桥下的河水很浅，几只鸭子慢慢地游着。他停下来，把一块干粮掰成两半，一半留给自己，
      一半扔进水里。孩子们背着书包从他身边跑过，笑声传得很远。老人想起自己小时候，也是这样跑着去上学的。那时候没有
      桥，大家都要踩着石头过河。母亲总是站在岸边，一直看着他走到对面，才转身回家。后来村里修了桥，路也宽了，可是
      母亲再也没有站在那里。他叹了一口气，又推起小车，向集市走去。今天的豆腐一定能卖个好价钱，他对自己说。
      """;
  static final String JAPANESE =
      """
      駅前の小さな本屋は、祖父の代から続いている。朝になると、店主は雑誌を並べ、入り口のガラスを丁寧に拭く。学生たちは
      学校へ行く途中に立ち寄り、新しい漫画の表紙を眺めていく。雨の日には客が少ないが、店主は静かな時間も嫌いではない。
      「昔はもっと賑やかだったんですよ」と彼は笑う。それでも、毎週同じ曜日に来る老婦人のために、料理の本を一冊だけ
      取っておく。ＣＤの棚は去年なくなったが、代わりに小さな椅子を二つ置いた。
      """;
  static final String KOREAN =
      """
      할머니는 매일 아침 마당을 쓸고 나서 작은 텃밭에 물을 주셨다. 여름이면 고추와 오이가 주렁주렁 열렸고, 우리는 학교에서
      돌아오자마자 밭으로 달려갔다. 비가 많이 오는 날에는 마루에 앉아 옛날이야기를 들었다. 도깨비와 호랑이가 나오는
      이야기는 몇 번을 들어도 재미있었다. 지금은 그 집에 아무도 살지 않지만, 가끔 그 마당이 꿈에 나온다.
      """;
  static final String ARABIC =
      """
      كان الصياد العجوز يخرج إلى البحر قبل طلوع الشمس، ويعود عند الظهر بسلة صغيرة من السمك. في السوق كان الناس يعرفونه
      بابتسامته الهادئة وصوته العالي. سأله ولد ذات يوم: لماذا لا تشتري قاربًا أكبر؟ ضحك الرجل وقال: القارب الصغير
      يعرف الطريق وحده، أما الكبير فيحتاج إلى من يعلمه. ومنذ ذلك اليوم صار الولد يرافقه كل صباح.
      """;
  static final String PERSIAN =
      "می\u200Cخواهم کتاب\u200Cها را به خانه ببرم و آن\u200Cها را بخوانم.";
  static final String HEBREW = "הספר \u200Eabc\u200F נמצא על השולחן, ליד החלון.";
  static final String HINDI = "क्\u200Dष और र्\u200Dय अलग दिखते हैं; श्री राम वन को गए।";
  static final String THAI = "ฉัน\u200Bไป\u200Bโรงเรียน\u200Bทุก\u200Bวัน";
  static final String EMOJI =
      "👩‍👩‍👧‍👦 went to"
          + " 🏴\uDB40\uDC67\uDB40\uDC62\uDB40\uDC65\uDB40\uDC6E\uDB40\uDC67\uDB40\uDC7F, ❤️‍🔥 1️⃣"
          + " 👍🏽";
  static final String FRENCH =
      "« Où est le café ? » demanda-t-elle… Il répondit : «café»… «thé»… «canapé», c’est déjà été.";
  static final String PORTUGUESE = "«IRMÃ» e «AMANHû, a letra “Ô não é “À”. São 20 °C à sombra.";
  static final String GERMAN =
      "Die Größe beträgt 5 µm ± 2 %, also §3 Abs. 2 – „Übermaß“ – 1½-fach.";
  static final String RUSSIAN = "Мальчик пошёл в школу, а кот остался дома: «Мяу!»";
  static final String JAVA =
      """
      ```java
      public static <T extends Comparable<T>> List<T> sorted(List<T> in) {
        List<T> out = new ArrayList<>(in);
        for (int i = 0; i < out.size(); i++) {
          for (int j = i + 1; j < out.size(); j++) {
            if (out.get(i).compareTo(out.get(j)) > 0 && i != j) {
              T kept = out.get(i);
              out.set(i, out.get(j));
              out.set(j, kept);
            }
          }
        }
        String page = "<b>" + out.size() + "</b>&nbsp;";
        return out;
      }
      ```
      """;
  static final String PYTHON =
      """
      import csv
      from collections import Counter

      def count(path, column):
          seen = Counter()
          with open(path, newline="", encoding="utf-8") as file:
              for number, row in enumerate(csv.DictReader(file), start=2):
                  value = (row.get(column) or "").strip()
                  if not value:
                      print(f"row {number}: nothing in {column}")
                      continue
                  if value < "a" and len(value) > 3:
                      value = value.lower()
                  seen[value] += 1
          return {name: total for name, total in seen.items() if total > 1}
      """;
  static final String MATHEMATICS =
      """
      Let f(x) = x^2 - 3x + 2 and suppose a < b, where f(a) > 0 and f(b) < 0. By the theorem of the mean value
      there is c with a < c < b and f(c) = 0. Since f(x) = (x - 1)(x - 2), the zeros are x = 1 and x = 2, so that
      $\\int_0^1 f(x)\\,dx = \\frac{1}{3} - \\frac{3}{2} + 2 = \\frac{5}{6}$ and $f'(x) = 2x - 3$. Where x & y
      are both even, x + y is even; where x<y and y<z, then x<z. If n > 2, ∑ 1/k² ≤ π²/6 ≈ 1.645, ∀ k ∈ ℕ.
      """;
  static final String TABLE =
      """
      | town | 2021 | 2022 | 2023 | by train | by bus |
      |---|---|---|---|---|---|
      | Arlen | 1204 | 1310 | 1298 | yes | no |
      | Borden | 880 | 902 | 915 | no | yes |
      | Colmar | 4410 | 4502 | 4488 | yes | yes |
      | Dunmore | 97 | 95 | 91 | no | no |
      | Esk | 310 | 322 | 340 | no | yes |
      | Farrow | 2204 | 2211 | 2190 | yes | no |
      | Garth | 45 | 44 | 47 | no | no |
      | Hollin | 661 | 670 | 702 | yes | yes |
      """;
  static final String EXAM =
      """
      1. 下列词语中加点字的读音完全正确的一项是
      A. 憧憬（chōng jǐng） B. 校对（xiào duì） C. 狭隘（xiá ài） D. 摒弃（bìn qì）
      2. 下列句子中没有语病的一项是
      A. 通过这次活动，使我明白了许多道理。
      B. 能否坚持锻炼，是身体健康的保证。
      C. 他的写作水平明显提高了。
      D. 我们要防止类似事故不再发生。
      答案：1. C 2. C
      """;
  static final String DIALOGUE =
      """
      Ann: Did you lock the door?
      Ben: I think so. Did you take the keys?
      Ann: I thought you had them!
      Ben: No, no, no. They are on the table, next to the letters.
      Ann: Then we are locked out, and the soup is on the stove.
      Ben: Let me call your sister; she has the other keys, hasn't she?
      Ann: She is at work until six, but try. Yes, yes, try!
      Ben: It rings and rings. She does not answer. What now?
      """;

  static final List<String> ALL =
      List.of(
          CHINESE,
          JAPANESE,
          KOREAN,
          ARABIC,
          PERSIAN,
          HEBREW,
          HINDI,
          THAI,
          EMOJI,
          FRENCH,
          PORTUGUESE,
          GERMAN,
          RUSSIAN,
          JAVA,
          PYTHON,
          MATHEMATICS,
          TABLE,
          EXAM,
          DIALOGUE);

  private GoodTexts() {}
}
