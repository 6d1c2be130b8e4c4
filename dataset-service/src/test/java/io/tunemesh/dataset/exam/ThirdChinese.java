package io.tunemesh.dataset.exam;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/** Words of Chinese reading papers, with the figures, quotes and Latin letters that mislead. */
final class ThirdChinese implements Phrases {
  private static final List<String> STEMS =
      List.of(
          "下列关于原文内容的理解和分析，正确的一项是（3分）",
          "下列对原文论证的相关分析，不正确的一项是（3分）",
          "根据原文内容，下列说法不正确的一项是（    ）（3分）",
          "下列对材料相关内容的梳理，不正确的一项是(3分)",
          "依据材料一，下列各项中不属于“2020年全面建成小康社会”目标的一项是（ ）",
          "结合材料内容，下列选项中最能支持材料一观点的一项是",
          "文中说“维生素C不是万能药”，下列理解正确的一项是( )",
          "关于材料二中A、B两地GDP增长3.5%的原因，下列推断合理的一项是（3分）",
          "对文中第1、2段的作用，下列分析不正确的一项是",
          "作者在第④段提到“1.5℃目标”，其用意是",
          "下列对1919年以来新诗发展的概括，最准确的一项是（3分）",
          "根据材料，下列对A股、B股、H股的表述，不符合文意的一项是（）",
          "下列关于“Z世代”的说法，正确的一项是",
          "与2021年相比，2022年的数据有何变化？下列说法正确的一项是",
          "下列说法：①“礼”源于祭祀；②“仁”重于“礼”；③“乐”以和同。符合原文的一项是（3分）",
          "填入文中横线____处的语句，最恰当的一项是（3分）",
          "“此时无声胜有声”——这句诗在文中的作用，下列分析正确的一项是",
          "下列对小说相关内容和艺术特色的分析鉴赏，不正确的一项是（3分）",
          "为什么说“5G改变社会”？下列回答不恰当的一项是（   ）",
          "下列各项中，对《红楼梦》第27回情节的概括不正确的一项是",
          "材料三的图1显示，占比由12.5％升至18.3％，由此可以推断出的一项是",
          "文章开头写“他来了……”，下列对其效果的赏析，不恰当的一项是（3分）");

  private static final List<List<String>> OPTIONS =
      List.of(
          List.of(
              "文章从“礼”的起源入手，进而论述了礼与乐的关系，最后得出结论。",
              "作者认为，只有1.5%的读者真正理解了原著，因此普及工作十分重要。",
              "第2段引用孔子的话，是为了证明“和而不同”的价值。",
              "DNA检测技术在20世纪90年代就已成熟，但直到2003年才得到推广。",
              "全文采用总—分—总的结构，层层深入，论证严密。",
              "材料一侧重历史的梳理，材料二侧重现实的分析，二者互为补充。",
              "由于A股与H股的价差，投资者更愿意选择前者；这一点与B股不同。"),
          List.of("①②④", "①③⑤", "②④⑥", "③⑤⑥", "②③⑤", "①④⑥"),
          List.of("维生素C", "DNA", "A股", "B超", "GDP", "X光", "卡拉OK", "Wi-Fi"),
          List.of("1919年", "1937年", "1949年", "1978年", "2001年"),
          List.of("托物言志", "借景抒情", "欲扬先抑", "对比衬托", "虚实相生"),
          List.of(
              "人工智能（AI）可以代替人类完成全部创造性的工作",
              "“双碳”目标的实现离不开技术创新，也离不开每个人的参与",
              "大数据、云计算等技术为古籍的数字化提供了条件",
              "城市更新不等于大拆大建，应当“留、改、拆”并举",
              "乡村的B面是孤独，A面是热闹，作者对此感受很深",
              "专家认为缺乏维生素C与维生素D会影响骨骼发育",
              "该书共3卷，第1卷出版于1958年，影响了几代人"),
          List.of(
              "小说中的“他”是一个沉默寡言的人，“我”对他由误解到敬佩。",
              "“雪”在文中多次出现，既渲染了气氛，又推动了情节的发展。",
              "文章语言质朴，如“他笑了笑，没说话”一句，写出了父亲的宽厚。",
              "结尾处写道：“路还长着呢！”这句话意味深长，发人深省。",
              "老人在1998年的洪水中失去了家园，却依然乐观、坚强。",
              "小说以时间为序，A镇与B镇的对比贯穿始终，主题鲜明。"),
          List.of(
              "曹操少机警/有权数/而任侠放荡/不治行业/故世人未之奇也",
              "曹操少机警有权数/而任侠放荡不治/行业故世人未之奇也",
              "曹操少机警有权/数而任侠放荡/不治行业故/世人未之奇也",
              "曹操少机警/有权数而任侠/放荡不治行业/故世人未之奇也"),
          List.of(
              "首先是观念的更新  其次是制度的完善", "不仅是技术的进步  而且是生活的改善", "尽管经历了挫折  仍然坚持自己的理想", "与其坐而论道  不如起而行之"));

