package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.PaperWords.pick;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A Chinese paper (语文). */
final class PaperChinese implements PaperWords {
  private static final Map<Character, String[]> WORDS =
      Map.of(
          'n',
          "礼乐制度 乡土社会 数字技术 传统村落 汉字书写 诗歌意象 城市更新 古典园林 非遗传承 人工智能 A股市场 DNA研究 5G网络".split(" "),
          'm',
          "文化认同 审美经验 公共生活 历史记忆 日常伦理 生态观念 GDP增长 维生素C的合成 B超检查 C919的研制".split(" "),
          'b',
          "论语|史记|红楼梦|乡土中国|人间词话|物种起源|A Brief History".split("\\|"),
          'q',
          "春江潮水连海平|不患寡而患不均|于无声处听惊雷|道可道，非常道|I have a dream".split("\\|"));

  private static final String[] STEMS = {
    "下列关于原文内容的理解和分析，正确的一项是",
    "下列对原文论证的相关分析，不正确的一项是",
    "根据原文内容，下列说法不正确的一项是",
    "下列对材料相关内容的概括和分析，正确的一项是",
    "下列选项，最能支持材料一观点的是",
    "下列对文中画线句“{q}”的理解，不恰当的一项是",
    "结合材料二，下列对“{n}”的推断不合理的一项是",
    "关于{n}，{y}年的调查显示其占比为{d}%，对此理解有误的一项是",
    "下列各项中，不能作为论据支持“{n}离不开{m}”的一项是：",
    "依次填入第{k}段横线处的词语，全都恰当的一项是",
    "材料中提到《{b}》（{y}年版），作者的用意是",
    "文章第{k}段说“{q}”，下列解释最符合文意的一项是",
    "对下列句子中加点词的解释，不正确的一项是",
    "下列有关{n}和{m}的说法，符合文意的一项是",
    "甲、乙两位同学对{n}看法不同，下列评价正确的是"
  };
  private static final String[] LISTS = {
    "下列说法符合原文的是\n①{n}影响了{m}。\n②{n}产生于{y}年。\n③{n}的比重为{d}%。\n④{m}见第{k}段。",
    "把下列句子填入横线，语序恰当的一项是\n①所以{n}值得重视 ②它联系着{m} ③{n}由来已久 ④当然也有例外"
  };
  private static final String[] SCORES = {
    "", "", "（3分）", "（3分）", "(3分)", "（3 分）", "（   ）", "(    )", "（3分）（  ）", "【3分】", "（　　）"
  };
  private static final String[] CLAIMS = {
    "{n}既是{m}的产物，又反过来影响了{m}的发展。",
    "作者认为{n}之所以重要，是因为它联系着{m}",
    "从{y}年到{y}年，{n}的规模增长了{d}倍，这说明人们日益重视{m}。",
    "材料一重在阐述{n}，材料二则侧重分析{m}的意义。",
    "只要坚持{n}，就一定能够解决{m}面临的难题。",
    "“{q}”一句运用了比喻，写出了{n}的特点。",
    "文章第{k}段引用《{b}》，意在证明{n}离不开{m}。",
    "CT、B超和DNA检测的应用，使{n}的研究更加精确。",
    "{n}包括三个方面：一是继承；二是创新；三是{m}。",
    "先提出观点，接着分析{n}，最后得出结论（见第{k}段）。",
    "{m}占全部样本的{d}%，比{y}年提高了{k}个百分点",
    "{n}（如{m}）并非一成不变，而是与时俱进",
    "由A点到B点的距离缩短，使得{n}成为可能。",
    "有人问：“{n}还有未来吗？”作者的回答是肯定的。",
    "{n}与U.S.等西方国家的做法不同，更重{m}。"
  };
  private static final String[] IDIOMS =
      "锋芒毕露 水到渠成 举足轻重 相得益彰 潜移默化 不可或缺 脱颖而出 自出机杼 如数家珍 耳濡目染 浑然天成 历久弥新".split(" ");
  private static final String[] OPEN = {
    "请简要概括材料一的论证思路。",
    "结合材料，谈谈你对“{n}”的理解。",
    "{n}为什么会影响{m}？请根据原文简要分析。",
    "请结合第{k}段，分析{n}的作用。",
    "将文中画横线的句子翻译成现代汉语。\n（1）{q}。\n（2）不以物喜，不以己悲。",
    "某校拟于{y}年举办展览，请为{n}写一段不超过80字的推介词。",
    "小说以“{n}”为题有何妙处？试作探究。"
  };
  private static final String[] POINTS = {
    "{n}是基础", "引用《{b}》，增强说服力", "{y}年以来{m}不断变化", "从A地到B地，{n}随之改变", "由{d}%可见其影响", "照应第{k}段，深化主旨"
  };
  private static final String[] WHY = {
    "{x}项，“{n}”曲解文意，原文第{k}段说的是“{m}”。",
    "{x}项张冠李戴。",
    "{x}选项错误，强加因果，{y}年的数据是{d}%。",
    "{x}．无中生有；",
    "{x}项“只要……就……”过于绝对。",
    "由第{k}段第2句可知，{x}项表述有误。",
    "{x}错，以偏概全。",
    "根据“{q}”一句可排除{x}项。"
  };

