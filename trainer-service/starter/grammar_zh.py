"""How a Chinese reading says its facts, and which questions follow from them."""

MOVES = {
    "intro": (
        "{O}，{S}在{place}等地受到了关注。",
        "说到{D}，人们常常想到{T}，其实{S}同样值得重视。",
        "{O}，{D}领域出现了一种新的选择，这就是{S}。",
    ),
    "doubt": (
        "有人认为，{doubt}。这种看法并不全面。",
        "常听到这样的说法：{doubt}。事实果真如此吗？",
    ),
    "story": (
        "{year}年，{P}回到家乡{place}，决定从{S}做起。",
        "{P}第一次见到{S}，是{year}年在{place}。",
    ),
    "define": (
        "所谓{S}，就是借助{M}来{E1}的做法。",
        "{S}指的是借助{M}来{E1}的一种做法。",
    ),
    "cause": (
        "{S}之所以能够{E2}，是因为{C}。",
        "研究者指出，{C}，所以{S}能够{E2}。",
        "{S}能够{E2}，原因在于{C}。",
    ),
    "contrast": (
        "与{T}不同，{S}还可以{E3}。",
        "{T}很难{E3}，{S}却可以。",
        "同{T}相比，{S}的长处在于能够{E3}。",
    ),
    "number": (
        "{I}在{place2}用{months}个月做了调查，结果是{me}了{p}%。",
        "{I}对{place2}的调查历时{months}个月，结果显示{me}了{p}%。",
    ),
    "image": ("正如{image}，{S}的发展也需要耐心。", "{image}，{S}也是如此，急不得。"),
    "word": ("{Ws}",),
    "limit": ("当然，{S}也有不足：{L}。", "不过，{L}，这给推广带来了困难。", "问题也摆在眼前：{L}。"),
    "opinion": ("{G}的{P}主张，发展{S}应当{advice}。", "在{G}的{P}看来，{S}要走得更远，必须{advice}。"),
    "end": ("总之，{S}不仅能{E1}，还能{E4}。", "由此可见，{S}的价值不只在于{E1}，更在于{E4}。"),
}

# For each fact: a statement that the text supports, and one that it does not.
STATEMENTS = {
    "cause": ("{S}能够{E2}，与{C}有关", "{S}能够{E3}，是因为{C}"),
    "contrast": ("{S}与{T}的区别在于能够{E3}", "{S}和{T}一样，都很难{E3}"),
    "number": ("调查显示，{me}了{p}%", "调查显示，{me}了{q}%"),
    "limit": ("{S}目前的不足是{L}", "{L}，因此{S}已被{T}取代"),
    "opinion": ("{P}主张发展{S}应当{advice}", "{P}认为发展{S}不必{advice}"),
    "end": ("{S}不仅能{E1}，还能{E4}", "{S}只能{E1}，不能{E4}"),
}

METHODS = {
    "doubt": ("文章先提出“{doubt}”的看法，再加以反驳", "文章赞同“{doubt}”的看法"),
    "define": ("文章先解释什么是{S}，再说明它的作用", "文章通过解释{M}，反驳了{P}的观点"),
    "contrast": ("文章把{S}与{T}对比，突出{S}能够{E3}", "文章把{S}与{T}对比，是为了说明{L}"),
    "number": ("文章引用{I}的调查，用数字说明{S}的效果", "文章引用{I}的调查，意在说明{L}"),
    "image": ("文章用“{image}”作比，说明{S}的发展需要耐心", "文章用“{image}”作比，说明{T}更受欢迎"),
    "opinion": ("文章借{P}的话，提出{advice}的主张", "文章借{P}的话，否定了{S}的价值"),
}

STEMS = {
    "concept": ("下列对“{S}”这一概念的理解，正确的一项是", "关于“{S}”这一概念，下列理解正确的一项是"),
    "understand": ("下列关于原文内容的理解和分析，正确的一项是",),
    "misunderstand": ("下列关于原文内容的理解和分析，不正确的一项是",),
    "reason": ("根据原文，{S}能够{E2}的原因是", "{S}为什么能够{E2}"),
    "number": ("{I}的调查结果是{me}了",),
    "word": ("文中“{W}”一词的意思是", "下列对文中“{W}”的解释，正确的一项是"),
    "method": ("下列对原文论证的相关说明，正确的一项是",),
    "main": ("下列对全文主旨的概括，最恰当的一项是",),
}

CONCEPT = ("借助{M}来{E1}的做法", "用{T}来{E3}的做法", "{I}采用的一种调查方法", "只在{place2}流行的一种风俗")
MAIN = (
    "介绍{S}的作用和不足，主张{advice}",
    "说明{T}为什么会取代{S}",
    "讲述{I}开展调查的曲折经过",
    "比较{place2}和其他地方的差距",
)
REASON = {"cause": "{C}", "limit": "{L}", "number": "{me}了{p}%", "opinion": "{G}主张{advice}"}
NUMBER = "{q}%"
PLAN = (("concept", "understand", "misunderstand"), ("reason", "number"), ("word",), ("method", "main"))

ANSWERS = {
    "define": ("{S}借助什么来{E1}？", "借助{M}。"),
    "cause": ("{S}为什么能够{E2}？", "因为{C}。"),
    "contrast": ("与{T}相比，{S}还能做什么？", "{S}还可以{E3}。"),
    "number": ("{I}的调查结果是什么？", "{me}了{p}%。"),
    "limit": ("文中提到了什么不足？", "{L}。"),
    "opinion": ("{P}有什么主张？", "{P}主张{advice}。"),
    "word": ("文中“{W}”是什么意思？", "“{W}”的意思是{meaning}。"),
}
TITLE = "{S}的作用与不足"
