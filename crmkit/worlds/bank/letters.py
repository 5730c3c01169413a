"""What customers write to a bank: sentences by intent, in English and Chinese.

A mail is a greeting, the sentence that matters, often a detail, and an ending. `#`
stands for a small number, `$` for an amount, `%` for four figures. Some sentences of
different intents share their words on purpose.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

ENGLISH, CHINESE = "en", "zh"
LANGUAGES = (ENGLISH, CHINESE)

# intent: language: (sentences, details)
LETTERS: Mapping[str, Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = MappingProxyType(
    {
        "balance": {
            ENGLISH: (
                (
                    "could you tell me the balance of my savings account?",
                    "how much money is on my account right now?",
                    "please send me the statement of last month.",
                    "I would like to know what I have on all my accounts together.",
                    "I need a list of what came in and went out in the last quarter.",
                    "my statement has not come; what is the balance?",
                    "can you confirm the interest that was credited this year?",
                ),
                ("The account ends in %.", "I need it for my tax return.", "A short answer is enough."),
            ),
            CHINESE: (
                (
                    "请告诉我账户现在的余额。",
                    "我想查一下上个月的对账单。",
                    "我的储蓄账户里还有多少钱?",
                    "请把最近三个月的收支明细发给我。",
                    "今年一共给了我多少利息?",
                    "我所有账户加起来有多少钱?",
                ),
                ("账号尾号是%。", "报税要用。", "简单回复即可。"),
            ),
        },
        "login": {
            ENGLISH: (
                (
                    "I cannot log in to the online bank any more.",
                    "my password is not accepted since this morning.",
                    "the page says that my certificate has expired.",
                    "I have forgotten the password of the online bank.",
                    "the code for logging in does not reach my phone.",
                    "the app closes whenever I want to see my account.",
                    "how do I register for the online bank?",
                ),
                ("I tried # times.", "I use a new phone.", "It worked until yesterday."),
            ),
            CHINESE: (
                (
                    "我登录不了网上银行。",
                    "密码从今天早上起一直提示错误。",
                    "网页提示我的证书已经过期。",
                    "我忘记了网银密码,怎么重置?",
                    "手机收不到登录验证码。",
                    "打开手机银行就闪退,看不到账户。",
                ),
                ("我已经试了#次。", "我换了新手机。", "昨天还可以用。"),
            ),
        },
        "transfer": {
            ENGLISH: (
                (
                    "my transfer has not arrived yet.",
                    "I sent $ dollars to the wrong account and want them back.",
                    "when will the money that I sent on Monday be there?",
                    "please stop the standing order for my rent.",
                    "can I raise my limit for transfers?",
                    "the payee says that no money came in.",
                    "a payment went out twice; what happened?",
                ),
                ("It was $ dollars.", "The reference is %.", "The payee is waiting for it."),
            ),
            CHINESE: (
                (
                    "我的转账还没有到账。",
                    "我把$元转错了账户,怎么追回?",
                    "星期一汇出的钱什么时候到?",
                    "请停止我每月的房租自动转账。",
                    "能不能提高我的转账限额?",
                    "对方说没有收到钱。",
                ),
                ("金额是$元。", "流水号是%。", "对方急着用。"),
            ),
        },
        "fee complaint": {
            ENGLISH: (
                (
                    "why was I charged a fee of # dollars?",
                    "I do not agree with the fees on my statement.",
                    "nobody told me that the account would cost money.",
                    "I was charged twice for the same card.",
                    "your charges are too high and I want this fee back.",
                    "I waited # minutes at the counter and then paid a fee for it.",
                ),
                (
                    "This is the second time.",
                    "I expect an answer this week.",
                    "It stands on the statement of last month.",
                ),
            ),
            CHINESE: (
                (
                    "为什么扣了我#元手续费?",
                    "我不同意对账单上的收费。",
                    "开户时没有人告诉我要收年费。",
                    "同一张卡收了我两次费用。",
                    "你们收费太高,请把手续费退给我。",
                    "我在柜台等了#分钟,还要收费。",
                ),
                ("这已经是第二次了。", "请本周内答复。", "上个月对账单上写着。"),
            ),
        },
        "lost card": {
            ENGLISH: (
                (
                    "I have lost my card, please block it.",
                    "my card was stolen on the train.",
                    "the machine kept my card and did not give it back.",
                    "there are payments on my card that I did not make.",
                    "I cannot find my card since the weekend; what shall I do?",
                    "please send me a new card, the old one is gone.",
                ),
                ("The card ends in %.", "It happened # hours ago.", "Please hurry."),
            ),
            CHINESE: (
                (
                    "我的银行卡丢了,请马上挂失。",
                    "我的卡在火车上被偷了。",
                    "取款机把我的卡吞了。",
                    "卡上有几笔不是我刷的消费。",
                    "周末以后一直找不到我的卡,怎么办?",
                    "旧卡不见了,请补办一张新卡。",
                ),
                ("卡号尾号是%。", "大概#小时以前的事。", "请尽快处理。"),
            ),
        },
        "loan": {
            ENGLISH: (
                (
                    "what does a loan of $ dollars cost a month?",
                    "we want to buy a house and ask for an offer.",
                    "can I pay back my mortgage earlier?",
                    "which papers do you need for a home loan?",
                    "has my application for a loan been decided?",
                    "is the rate of my mortgage fixed, and until when?",
                ),
                ("My income is $ dollars a month.", "We have a savings account with you.", "We own our home."),
            ),
            CHINESE: (
                (
                    "贷款$元每月要还多少?",
                    "我们想买房,请给一个贷款方案。",
                    "房贷可以提前还吗?",
                    "申请住房贷款需要哪些材料?",
                    "我的贷款申请批下来了吗?",
                    "我的房贷利率是固定的吗?",
                ),
                ("我每月收入$元。", "我们在贵行有储蓄账户。", "我们自己有房。"),
            ),
        },
        "address": {
            ENGLISH: (
                (
                    "we have moved, please change our address.",
                    "my telephone number has changed.",
                    "please send letters to my new address from now on.",
                    "I have married and my name is different now.",
                    "my e-mail address in your files is an old one.",
                ),
                ("We moved # days ago.", "The old address is no longer valid.", "Please confirm."),
            ),
            CHINESE: (
                (
                    "我们搬家了,请更改地址。",
                    "我的手机号码换了。",
                    "以后信件请寄到新地址。",
                    "我结婚了,需要更改联系资料。",
                    "你们登记的邮箱是旧的。",
                ),
                ("我们#天前搬的家。", "旧地址已经不用了。", "请确认。"),
            ),
        },
        "close account": {
            ENGLISH: (
                (
                    "please close my account and send me the rest.",
                    "I want to give up my card and my account with you.",
                    "I am going to another bank, what do I have to sign?",
                    "how can I end my contract at the end of the month?",
                    "please cancel my online bank and my account.",
                ),
                ("The account ends in %.", "The branch near me was closed.", "Another bank costs less."),
            ),
            CHINESE: (
                (
                    "请帮我销户,余额转给我。",
                    "我不想再用你们的卡和账户了。",
                    "我要换银行,需要签什么?",
                    "月底想解约,怎么办理?",
                    "请注销我的网银和账户。",
                ),
                ("账号尾号是%。", "我附近的网点关了。", "别的银行更便宜。"),
            ),
        },
    }
)
# Sentences that do not tell the intent: any intent may be behind them.
VAGUE = {
    ENGLISH: (
        "I have a question about my account, please call me.",
        "it still does not work, please help.",
        "I am waiting for your answer to my letter.",
        "please see my message of last week.",
        "who can help me with this?",
    ),
    CHINESE: (
        "我有个问题,请给我回电话。",
        "还是不行,请帮忙。",
        "我一直在等你们的答复。",
        "请看我上周的留言。",
        "这个问题谁能帮我?",
    ),
}
GREETINGS = {
    ENGLISH: ("Hello, ", "Good morning, ", "Dear Sir or Madam, ", "Hi, ", "To whom it may concern: ", ""),
    CHINESE: ("您好,", "你好!", "尊敬的客服:", "早上好,", "请问一下,", ""),
}
ENDINGS = {
    ENGLISH: (" Thank you.", " Kind regards", " Many thanks in advance.", " Best wishes", " Please answer soon.", ""),
    CHINESE: ("谢谢。", "麻烦了。", "此致敬礼", "盼复。", "多谢!", ""),
}