  private static final List<String> SHORT_STEMS =
      List.of(
          "请简要概括材料一的论证思路。（4分）",
          "小说结尾意味深长，请结合全文简要分析。（6分）",
          "请结合材料，谈谈你对“2035年远景目标”的认识。（4分）",
          "如何理解“诗是有声画，画是无声诗”？请简要说明。（4分）",
          "文中的“老张”是一个怎样的人？请从A、B两个角度加以说明。(5分)",
          "把文中画横线的句子翻译成现代汉语。（10分）",
          "阅读经典有什么意义？结合材料二与个人体验，写一段80字左右的短文。（6分）");

  private static final List<String> SHORT_ANSWERS =
      List.of(
          "①首先提出观点；②接着用事例论证；③最后得出结论。（每点2分）",
          "①照应开头，结构严谨；②深化主题，引人深思。（答出1点得2分）",
          "（1）提出问题，指出现状。（2）分析原因。（3）提出对策。",
          "示例：我认为应当多读经典。理由有三：第一，经典历久弥新；第二，开阔视野；第三，涵养心灵。",
          "A角度：勤劳朴实；B角度：坚强乐观。（意思对即可）",
          "1949年以来，我国的科技事业取得了巨大成就，如“两弹一星”、DNA测序、5G等。",
          "①沉默寡言，不善表达；②对A镇有深厚的感情。③坚守信念，20年如一日。");

  private static final List<String> EXPLANATIONS =
      List.of(
          "A项，“全部”过于绝对；B项，曲解文意；C项，与原文第2段不符。",
          "本题考查筛选信息的能力。根据第3段“1998年”一句可知，该项正确。",
          "其他三项均与原文不符，以偏概全。",
          "“只有”错，原文为“往往”，属于或然变必然。",
          "B“因果颠倒”，C“无中生有”，D“张冠李戴”。",
          "由“DNA检测准确率为99.9%”可知该项错误，注意与维生素C的例子区分。",
          "A项错在偷换概念，原文说的是2.5万人，而不是25万人。");

  @Override
  public String passage(Random random) {
    return "　　礼乐文明是中华文化的重要组成部分。1919年以来，学者们对它的评价几经变化。\n"
        + "　　有人说：“礼是形式，仁是内容。”这话不无道理，但也需要辨析。DNA技术与考古发现提供了新的材料。";
  }

  @Override
  public String stem(Random random) {
    return Phrases.pick(random, STEMS);
  }

  @Override
  public List<String> options(Random random) {
    var pool = new ArrayList<>(Phrases.pick(random, OPTIONS));
    Collections.shuffle(pool, random);
    return List.copyOf(pool.subList(0, 4));
  }

  @Override
  public String shortStem(Random random) {
    return Phrases.pick(random, SHORT_STEMS);
  }

  @Override
  public String shortAnswer(Random random) {
    return Phrases.pick(random, SHORT_ANSWERS);
  }

  @Override
  public String explanation(Random random, char answer) {
    String own = Phrases.pick(random, EXPLANATIONS);
    return switch (random.nextInt(4)) {
      case 0 -> own + "故选" + answer + "。";
      case 1 -> answer + "项符合题意。" + (random.nextBoolean() ? own : "");
      default -> own;
    };
  }
}
