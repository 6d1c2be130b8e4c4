package io.tunemesh.dataset.exam;

import static io.tunemesh.dataset.exam.Phrases.pick;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;

/** Chinese questions with the numbers, letters and lists that real ones hold. */
final class ChinesePhrases implements Phrases {
  private static final List<String> STEMS =
      List.of(
          "下列关于原文内容的理解和分析，正确的一项是（3分）",
          "下列对材料相关内容的理解和分析，不正确的一项是（3分）",
          "根据原文内容，下列说法不正确的一项是（　　）",
          "下列对原文论证的相关分析，不正确的一项是(   )",
          "下列说法中，能够支撑第②段观点的一项是（3 分）",
          "对文中划线句“水往低处走”的理解，最恰当的一项是",
          "根据材料内容，下列各项中最能体现作者1.5倍增速观点的一项是（2分）",
          "2019年以来，关于数字出版的说法，符合文意的是（  ）（3分）",
          "下列对“DNA条形码”的理解，符合原文意思的一项是（3分）。",
          "结合材料一和材料二，下列推断不合理的一项是（3分）",
          "下列各句中，加点的词语①渊源 ②肇始 ③滥觞 ④嚆矢使用全都恰当的一项是（3分）",
          "把下列句子①~④依次填入文中横线处，最恰当的一项是____。",
          "“A股”“B股”在文中的区别，表述正确的一项是（3分）",
          "第3段说“慢变量更关键”，下列理解错误的一项是：",
          "文中说2021年占比为3.5%，2022年为4.1%，对此理解正确的是（3分）",
          "下列关于小说相关内容和艺术特色的分析鉴赏，不正确的一项是（3分）");
  private static final List<String> SUBJECTS =
      List.of(
          "作者",
          "第一段",
          "传统村落",
          "数字技术",
          "古代的驿站",
          "城市绿地",
          "维生素C",
          "DNA检测",
          "A股市场",
          "B超检查",
          "AB型血",
          "C919客机",
          "这种竹编工艺",
          "《茶经》",
          "材料二",
          "地方戏曲",
          "2008年的调查",
          "3D打印",
          "算法推荐",
          "A级景区",
          "CT影像",
          "这一观念",
          "“B计划”",
          "N95口罩",
          "D区的居民",
          "5G网络",
          "乡土文学",
          "甲骨文",
          "APEC会议",
          "PM2.5指数");
  private static final List<String> VERBS =
      List.of(
          "并不意味着",
          "有助于说明",
          "主要得益于",
          "不断改变着",
          "反过来削弱了",
          "在1.5万人中推广了",
          "最早见于",
          "引出了关于",
          "直接决定",
          "很难替代",
          "从A地到B地传播了",
          "占比约为3.2%，体现了");
  private static final List<String> OBJECTS =
      List.of(
          "人们对自然的认识",
          "社会分工的细化",
          "文化认同的形成",
          "后文的论证",
          "市场的供求关系",
          "维生素B的吸收",
          "乡村治理的经验",
          "“慢生活”的流行",
          "审美趣味的变化",
          "A、B两类读者的差异",
          "公共空间的价值",
          "技术伦理的讨论",
          "19世纪的航海活动",
          "手工艺人的生计",
          "新媒体的传播规律",
          "历史记忆的保存",
          "方案A和方案B的优劣",
          "第4代产品的更新",
          "GDP的增长",
          "人与环境的和谐");
  private static final List<String> TAILS =
      List.of(
          "。",
          "。",
          "。",
          "",
          "，这是全文的中心。",
          "，因此不可忽视。",
          "；作者对此持保留态度。",
          "，其中2010—2020年最明显。",
          "（见第2段）。",
          "？",
          "……",
          "，约占12．5％。");
  private static final List<String> SHORT =
      List.of(
          "请简要概括文中人物的性格特点。（4分）",
          "请结合材料，谈谈你对“守正创新”的理解。（6分）",
          "本文的论证有什么特点？请简要说明。(4分)",
          "文章为什么说“1.0时代”已经过去？请分析。（6分）",
          "（1）请概括材料一的主要内容。（2分）（2）请说明材料二的作用。（2分）",
          "如何理解结尾处的画线句？请从①内容②结构两个角度作答。（4分）");
  private static final List<String> SHORT_ANSWERS =
      List.of(
          "①善良朴实；②坚韧不拔；③富有同情心。",
          "①从内容上看，点明主旨；②从结构上看，照应开头。（每点2分）",
          "示例：A同学认为应当坚守，B同学认为应当创新，二者并不矛盾。",
          "（1）介绍驿站的历史。（2）补充说明材料一。",
          "①举例论证，用2019年的数据说明；②对比论证，把A地与B地比较。",
          "要点：1.0时代以数量为主；2.0时代以质量为主。(意思对即可)");

  @Override
  public String passage(Random random) {
    var out = new StringBuilder("　　");
    for (int i = 0; i < 3 + random.nextInt(4); i++) {
      out.append(pick(random, SUBJECTS))
          .append(pick(random, VERBS))
          .append(pick(random, OBJECTS))
          .append("。");
      out.append(i % 2 == 1 ? "\n　　" : "");
    }
    return out.toString();
  }

  @Override
  public String stem(Random random) {
    return pick(random, STEMS);
  }

  @Override
  public List<String> options(Random random) {
    int kind = random.nextInt(12);
    if (kind == 0) {
      return List.of("①②④", "①③④", "②③④", "①②③");
    }
    if (kind == 1) {
      return List.of("渊源 肇始", "滥觞 肇始", "渊源 嚆矢", "滥觞 嚆矢");
    }
    if (kind == 2) {
      return List.of("DNA", "RNA", "维生素A", "B超");
    }
    if (kind == 3) {
      return List.of("1.5倍", "2倍", "3.5%", "19世纪");
    }
    var options = new LinkedHashSet<String>();
    while (options.size() < 4) {
      options.add(
          pick(random, SUBJECTS)
              + pick(random, VERBS)
              + pick(random, OBJECTS)
              + pick(random, TAILS));
    }
    return new ArrayList<>(options);
  }

  @Override
  public String shortStem(Random random) {
    return pick(random, SHORT);
  }

  @Override
  public String shortAnswer(Random random) {
    return pick(random, SHORT_ANSWERS);
  }

  @Override
  public String explanation(Random random, char answer) {
    char other = (char) ('A' + (answer - 'A' + 1 + random.nextInt(3)) % 4);
    return pick(
        random,
        List.of(
            answer + "项，“并不意味着”于文无据。",
            "本题考查理解文章内容的能力。" + other + "项表述正确，" + answer + "项“直接决定”说法绝对。故选" + answer + "。",
            other + "项错误，原文第3段说的是“2019年以来”，" + answer + "项曲解文意。",
            "A项以偏概全；B项因果倒置；C项偷换概念；D项无中生有，原文为3.5%。",
            "从第2段“1.5万人”可知，维生素C的说法不准确。",
            "“全部”错，应为“部分”，见第4段。A股、B股之分与此无关。"));
  }
}