  @Override
  public String passage(Random random) {
    return PaperWords.fill("　　{n}由来已久。{y}年，《{b}》问世。\n　　{n}与{m}密不可分。“{q}”，信然。", WORDS, random);
  }

  @Override
  public String stem(Random random) {
    boolean list = random.nextInt(10) == 0;
    String stem = pick(random, list ? LISTS : STEMS);
    String score = list ? "" : pick(random, SCORES);
    return PaperWords.fill(stem, WORDS, random) + score;
  }

  @Override
  public String openStem(Random random) {
    return PaperWords.fill(pick(random, OPEN), WORDS, random)
        + pick(random, "", "（4分）", "（6分）", "(6 分)", "【4分】");
  }

  @Override
  public String openAnswer(Random random) {
    var out = new StringBuilder(pick(random, "", "", "【示例】", "（示例一）", "答："));
    int points = 1 + random.nextInt(3);
    for (int i = 0; i < points; i++) {
      out.append((char) ('①' + i)).append(PaperWords.fill(pick(random, POINTS), WORDS, random));
      out.append(i + 1 < points ? pick(random, "；", "。", "；\n") : "。");
    }
    return out + pick(random, "", "", "（每点2分，答对2点得4分）", "（意思对即可）");
  }

  @Override
  public List<String> options(Random random) {
    int kind = random.nextInt(10);
    if (kind == 0) {
      return List.of("①②④", "①③④", "②③④", "①②③");
    }
    var options = new LinkedHashSet<String>();
    while (options.size() < 4) {
      options.add(
          kind == 1
              ? pick(random, IDIOMS) + " " + pick(random, IDIOMS)
              : kind == 2
                  ? pick(random, IDIOMS)
                  : PaperWords.fill(pick(random, CLAIMS), WORDS, random));
    }
    return new ArrayList<>(options);
  }

  @Override
  public String explanation(Random random, String right) {
    var out = new StringBuilder(pick(random, "", "", "本题考查筛选信息的能力。", "此题考查学生理解文意的能力，分值3分。"));
    for (char c = 'A'; c <= 'D'; c++) {
      if (!right.equals(String.valueOf(c)) && random.nextInt(3) > 0) {
        String why = pick(random, WHY).replace("{x}", String.valueOf(c));
        out.append(PaperWords.fill(why, WORDS, random));
      }
    }
    return out.isEmpty() ? "其余各项均与原文不符。" : out.toString();
  }

  @Override
  public String conclusion(Random random, String right) {
    return pick(
        random,
        "故选" + right + "。",
        "故选" + right + "项。",
        "故答案为：" + right + "。",
        "因此选" + right + "。");
  }

  @Override
  public String heading(Random random, int first, int last) {
    return pick(
        random,
        "阅读下面的文字，完成" + first + "~" + last + "题。",
        "阅读下面的文字，完成" + first + "—" + last + "题。（" + (last - first + 1) * 3 + "分）",
        "（一）现代文阅读Ⅰ（本题共" + (last - first + 1) + "小题，19分）",
        "一、论述类文本阅读");
  }
}
